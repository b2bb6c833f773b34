"""An error as text that is the same on every machine."""

from __future__ import annotations

import re
from functools import lru_cache

from tf_conformance.records.paste import AROUND, STYLE, errors_in

LONGEST = 400  # characters
ADDRESS = re.compile(r"0x[0-9a-f]{6,}", re.IGNORECASE)
FOLDERS = re.compile(r"(?<![\w.:/])/(?:[\w.~+-]+/)+")
CONFIGURATION = "{'module': "  # how the configuration of an object of Keras begins; it fills a page
# What Keras says around the error that it met in the configuration of an object, and of the objects that hold that one.
DESERIALIZING = re.compile(
    r"(?:<class '[\w.]+'> could not be deserialized properly|Error when deserializing class '\w+').*? Exception encountered: "
)
COUNTER = re.compile(r"(?<=[A-Za-z0-9])_\d+(?![A-Za-z0-9])")  # of an automatic name: dense_3, conv2d_43_input


def error_text(error: BaseException) -> str:
    """Type and message on one line, without quoted tracebacks and what ``alike`` leaves out."""
    message = STYLE.sub("", str(error))
    if AROUND.match(message):
        message = errors_in(message)[0].message
    return f"{type(error).__name__}: {alike(' '.join(message.split()))}"[:LONGEST]


@lru_cache(maxsize=None)
def alike(message: str) -> str:
    """A message without what surrounds it and what differs from run to run: addresses in memory, folders of paths, counters."""
    message = DESERIALIZING.sub("", _without_configurations(message))
    return COUNTER.sub("", FOLDERS.sub("", ADDRESS.sub("0x…", message)))


def _without_configurations(message: str) -> str:
    kept = ""
    while True:
        before, configuration, message = message.partition(CONFIGURATION)
        if not configuration:
            return kept + before
        kept += f"{before}{{…}}"
        message = message[_end_of_configuration(message) :]


def _end_of_configuration(text: str) -> int:
    """Where a configuration that has begun ends in a text."""
    depth = 1
    for end, character in enumerate(text, start=1):
        depth += (character == "{") - (character == "}")
        if depth == 0:
            return end
    return len(text)
