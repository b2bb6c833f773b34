"""The processor, as /proc/cpuinfo describes it."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path

from tf_conformance.install.filesystem import text_of

CPUINFO = Path("/proc/cpuinfo")
X86 = ("x86_64", "AMD64", "i686")


@dataclass(frozen=True)
class Processor:
    """The machine's architecture, such as x86_64, the processor's name, and the instructions that it has.

    ``features`` are the flags of /proc/cpuinfo; empty if nothing lists them.
    """

    machine: str
    name: str
    features: frozenset[str]

    @classmethod
    def read(cls, cpuinfo: Path = CPUINFO) -> Processor:
        """The first processor of this machine."""
        machine = platform.machine()
        fields = _fields(cpuinfo)
        # An emulated x86 may have the file of the ARM processor around it, which lists other things.
        flags = fields.get("flags") or ("" if machine in X86 else fields.get("Features")) or ""
        return cls(machine, fields.get("model name", platform.processor() or machine), frozenset(flags.split()))


def _fields(cpuinfo: Path) -> dict[str, str]:
    lines = (line.partition(":") for line in text_of(cpuinfo).partition("\n\n")[0].splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}
