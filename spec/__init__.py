"""The specification: one folder per week of the notes and one file per section, in the order of the notes."""
