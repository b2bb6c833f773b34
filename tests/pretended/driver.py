"""A pretended driver of NVIDIA's: real libraries, made by the C compiler, that answer as told."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DRIVER = """
#include <string.h>
int cuInit(unsigned flags) {{ return {init}; }}
int cuDriverGetVersion(int *version) {{ *version = {version}; return 0; }}
int cuDeviceGetCount(int *count) {{ *count = {count}; return 0; }}
int cuDeviceGet(int *device, int number) {{ *device = number; return 0; }}
int cuDeviceGetName(char *name, int size, int device) {{ strncpy(name, "NVIDIA Pretended", size); return 0; }}
int cuDeviceTotalMem_v2(size_t *bytes, int device) {{ *bytes = (size_t)80 << 30; return 0; }}
int cuDeviceGetAttribute(int *value, int attribute, int device) {{ *value = attribute == 75 ? 9 : 0; return 0; }}
"""
MANAGEMENT = """
#include <string.h>
int nvmlInit_v2(void) {{ return 0; }}
int nvmlShutdown(void) {{ return 0; }}
int nvmlSystemGetDriverVersion(char *version, unsigned size) {{ strncpy(version, "580.159.04", size); return 0; }}
int nvmlDeviceGetCount_v2(unsigned *count) {{ *count = 1; return 0; }}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) {{ *device = 0; return 0; }}
int nvmlDeviceGetName(void *device, char *name, unsigned size) {{ strncpy(name, "NVIDIA Pretended", size); return 0; }}
int nvmlDeviceGetUUID(void *device, char *uuid, unsigned size) {{ strncpy(uuid, "GPU-1234", size); return 0; }}
"""
KINDS = ("cu", "nvml")
FUNCTION = re.compile(rb"(?<=\0)(?:cu(?!da)|nvml)[A-Z][A-Za-z0-9_]+(?=\0)")
FUNCTION_OF_SOURCE = re.compile(r"^int (\w+)\(", re.MULTILINE)
RUNTIME = "int cudaRuntimeGetVersion(int *version) {{ *version = {version}; return 0; }}"
CUDNN = "unsigned long cudnnGetVersion(void) {{ return {version}; }}"


def compiled(path: Path, source: str, *options: str, **values: int) -> Path:
    """Makes a library of C source; skips the test where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler makes pretended libraries here")
    path.parent.mkdir(parents=True, exist_ok=True)
    command = [compiler, "-w", "-shared", "-fPIC", "-x", "c", "-", "-x", "none", "-o", str(path), *options]
    subprocess.run(command, input=source.format(**values), text=True, check=True)
    return path


def whole_driver(folder: Path, tensorflow: Path) -> None:
    """Makes a driver with every function that a TensorFlow knows, so that TensorFlow itself takes it for one with a GPU.

    ``tensorflow``: the folder of the package, whose libraries name the functions.
    """
    names: set[str] = set()
    for library in tensorflow.rglob("*.so*"):
        names |= {match.decode() for match in FUNCTION.findall(library.read_bytes())}
    answered = {*FUNCTION_OF_SOURCE.findall(DRIVER), *FUNCTION_OF_SOURCE.findall(MANAGEMENT)}
    rest = sorted(names - answered)
    stubs = {
        kind: "".join(f"int {name}() {{{{ return 0; }}}}\n" for name in rest if name.startswith(kind)) for kind in KINDS
    }
    compiled(folder / "libcuda.so.1", DRIVER + stubs["cu"], init=0, version=13000, count=1)
    compiled(folder / "libnvidia-ml.so.1", MANAGEMENT + stubs["nvml"])


def driver(path: Path, init: int = 0, version: int = 13000, count: int = 1) -> Path:
    """A driver: the CUresult of its cuInit, the CUDA that it supports, and how many GPUs it shows."""
    return compiled(path, DRIVER, init=init, version=version, count=count)
