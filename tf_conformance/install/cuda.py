"""A TensorFlow that was built for CUDA: which libraries it opens at its start, and whether it finds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from tf_conformance.install.cached import cached
from tf_conformance.install.distribution import Distribution
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import text_of
from tf_conformance.install.install import minor_release
from tf_conformance.install.installer import Installer
from tf_conformance.install.loader import Loader
from tf_conformance.install.nvidia import Nvidia


def _sonames(names: str) -> tuple[str, ...]:
    """libcublas.so.12 for each cublas.12."""
    return tuple(re.sub(r"(\w+)\.(\S+)", r"lib\1.so.\2", names).split())


# The libraries that a build for a version of CUDA opens before it uses a GPU, beside cuDNN, by the beginning of the version.
# docs/gpus.md has the measurement, and the command that repeats it.
LIBRARIES = {
    "10.0": _sonames("cudart.10.0 cublas.10.0 cufft.10.0 curand.10.0 cusolver.10.0 cusparse.10.0"),
    "10": _sonames("cudart.10.1 cublas.10 cufft.10 curand.10 cusolver.10 cusparse.10"),
    "11.0": _sonames("cudart.11.0 cublas.11 cublasLt.11 cufft.10 curand.10 cusolver.10 cusparse.11"),
    "11": _sonames("cudart.11.0 cublas.11 cublasLt.11 cufft.10 curand.10 cusolver.11 cusparse.11"),
    "12": _sonames("cudart.12 cublas.12 cublasLt.12 cufft.11 cusolver.11 cusparse.12"),
}
FIRST_WITHOUT_CURAND = (2, 14)
# From this release on, the library of CUDA 13 will do for each of CUDA 12.
FIRST_WITH_CUDA_13 = (2, 23)
OF_CUDA_13 = dict(zip(LIBRARIES["12"], _sonames("cudart.13 cublas.13 cublasLt.13 cufft.12 cusolver.12 cusparse.13")))
# CUDA and cuDNN of the releases that do not say for which ones they were built.
UNTOLD = {"2.0": ("10.0", "7"), "2.1": ("10.1", "7"), "2.2": ("10.1", "7")}
EXTRA = "and-cuda"
# Where the names of NVIDIA's packages on PyPI differ from those of the libraries.
PACKAGES = {"cudart": "cuda-runtime", "cublasLt": "cublas"}

PACKAGE_FOLDERS = ("tensorflow", "tensorflow_core")
OPENERS = ("libtensorflow_framework.so.2", "python/_pywrap_tensorflow_internal.so")
BUILD_INFO = "python/platform/build_info.py"


@dataclass(frozen=True)
class CudaBuild:
    """A build for CUDA: the versions of CUDA and cuDNN that it asks for, as it writes them, and how it opens libraries.

    ``capabilities``: what its kernels were compiled for, such as sm_80 and compute_90. ``packages``: those of the extra
    and-cuda, if there is one; ``has_extra``: whether all of them are installed. ``path``: where Python looks for packages.
    ``needed_cudnn`` and ``installed_cudnn``: the oldest version of NVIDIA's package of cuDNN that will do, and the one
    that is installed; empty if there is none. ``release``: TensorFlow's, such as (2, 21).
    """

    cuda: str
    cudnn: str
    capabilities: tuple[str, ...]
    packages: tuple[str, ...]
    has_extra: bool
    path: tuple[str, ...]
    loader: Loader
    needed_cudnn: str = ""
    installed_cudnn: str = ""
    release: tuple[int, ...] = (2, 21)

    @classmethod
    def of(cls, environment: Environment) -> CudaBuild | None:
        """The build for CUDA that is installed; None if TensorFlow was built for something else."""
        tensorflow = environment.tensorflow
        info, opener = _of_package(tensorflow) if tensorflow else ("", None)
        if tensorflow is None or opener is None:
            return None
        extra = tuple(_requirements_of_extra(tensorflow.read_text("METADATA") or ""))
        packages = tuple(each.name for each in extra)
        needed_cudnn = _version_by_package("cudnn", extra)
        cudnn = environment.distributions.first([name for name in packages if "cudnn" in name])
        untold = UNTOLD.get(minor_release(tensorflow.version), ("", ""))
        return cls(
            cuda=_told("cuda_version", info) or untold[0] or _major_by_package("cublas", packages),
            cudnn=_told("cudnn_version", info) or untold[1] or needed_cudnn,
            capabilities=tuple(re.findall(r"\b(?:sm|compute)_\d+[af]?\b", info)),
            packages=packages,
            has_extra=bool(packages) and all(environment.distributions.first([name]) for name in packages),
            path=environment.path,
            loader=Loader(opener, environment.variables),
            needed_cudnn=needed_cudnn,
            installed_cudnn=cudnn.version if cudnn else "",
            release=Version(tensorflow.version).release[:2],
        )

    @property
    def libraries(self) -> tuple[str, ...]:
        """The sonames of the libraries that the build opens at its start, in this order; none if they are not known."""
        for prefix, sonames in LIBRARIES.items():
            if re.match(rf"{re.escape(prefix)}(\.|$)", self.cuda):
                opened = [each for each in sonames if "curand" not in each or self.release < FIRST_WITHOUT_CURAND]
                cudnn = self.cudnn.partition(".")[0]
                return (*opened, *([f"libcudnn.so.{cudnn}"] if cudnn else []))
        return ()

    @cached
    def missing(self) -> dict[str, str]:
        """Of these libraries, those that cannot be loaded, and nothing in their place, and why."""
        errors = self.loader.errors(self.libraries)
        successors = OF_CUDA_13 if self.release >= FIRST_WITH_CUDA_13 else {}
        others = {soname: successors[soname] for soname in errors if soname in successors}
        failing = self.loader.errors(list(others.values())) if others else {}
        return {soname: errors[soname] for soname in errors if soname not in others or others[soname] in failing}

    @property
    def wrong(self) -> dict[str, str]:
        """The libraries that are missing or do not fit, and why."""
        return {**self.unfit, **self.missing}

    @property
    def unfit(self) -> dict[str, str]:
        """cuDNN, if NVIDIA's package of it is older, by its first two numbers, than the one that TensorFlow was built with.

        TensorFlow then starts and fails at its first convolution. Other libraries work with older ones of their major version.
        """
        needed, installed = self.needed_cudnn, self.installed_cudnn
        if not needed or not installed or Version(installed).release[:2] >= Version(needed).release[:2]:
            return {}
        return {self.libraries[-1]: f"it is of cuDNN {installed}, TensorFlow was built with {needed}"}

    @cached
    def is_meant(self) -> bool:
        """Whether CUDA is here for a GPU, rather than because other packages bring parts of it along, or not at all."""
        found = set(self.libraries) - set(self.missing)
        of_cuda = found - {self.libraries[-1]}  # cuDNN serves several versions
        return bool(of_cuda) and (self.has_extra or Nvidia().load_error() is None)

    @property
    def overlooked(self) -> dict[str, Path]:
        """The libraries that NVIDIA's packages have and the opener does not lead to, whatever LD_LIBRARY_PATH says."""
        unaided = Loader(self.loader.opener, {})
        packaged = {soname: self._packaged(soname) for soname in self.libraries}
        return {soname: file for soname, file in packaged.items() if file and not unaided.file_of(soname)}

    def _packaged(self, soname: str) -> Path | None:
        """The file of a library in NVIDIA's packages."""
        return next((file for folder in self.path for file in Path(folder).glob(f"nvidia/*/lib/{soname}")), None)

    def mend(self, installer: Installer) -> tuple[str, ...]:
        """What to do about the missing libraries, step by step: name the folders of those that are there, install the others."""
        overlooked = {soname: file for soname, file in self.overlooked.items() if soname in self.missing}
        absent = [soname for soname in self.missing if soname not in overlooked]
        steps = [self._install(absent, installer)] if absent else []
        if overlooked:
            folders = ":".join(dict.fromkeys(str(file.parent) for file in overlooked.values()))
            steps.append(f'export LD_LIBRARY_PATH="{folders}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"')
        return tuple(steps)

    def _install(self, sonames: Sequence[str], installer: Installer) -> str:
        packages = dict.fromkeys(map(self._package_of, sonames))
        if set(packages) <= set(self.packages):
            return installer.install(*packages)
        return f"install CUDA {self.cuda} and cuDNN {self.cudnn}, and name their folders in LD_LIBRARY_PATH"

    def _package_of(self, soname: str) -> str:
        """The name of the PyPI package that brings a library, if there is one."""
        name = soname[len("lib") :].partition(".")[0]
        return f"nvidia-{PACKAGES.get(name, name)}-cu{self.cuda.partition('.')[0]}"


def _of_package(tensorflow: Distribution) -> tuple[str, Path | None]:
    """What a build for CUDA says of itself, and its library that opens others; none if TensorFlow was built for something else."""
    for folder in (Path(tensorflow.locate(name)) for name in PACKAGE_FOLDERS):
        info = text_of(folder / BUILD_INFO)
        if re.search(r"is_cuda_build\W+True", info):
            return info, next((folder / name for name in OPENERS if (folder / name).exists()), None)
    return "", None


def _told(name: str, info: str) -> str:
    """A version in build_info.py; empty if there is none."""
    match = re.search(rf"{name}\W+([\d.]+)", info)
    return match.group(1) if match else ""


def _requirements_of_extra(metadata: str) -> Iterator[Requirement]:
    for line in metadata.splitlines():
        if line.startswith("Requires-Dist:") and EXTRA in line:
            try:
                requirement = Requirement(line.partition(":")[2].strip())
            except InvalidRequirement:
                continue
            if requirement.marker and requirement.marker.evaluate({"extra": EXTRA}):
                yield requirement


def _major_by_package(part: str, packages: Sequence[str]) -> str:
    """The version of CUDA in the name of NVIDIA's package of a part; empty if there is none."""
    matches = (re.match(rf"nvidia-{part}-cu(\d+)$", name) for name in packages)
    return next((match.group(1) for match in matches if match), "")


def _version_by_package(part: str, extra: Sequence[Requirement]) -> str:
    """The lowest version of NVIDIA's package of a part that will do; empty if nothing tells."""
    lowest = (
        limit.version
        for each in extra
        if re.match(rf"nvidia-{part}-cu\d+$", each.name)
        for limit in each.specifier
        if limit.operator in ("==", ">=", "~=")
    )
    return next(lowest, "")
