"""What goes wrong in a run, named from its data while it goes wrong."""
