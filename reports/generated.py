"""Generated files: written, and compared with what would be written now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tf_conformance.records.files import write_whole


def write_files(folder: Path, texts: Mapping[str, str], others: str = "") -> Iterator[str]:
    """Writes the files of a folder, and deletes others that match a pattern; says what became of each."""
    for name, text in texts.items():
        write_whole(folder / name, text)
        yield f"{folder / name}: {len(text.encode()) / 1000:.0f} kB"
    for path in _others(folder, texts, others):
        path.unlink()
        yield f"{path}: deleted"


def outdated_files(folder: Path, texts: Mapping[str, str], task: str, others: str = "") -> Iterator[str]:
    """The files of a folder that are not as a task of python -m reports would leave them now."""
    differing = [folder / name for name, text in texts.items() if _text(folder / name) != text]
    for path in [*differing, *_others(folder, texts, others)]:
        yield f"{path}: out of date; run: python -m reports {task}"


def _others(folder: Path, texts: Mapping[str, str], pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.name not in texts) if pattern else []


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
