"""Facts about an install, gathered without importing TensorFlow, and checks of them."""
