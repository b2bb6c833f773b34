"""Week 2 of the notes: the Sequential model API."""
