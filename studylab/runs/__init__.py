"""Runs: their directories, their supervisors, and their way into the database."""
