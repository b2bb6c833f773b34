"""A pretended NVIDIA driver."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from tf_conformance.install.nvidia import DRIVER, Gpu, Nvidia

GPU = Gpu("NVIDIA Pretended", 80 * 2**30, (8, 0))
NOT_FOUND = "cannot open shared object file: No such file or directory"


class PretendedNvidia(Nvidia):
    """A driver for CUDA 12.8 and one GPU of compute capability 8.0, unless it is said otherwise.

    ``errors``: why libraries cannot be loaded; ``devices``: the folder in place of /dev.
    """

    def __init__(
        self,
        errors: dict[str, str] | None = None,
        path: str = f"/usr/lib/{DRIVER}",
        init: int = 0,
        cuda: tuple[int, int] | None = (12, 8),
        gpus: Sequence[Gpu] = (GPU,),
        present: Sequence[str] = ("GPU 0 (NVIDIA Pretended, GPU-1234)",),
        devices: Path = Path("/dev"),
    ) -> None:
        self._errors, self._path, self._init, self._cuda = errors or {}, path, init, cuda
        self._gpus, self._present, self.device_files = list(gpus), list(present), devices

    def load_error(self, library: str = DRIVER) -> str | None:
        """Why a library cannot be loaded."""
        return self._errors.get(library)

    def path(self) -> str:
        """The file of the driver's library."""
        return self._path

    def init_error(self) -> int:
        """The CUresult of cuInit."""
        return self._init

    def cuda_version(self) -> tuple[int, int] | None:
        """The newest CUDA that the driver supports."""
        return self._cuda

    def version(self) -> str | None:
        """The version of the driver."""
        return "580.159.04"

    def identities(self) -> list[str]:
        """The GPUs of the machine."""
        return self._present

    def gpus(self) -> list[Gpu]:
        """The GPUs that this process is shown."""
        return self._gpus if self._init == 0 else []
