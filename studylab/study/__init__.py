"""What a student's rows mean: plan and pace, review, notes, report, export. No SQL, no Textual."""
