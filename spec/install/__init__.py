"""Beyond the notes: the install itself, as it is found before TensorFlow is imported."""
