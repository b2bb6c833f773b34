"""Faults of Docker."""

from __future__ import annotations

from tests.faults.fault import fault


@fault("docker.hello-world")
def greeting_is_another(put):
    """Docker runs, but its hello-world image does not print the greeting."""
    put.command("docker", 'if [ "$1" = run ]; then echo "Hello."; fi\n')
