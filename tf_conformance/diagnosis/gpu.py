"""Why TensorFlow does not use a GPU."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Iterator

from packaging.version import Version

from tf_conformance.diagnosis.driver import INIT_ERRORS, UNFIT_LIBRARY, Reason, in_the_way_of_devices
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install.cached import cached
from tf_conformance.install.cuda import CudaBuild
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import Install
from tf_conformance.install.installer import Installer
from tf_conformance.install.nvidia import DRIVER, MANAGEMENT, Nvidia
from tf_conformance.install.path_variables import taking_off
from tf_conformance.install.tools import Tool

WHAT = "TensorFlow does not use a GPU"
HIDING = ("", "-1", "none", "NoDevFiles")  # values of the variables that choose devices
FIRST_WITH_EXTRA = (2, 14)
FIRST_THAT_ASKS_NVML = (2, 21)


@dataclass(frozen=True)
class Search:
    """The way from the variables and the build over the driver to the device, on which the first reason ends the search."""

    install: Install
    environment: Environment
    nvidia: Nvidia

    @cached
    def build(self) -> CudaBuild | None:
        """How the build for CUDA opens libraries; None if it is none, or not laid out as such builds are."""
        return CudaBuild.of(self.environment)

    def reasons(self) -> Iterator[Reason]:
        """The first reason, and libraries that are missing besides: whoever mends the one would then meet the other."""
        first = self._hidden() or self._not_built_for_gpus()
        if first:
            yield first
        elif self.install.build.get("cuda"):
            yield from filter(None, (self._driver(), self._missing_libraries(), self._too_old_for_build()))

    def _variable(self, name: str) -> str | None:
        return self.environment.variables.get(name)

    def _hidden(self) -> Reason | None:
        for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"):
            value = self._variable(name)
            if value is not None and value.strip() in HIDING:
                return Reason(f"{name} hides all GPUs", f"{name}={value!r}", (f"unset {name}",))
        return None

    def _not_built_for_gpus(self) -> Reason | None:
        if self.install.build.get("cuda") or self.install.build.get("rocm"):
            return None
        evidence = "tf.test.is_built_with_cuda() is False"
        return Reason("it was built for CPUs only", evidence, (self._build_for_gpus(),))

    def _build_for_gpus(self) -> str:
        """The command that puts a build for CUDA in the place of this one."""
        installer, name = Installer.of(self.environment), self.install.tensorflow_distribution
        release = Version(self.install.tensorflow).release[:2]
        if installer.tool in (Tool.CONDA, Tool.PIXI):
            return installer.install("tensorflow=*=cuda*")
        if name == "tensorflow" and release > (2, 0):
            return "use a TensorFlow that was built for CUDA; on PyPI those are for Linux on x86_64"
        wanted = "tensorflow-gpu" if release == (2, 0) else "tensorflow"
        extra = "[and-cuda]" if release >= FIRST_WITH_EXTRA else ""
        return installer.replace([name], f"{wanted}{extra}=={self.install.release}.*")

    def _driver(self) -> Reason | None:
        return (
            self._no_driver()
            or self._stub()
            or self._driver_too_old()
            or self._named_devices_are_absent()
            or self._driver_fails()
            or self._no_management()
        )

    def _no_driver(self) -> Reason | None:
        error = self.nvidia.load_error()
        if error is None:
            return None
        shown = self._variable("NVIDIA_VISIBLE_DEVICES")
        if shown is not None and shown.strip() in ("", "void", "none"):
            evidence = f"NVIDIA_VISIBLE_DEVICES={shown!r}; {error}"
            return Reason("the container was started without GPUs", evidence, ("start it with the GPUs (--gpus all)",))
        if "No such file" not in error:
            return Reason("NVIDIA's driver cannot be loaded", error, ("install the driver again",))
        install = "install the driver; in a container, start it with the GPUs (--gpus all)"
        return Reason("NVIDIA's driver is not installed", error, (install,))

    def _stub(self) -> Reason | None:
        path = self.nvidia.path()
        if "/stubs/" not in path and self.nvidia.init_error() != 34:
            return None
        cause = f"the first {DRIVER} is a stub for linking, not the driver"
        return Reason(cause, path, (self._taking_off_the_path(path) or "take its folder off the loader's path",))

    def _taking_off_the_path(self, library: str) -> str:
        """How to take the folder of a library off LD_LIBRARY_PATH; empty if that does not list it."""
        return taking_off(os.path.dirname(library), "LD_LIBRARY_PATH", self.environment.variables)

    def _driver_too_old(self) -> Reason | None:
        built_with = self.build.cuda if self.build else str(self.install.build.get("cuda_version", ""))
        driver = self.nvidia.cuda_version()
        needed = re.match(r"\d+", built_with)
        if not needed or driver is None or driver[0] >= int(needed.group()):
            return None
        return Reason(
            "NVIDIA's driver is too old for the CUDA that TensorFlow was built with",
            f"the driver supports CUDA {driver[0]}.{driver[1]}, TensorFlow was built with {built_with}",
            ("install a newer driver, or an older TensorFlow",),
        )

    def _named_devices_are_absent(self) -> Reason | None:
        value, present = self._variable("CUDA_VISIBLE_DEVICES"), self.nvidia.identities()
        if value is None or not present or self.nvidia.gpus():
            return None
        evidence = f"CUDA_VISIBLE_DEVICES={value!r}; this machine has {', '.join(present)}"
        return Reason("CUDA_VISIBLE_DEVICES names no GPU of this machine", evidence, ("unset CUDA_VISIBLE_DEVICES",))

    def _driver_fails(self) -> Reason | None:
        code = self.nvidia.init_error()
        if code == 0:
            if self.nvidia.gpus():
                return None
            cause = "the driver shows no GPU to this process"
            return Reason(cause, "it counts 0 devices", ("compare with nvidia-smi",))
        blocked = in_the_way_of_devices(self.nvidia.device_files)
        if blocked:
            return blocked._replace(evidence=f"{blocked.evidence}; cuInit returns {code}")
        name, cause, advice = INIT_ERRORS.get(code, ("", "the driver cannot be started", "see nvidia-smi and dmesg"))
        evidence = f"cuInit returns {code}{f' ({name})' if name else ''}"
        return self._compatibility_package(code, evidence) or Reason(cause, evidence, (advice,))

    def _compatibility_package(self, code: int, evidence: str) -> Reason | None:
        """A library of another driver that LD_LIBRARY_PATH puts first, as CUDA's toolkits and images hold one in compat/."""
        path = self.nvidia.path()
        mend = self._taking_off_the_path(path) if code in UNFIT_LIBRARY else ""
        if not mend:
            return None
        cause = "LD_LIBRARY_PATH puts the library of another driver (cuda-compat) first, which does not work here"
        return Reason(cause, f"{path}; {evidence}", (mend,))

    def _no_management(self) -> Reason | None:
        error = self.nvidia.load_error(MANAGEMENT)
        if error is None or Version(self.install.tensorflow).release[:2] < FIRST_THAT_ASKS_NVML:
            return None
        install = "install the full driver; in a container, start it with NVIDIA_DRIVER_CAPABILITIES=compute,utility"
        return Reason(f"{MANAGEMENT} is missing, a part of NVIDIA's driver that TensorFlow needs", error, (install,))

    def _missing_libraries(self) -> Reason | None:
        if self.build is None or not self.build.missing:
            return None
        missing = self.build.missing
        return Reason(
            f"TensorFlow does not find CUDA libraries: {', '.join(missing)}",
            f"{next(iter(missing.values()))} (looked for as {self.build.loader.opener.name} does)",
            self.build.mend(Installer.of(self.environment)),
        )

    def _too_old_for_build(self) -> Reason | None:
        gpus = self.nvidia.gpus()
        built_for = ",".join(self.build.capabilities if self.build else ())
        oldest = min(map(int, re.findall(r"_(\d+)", built_for)), default=0)
        if not gpus or any(10 * gpu.compute_capability[0] + gpu.compute_capability[1] >= oldest for gpu in gpus):
            return None
        has = "{}.{}".format(*gpus[0].compute_capability)
        return Reason(
            "the GPU is older than those that TensorFlow was built for",
            f"{gpus[0].model} has compute capability {has}, TensorFlow was built for {built_for}",
            ("use a TensorFlow that was built for this GPU, or another GPU",),
        )


def why_no_gpu(install: Install, environment: Environment, nvidia: Nvidia) -> Obstacle:
    """All that keeps TensorFlow from using a GPU, as far as it can be seen; in the order in which to fix it."""
    reasons = list(Search(install, environment, nvidia).reasons())
    if not reasons:
        return Obstacle(
            WHAT,
            "driver and libraries can be loaded, but TensorFlow finds no device",
            f"it sees {', '.join(install.devices)}",
            ("compare with nvidia-smi", "read what TensorFlow logs: TF_CPP_MIN_LOG_LEVEL=0 TF_CPP_MAX_VLOG_LEVEL=1"),
        )
    return Obstacle(
        WHAT,
        "; besides, ".join(reason.cause for reason in reasons),
        "; ".join(reason.evidence for reason in reasons),
        tuple(step for reason in reasons for step in reason.advice),
    )
