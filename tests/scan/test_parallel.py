"""Many files at once."""

from __future__ import annotations

from tests.scan.scanning import bite
from tf_conformance.scan import parallel


def test_as_one_by_one(tmp_path, monkeypatch):
    """Further processes find the same in the same order."""
    for number in range(23):
        (tmp_path / f"{number:02}.py").write_text(
            "import tensorflow as tf\n" + "tf.keras.Input(1)\n" * number, encoding="utf-8"
        )
    files, bites = sorted(tmp_path.iterdir()), [bite("tf.keras.Input()")]
    alone = [(file.path, len(file.hits), file.troubles) for file in parallel.scan_files(files, bites)]
    monkeypatch.setattr(parallel, "MANY", 3)
    together = [(file.path, len(file.hits), file.troubles) for file in parallel.scan_files(files, bites)]
    assert together == alone == [(str(path), number, []) for number, path in enumerate(files)]
