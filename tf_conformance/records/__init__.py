"""What a run leaves: outcomes, verdicts, records, and what many records say side by side."""
