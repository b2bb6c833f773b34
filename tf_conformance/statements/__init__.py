"""What a spec file is written with, and how it is read."""
