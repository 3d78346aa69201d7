"""The plan: ten weeks of videos, readings, homework, papers and labs."""
