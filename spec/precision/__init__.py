"""Beyond the notes: how precisely each device computes float32, and whether it does so again."""
