"""Metrics of a run: written by the lab, read by the app, in plain files."""
