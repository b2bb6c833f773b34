"""Faults of Docker."""

from __future__ import annotations

from tests.faults.fault import fault


@fault("docker.hello-world")
def engine_runs_another_image(put):
    """A Docker engine answers, but its hello-world does not greet."""
    put.command("docker", 'if [ "$1" = run ]; then echo "Hello."; fi\n')
