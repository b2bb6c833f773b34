"""Week 1, Install Docker.

Subject: the install.
"""

import shutil
import subprocess

from tf_conformance import holds, unchecked

SECONDS_FOR_THE_ENGINE = 5
SECONDS_FOR_THE_IMAGE = 60


def docker(*arguments, **settings):
    """What the docker client prints and returns; unchecked where the machine has no client."""
    client = shutil.which("docker") or unchecked("no docker client on this machine")
    try:
        return subprocess.run([client, *arguments], capture_output=True, check=False, **settings)
    except subprocess.TimeoutExpired:
        unchecked("docker {} did not answer in {} s".format(arguments[0], settings["timeout"]))


@holds("docker.hello-world")
def test_hello_world_runs():
    """After Docker is installed, its hello-world image runs and greets."""
    if docker("info", "--format", "{{.ServerVersion}}", timeout=SECONDS_FOR_THE_ENGINE).returncode:
        unchecked("no Docker engine answers on this machine")
    if docker("image", "inspect", "hello-world", timeout=SECONDS_FOR_THE_ENGINE).returncode and (
        docker("pull", "hello-world", timeout=SECONDS_FOR_THE_IMAGE).returncode
    ):
        unchecked("the image hello-world is not here and cannot be pulled")
    greeting = docker("run", "--rm", "hello-world", timeout=SECONDS_FOR_THE_IMAGE)
    assert greeting.returncode == 0
    assert b"Hello from Docker!" in greeting.stdout
