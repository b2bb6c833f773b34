"""Slurm on one machine: a controller and a node, which nobody reaches but over loopback, and which end with the context."""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Iterator

PROGRAMS = ("munged", "slurmctld", "slurmd", "srun")
SECONDS_TO_START = 300  # only a Slurm that does not start takes so long

CONFIGURATION = """\
ClusterName=one-machine
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={user}
SlurmdUser={user}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
NodeName=localhost NodeAddr=127.0.0.1 NodeHostname={host} CPUs={cpus}
PartitionName=cpu Nodes=localhost Default=YES
"""


def missing() -> str:
    """What this machine lacks to run Slurm; empty if it lacks nothing."""
    lacking = [program for program in PROGRAMS if shutil.which(program) is None]
    if lacking:
        return f"{', '.join(lacking)} not installed: apt-get install slurm-wlm munge"
    return "" if os.geteuid() == 0 else "slurmd starts only for root"


@contextlib.contextmanager
def one_machine_slurm(folder: Path, cpus: int) -> Iterator[dict[str, str]]:
    """Starts Slurm with all its files in a folder; yields the variables with which its commands find it."""
    for name in ("state", "spool"):
        (folder / name).mkdir()
    controller_port, node_port = _free_ports(2)
    host = socket.gethostname().partition(".")[0]
    configuration = folder / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(**locals(), user=getpass.getuser()), encoding="utf-8")
    variables = {"SLURM_CONF": str(configuration)}
    with contextlib.ExitStack() as daemons:
        for command in (_munged(folder), ["slurmctld", "-D"], ["slurmd", "-D"]):
            daemons.enter_context(_daemon(command, folder, variables))
        _wait_until_idle(variables)
        yield variables


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _munged(folder: Path) -> list[str]:
    """The command that starts munge, which signs what the others say to each other; it has a key of its own."""
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o600)
    files = {"socket": "socket", "key-file": "key", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
    options = [f"--{option}={folder}/munge.{suffix}" for option, suffix in files.items()]
    return ["munged", "--foreground", "--force", *options]


@contextlib.contextmanager
def _daemon(command: list[str], folder: Path, variables: dict[str, str]) -> Iterator[None]:
    with open(folder / f"{command[0]}.out", "wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_until_idle(variables: dict[str, str]) -> None:
    """Returns when the node takes jobs."""
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        asked = subprocess.run(
            ["sinfo", "--noheader", "--format=%T"],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if asked.stdout == "idle\n":
            return
        time.sleep(0.2)
    raise TimeoutError(f"Slurm did not start: {asked.stdout}{asked.stderr}")
