"""Week 3 of the notes: validation, regularisation and callbacks."""
