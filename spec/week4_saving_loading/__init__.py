"""Week 4 of the notes: saving and loading models and weights."""
