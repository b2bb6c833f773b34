"""Many files at once."""

from __future__ import annotations

import multiprocessing

import pytest

from tests.scan.scanning import bite
from tf_conformance.scan import parallel


@pytest.fixture
def scanned(tmp_path):
    """Scans files with 0, 1, 2 … calls; returns what is found, and what should be."""
    for number in range(23):
        (tmp_path / f"{number:02}.py").write_text(
            "import tensorflow as tf\n" + "tf.keras.Input(1)\n" * number, encoding="utf-8"
        )
    files, bites = sorted(tmp_path.iterdir()), [bite("tf.keras.Input()")]

    def scan():
        found = [(file.path, len(file.hits), file.troubles) for file in parallel.scan_files(files, bites)]
        return found, [(str(path), number, []) for number, path in enumerate(files)]

    return scan


def test_one_by_one(scanned):
    """A few files are scanned in this process."""
    found, expected = scanned()
    assert found == expected


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_together(scanned, monkeypatch, method):
    """Further processes find the same in the same order, however the system starts them."""
    monkeypatch.setattr(parallel, "MANY", 3)
    before = multiprocessing.get_start_method()
    multiprocessing.set_start_method(method, force=True)
    try:
        found, expected = scanned()
    finally:
        multiprocessing.set_start_method(before, force=True)
    assert found == expected


def test_nothing_to_share(scanned, monkeypatch):
    """Where processes cannot share anything, one does it all."""

    def refuse(*_arguments, **_settings):
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(parallel, "MANY", 3)
    monkeypatch.setattr(parallel, "ProcessPoolExecutor", refuse)
    found, expected = scanned()
    assert found == expected
