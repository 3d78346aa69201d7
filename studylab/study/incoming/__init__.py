"""What comes from another machine: an export, a backup, a database, or a whole home folder."""
