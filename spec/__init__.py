"""The specification: one folder a week of the notes, one file a section, in the order of the notes."""
