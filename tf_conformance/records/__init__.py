"""The results of a run: outcomes, verdicts, a record and its standing; and many records side by side."""
