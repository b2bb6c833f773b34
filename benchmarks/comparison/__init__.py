"""The paired comparison of two installs: python -m benchmarks compare."""
