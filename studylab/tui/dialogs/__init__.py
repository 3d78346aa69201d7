"""Dialogs that several rooms open."""
