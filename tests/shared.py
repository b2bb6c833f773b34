"""What the processes that run the kit's own tests share."""

from __future__ import annotations

import contextlib
import fcntl

import pytest


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """A folder that lasts as long as this test session and is the same in all of its processes."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@contextlib.contextmanager
def locked(path):
    """Keeps other processes from what is to be done once."""
    with open(path, "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
