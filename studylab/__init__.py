"""studylab: a ten-week deep-learning syllabus, its labs and their runs, in the terminal."""

__version__ = "0.1.0"
