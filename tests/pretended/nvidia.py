"""A pretended NVIDIA driver."""

from __future__ import annotations

from typing import Iterable

from tf_conformance.install.nvidia import Nvidia


class PretendedNvidia(Nvidia):
    """A driver for CUDA 12.8 and a GPU of compute capability 8.0; all libraries can be loaded but the missing ones."""

    def __init__(
        self,
        missing: Iterable[str] = (),
        version: tuple[int, int] | None = (12, 8),
        capability: tuple[int, int] | None = (8, 0),
    ) -> None:
        self.missing = set(missing)
        self.version = version
        self.capability = capability

    def load_error(self, soname: str) -> str | None:
        """Why a library cannot be loaded; None if it is not missing."""
        return f"{soname}: cannot open" if soname in self.missing else None

    def cuda_version(self) -> tuple[int, int] | None:
        """The newest CUDA that the driver supports."""
        return self.version

    def compute_capability(self) -> tuple[int, int] | None:
        """The compute capability of the GPU."""
        return self.capability
