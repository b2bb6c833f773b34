"""Week 1, Install Docker.

Subject: the install.
"""

import shutil
import subprocess

from tf_conformance import holds, unchecked

SECONDS_FOR_THE_ENGINE = 5
SECONDS_FOR_THE_IMAGE = 60


def docker(*arguments, **settings):
    """The completed process of a docker command; unchecked if there is no client or the command does not end in time."""
    client = shutil.which("docker") or unchecked(
        "no Docker client is installed on this machine", lacks="Docker's client"
    )
    try:
        return subprocess.run([client, *arguments], capture_output=True, check=False, **settings)
    except subprocess.TimeoutExpired:
        unchecked(f"docker {arguments[0]} did not end within {settings['timeout']} s", lacks="Docker's engine")


@holds("docker.hello-world")
def test_hello_world_runs():
    """After Docker is installed, its hello-world image runs and prints a greeting."""
    if docker("info", "--format", "{{.ServerVersion}}", timeout=SECONDS_FOR_THE_ENGINE).returncode:
        unchecked("no Docker engine answers on this machine", lacks="Docker's engine")
    if docker("image", "inspect", "hello-world", timeout=SECONDS_FOR_THE_ENGINE).returncode and (
        docker("pull", "hello-world", timeout=SECONDS_FOR_THE_IMAGE).returncode
    ):
        unchecked(
            "the image hello-world is not on this machine and cannot be pulled", lacks="Docker's hello-world image"
        )
    greeting = docker("run", "--rm", "hello-world", timeout=SECONDS_FOR_THE_IMAGE)
    assert greeting.returncode == 0
    assert b"Hello from Docker!" in greeting.stdout
