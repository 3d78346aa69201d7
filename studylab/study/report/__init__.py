"""The weekly report: what a student sends to the advisor."""
