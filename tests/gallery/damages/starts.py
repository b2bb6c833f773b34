"""TensorFlow is imported, but fails when it first needs a device."""

from __future__ import annotations

from tests.gallery.damage import REINSTALL, Kind, cannot_be_started

KIND = Kind("starts")


@KIND.damage(
    obstacle=cannot_be_started(
        "NVIDIA's driver is too old for the CUDA that TensorFlow uses",
        "RuntimeError: *Status: CUDA driver version is insufficient for CUDA runtime version",
        "install a newer driver",
        "to run without GPUs: CUDA_VISIBLE_DEVICES=-1",
    ),
    core=True,
)
def old_driver(environment):
    """TensorFlow finds a GPU whose driver it cannot use."""
    environment.put_into_start(
        "raise RuntimeError('cudaGetDevice() failed. Status: CUDA driver version is insufficient for CUDA runtime version')"
    )


@KIND.damage(
    obstacle=cannot_be_started(
        "its start aborts",
        "the process died of SIGABRT (abort); terminate called; ensure_initialized (*/context.py:*)",
        REINSTALL,
        "look for mixed versions of libraries",
    ),
    workers=1,
    core=True,
)
def abort(environment):
    """A driver aborts, with a last word."""
    environment.put_into_start("import os; os.write(2, b'terminate called\\n'); os.abort()")


@KIND.damage(
    obstacle=cannot_be_started(
        "its start does not end",
        "not done after 2000 s in ensure_initialized (*/context.py:*)",
        "look for a slow or unreachable file system, driver or network; --import-limit waits longer",
    ),
    arguments=("-p", "clock", "--import-limit", "2000"),
    workers=1,
)
def hang(environment):
    """A driver never answers."""
    environment.put_into_start("import clock, time; clock.hurry(); time.sleep(100000)")
