"""Everything that a student wrote, as files: JSON, Markdown, CSV and an Anki deck."""
