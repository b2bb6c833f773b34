"""What a run leaves: outcomes, verdicts, a record and its standing; and what many records say side by side."""
