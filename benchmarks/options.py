"""How the values of options are read. Needs no TensorFlow."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from benchmarks.workload import NETWORKS


def network(text: str) -> str:
    """One of our networks, or FILE:FUNCTION with FILE's whole path."""
    if text in NETWORKS:
        return text
    file, _, function = text.rpartition(":")
    if not file.endswith(".py") or not function.isidentifier():
        raise ArgumentTypeError(f"'{text}' is neither {', '.join(NETWORKS)} nor of the form path/to/file.py:function")
    if not Path(file).is_file():
        raise ArgumentTypeError(f"there is no file {file}")
    return f"{Path(file).resolve()}:{function}"


def network_input(text: str) -> str:
    """The shape of an input without the batch, and perhaps its type, such as 224,224,3 or 128:int32."""
    shape = text.partition(":")[0]
    if not all(size.isdecimal() and int(size) > 0 for size in shape.split(",")):
        raise ArgumentTypeError(f"'{text}' is not of the form SIZE,SIZE,… or SIZE,SIZE,…:TYPE")
    return text


def positive(text: str) -> int:
    """A positive integer."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"'{text}' is not a positive integer")
    return int(text)


def percentage(text: str) -> float:
    """A share, in percent."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < 1000:
        raise ArgumentTypeError(f"'{text}' is not a percentage from 0 to 1000")
    return number


def file(text: str) -> Path:
    """A file in a folder that exists."""
    folder = Path(text).absolute().parent
    if not folder.is_dir():
        raise ArgumentTypeError(f"there is no folder {folder}")
    return Path(text)


def setting(text: str) -> tuple[str, str]:
    """A variable and its value."""
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise ArgumentTypeError(f"'{text}' is not of the form NAME=VALUE")
    return name, value


# What argparse and pytest are told of --input.
INPUT: dict[str, Any] = {
    "metavar": "SHAPE[:TYPE]",
    "type": network_input,
    "action": "append",
    "default": [],
    "help": "an input of that model, if the model does not define it, such as 224,224,3 or 128:int32 (once for each input)",
}
