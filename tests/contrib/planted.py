"""A fault for the processes that a test starts: a setting with which Keras computes otherwise than it should."""

from __future__ import annotations

from pathlib import Path

STATEMENT = "install.keras-defaults"
NARROWED = {"PYTEST_ADDOPTS": f"--statement={STATEMENT} -n 0"}


def planted(folder: Path) -> dict[str, str]:
    """The variables with which pytest checks the statement where it is violated."""
    (folder / "keras.json").write_text('{"floatx": "float64"}', encoding="utf-8")
    return {**NARROWED, "KERAS_HOME": str(folder)}
