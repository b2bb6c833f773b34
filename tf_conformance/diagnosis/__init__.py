"""Why an install cannot be judged: error texts, signals, hangs, GPUs."""
