"""Week 1 of the notes: introduction."""
