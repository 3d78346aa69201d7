"""What the design promises in figures, each measured beside a peer in one run."""
