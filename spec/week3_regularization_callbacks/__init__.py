"""Week 3 of the notes: validation, regularization and callbacks."""
