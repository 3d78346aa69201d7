"""The record: one SQLite file. The only SQL of the project lives in this package."""
