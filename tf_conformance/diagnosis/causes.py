"""What errors and signals mean, in plain words, and what to do.

In what to do, ``{tensorflow}`` stands for the requirement that names the installed TensorFlow.
"""

from __future__ import annotations

import re
from typing import Iterable, NamedTuple

from tf_conformance.install.limits import RESOURCES


class Cause(NamedTuple):
    """A cause in plain words, and what to do, step by step."""

    cause: str
    advice: tuple[str, ...]


class ErrorText(NamedTuple):
    """What an error says, as an expression with at most one group that matches, and the cause that it reveals.

    ``{found}`` in the cause or in the advice is what the group matched.
    """

    expression: str
    cause: str
    advice: tuple[str, ...]


REINSTALL = ("python -m pip install --force-reinstall {tensorflow}",)
RUN_WITHOUT_GPU = "CUDA_VISIBLE_DEVICES=-1 runs without GPUs"

# The first match counts.
ERRORS = (
    ErrorText(
        r"compiled using NumPy 1|_ARRAY_API not found|numpy\.core\.\w+ failed to import|numpy\.core\._multiarray_umath"
        r"|numpy\.dtype size changed|compiled against (?:API|ABI) version|module 'numpy' has no attribute"
        # What the bindings of TensorFlow 2.7 to 2.14 say if they cannot use NumPy's C API.
        r"|Unable to convert function return value to a Python type! The signature was\s+\(\) -> handle",
        "TensorFlow, or a package that it uses, was built with another version of NumPy than the installed one",
        ('python -m pip install "numpy<2", or install a TensorFlow that supports this NumPy',),
    ),
    ErrorText(
        r"Keras cannot be imported|No module named 'tf_keras|`tf_keras`|tf_keras is not installed|Keras 2 requested",
        "TensorFlow's Keras is not installed, or not in a version that this TensorFlow supports",
        ("python -m pip install keras (or tf-keras, if TF_USE_LEGACY_KERAS is set)",),
    ),
    ErrorText(
        r"register_load_context_function|module 'keras[\w.]*' has no attribute",
        "the installed Keras is not of the version that TensorFlow needs",
        REINSTALL,
    ),
    ErrorText(r"module 'tensorflow' has no attribute", "the package tensorflow is incomplete", REINSTALL),
    ErrorText(r"No module named '([\w.]+)'", "the module {found} is missing", REINSTALL),
    ErrorText(
        r"Descriptors cannot(?: not)? be created directly|runtime_version|Detected (?:incompatible|mismatched) Protobuf"
        r"|google/protobuf|google\.protobuf",
        "TensorFlow was built with another version of protobuf than the installed one",
        REINSTALL,
    ),
    ErrorText(
        r"(\S+): cannot open shared object file",
        "the shared library {found} is missing",
        ("install the package that contains {found}, or add its folder to LD_LIBRARY_PATH", *REINSTALL),
    ),
    ErrorText(
        r"version [`'](GLIBC\w*_[\d.]+)' not found",
        "this system's C or C++ library is older than TensorFlow needs: it lacks {found}",
        ("use a newer system or container, or an older TensorFlow",),
    ),
    ErrorText(
        r"undefined symbol: (\S+)",
        "two parts of the install were built for other versions of each other: the symbol {found} is missing",
        REINSTALL,
    ),
    ErrorText(
        r"(\S+): (?:invalid ELF header|file too short|ELF file's phentsize|wrong ELF class|ELF load command)",
        "the shared library {found} is damaged or built for another system",
        REINSTALL,
    ),
    ErrorText(
        r"(\S+): failed to map segment",
        "the system refuses to load {found}: there is no memory, or its folder is mounted noexec",
        ("free memory, raise ulimit -v, or install outside the noexec folder",),
    ),
    ErrorText(
        r"cannot allocate memory in static TLS block",
        "a library that was loaded before TensorFlow has used up static memory",
        ("import tensorflow first, or unset LD_PRELOAD",),
    ),
    ErrorText(
        r"driver version is insufficient",
        "NVIDIA's driver is too old for the CUDA that TensorFlow uses",
        (f"install a newer driver or an older TensorFlow; {RUN_WITHOUT_GPU}",),
    ),
    ErrorText(
        r"CUDA_ERROR_OUT_OF_MEMORY",
        "the GPU has no memory left",
        (f"see who uses it: nvidia-smi; {RUN_WITHOUT_GPU}",),
    ),
    ErrorText(
        r"failed\. Status: (.+)",
        "the GPU or its driver reports an error: {found}",
        (f"see what nvidia-smi says; {RUN_WITHOUT_GPU}",),
    ),
    ErrorText(
        r"Unknown flag in (\w+): ",
        "{found} contains a flag that this TensorFlow does not know",
        ("correct or unset {found}",),
    ),
    *(ErrorText(resource.error, resource.cause, (resource.do,)) for resource in RESOURCES),
    ErrorText(
        r"null bytes|invalid syntax|unterminated|unexpected EOF|unindent|IndentationError|SyntaxError|marshal data"
        r"|unmarshal|bad magic number|Non-code object",
        "a Python file of the install is damaged",
        REINSTALL,
    ),
    ErrorText(
        r"partially initialized module '([\w.]+)'|cannot import name .* from '([\w.]+)'",
        "a module was found in the wrong place, or is of another version",
        ("look for a file of your own with the name of the module, and for packages of mixed versions",),
    ),
    ErrorText(
        r"Permission denied|PermissionError",
        "a file of the install cannot be read",
        ("correct the permissions of the file",),
    ),
)

# Signal -> what the import or the start does ({stage}), and what to do.
SIGNALS = {
    "SIGILL": Cause(
        "{stage} uses an instruction that this processor does not have",
        ("use a TensorFlow that was built for this processor",),
    ),
    "SIGSEGV": Cause("{stage} crashes", (*REINSTALL, "look for libraries of mixed versions")),
    "SIGBUS": Cause("{stage} crashes: a file of the install is truncated, or the disk is full", REINSTALL),
    "SIGABRT": Cause("{stage} aborts", (*REINSTALL, "look for libraries of mixed versions")),
    "SIGKILL": Cause(
        "{stage} is killed, which the system does when memory runs out",
        ("free memory, or raise the container's limit; under a limit on processor time (ulimit -t), raise that",),
    ),
    "SIGXCPU": Cause("{stage} takes more processor time than ulimit -t allows", ("raise ulimit -t",)),
    "SIGXFSZ": Cause("{stage} writes a larger file than ulimit -f allows", ("raise ulimit -f",)),
}


def cause_of(text: str, installed_libraries: Iterable[str] = ()) -> Cause | None:
    """The cause that an error's text reveals; None if it reveals none.

    ``installed_libraries``: the names of shared libraries that are where they were installed. If the loader does not
    find one of these, it was built for another system.
    """
    for error in ERRORS:
        match = re.search(error.expression, text)
        if match:
            found = next(filter(None, match.groups()), "")
            if "cannot open shared object file" in match.group() and found in installed_libraries:
                return Cause(
                    f"the shared library {found} is present, but damaged or built for another system", REINSTALL
                )
            advice = tuple(step.replace("{found}", found) for step in error.advice)
            return Cause(error.cause.replace("{found}", found), advice)
    return None
