"""A mutation run: which small changes of Keras's code the specification does not notice."""
