"""A gallery of damaged installs: copies of a TensorFlow environment, each really broken in one way."""
