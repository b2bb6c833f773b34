"""NumPy references in float64, written from the definitions; none of them uses TensorFlow."""
