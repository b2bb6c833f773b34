"""Folders of generated Markdown pages: written, and compared with what would be written now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tf_conformance.records.files import write_whole


def write_pages(folder: Path, pages: Mapping[str, str]) -> Iterator[str]:
    """Writes the pages, and deletes those of the folder that are no longer made; says what became of each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        write_whole(folder / name, text)
        yield f"{folder / name}: {len(text.encode()) / 1000:.0f} kB"
    for path in _others(folder, pages):
        path.unlink()
        yield f"{path}: deleted"


def outdated_pages(folder: Path, pages: Mapping[str, str], task: str) -> Iterator[str]:
    """The pages of the folder that are not what a task of python -m reports would write now."""
    paths = [folder / name for name, text in pages.items() if _text(folder / name) != text]
    for path in [*paths, *_others(folder, pages)]:
        yield f"{path}: out of date; run: python -m reports {task}"


def _others(folder: Path, pages: Mapping[str, str]) -> list[Path]:
    return sorted(path for path in folder.glob("*.md") if path.name not in pages)


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
