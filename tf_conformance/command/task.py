"""A command among the others: what it does, and examples of it for its --help."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Mapping

from tf_conformance.records.matrix import PUBLISHED


def add_task(tasks: Any, name: str, does: str, examples: Mapping[str, str], **options: Any) -> argparse.ArgumentParser:
    """Adds a command to the subparsers of a parser. ``examples`` are its arguments, with what each example does."""
    return tasks.add_parser(  # type: ignore[no-any-return]
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=examples_of({f"{name} {arguments}": shows for arguments, shows in examples.items()}),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        **options,
    )


def add_records(task: argparse.ArgumentParser) -> None:
    """Adds the option of commands about published records."""
    task.add_argument(
        "--records",
        metavar="FOLDER",
        type=Path,
        default=PUBLISHED,
        help="where published records are (default: in the kit)",
    )


def examples_of(examples: Mapping[str, str]) -> str:
    """The last lines of a --help: commands, without the program's name, each below what it does."""
    return "\n".join(["examples:", *(f"  # {does}\n  tf-conformance {each}" for each, does in examples.items())])
