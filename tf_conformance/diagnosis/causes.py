"""What errors and signals mean, in plain words, and what to do.

In what is to do, ``{tensorflow}`` stands for the requirement that names the TensorFlow that is installed.
"""

from __future__ import annotations

REINSTALL = "install TensorFlow again: python -m pip install --force-reinstall {tensorflow}"

# What the error says -> the cause and what to do; \1 is what the expression's group has found. The first match counts.
CAUSES: list[tuple[str, str, str]] = [
    (
        r"compiled using NumPy 1|_ARRAY_API not found|numpy\.core\.\w+ failed to import|numpy\.core\._multiarray_umath"
        r"|numpy\.dtype size changed|compiled against (?:API|ABI) version|module 'numpy' has no attribute"
        # What the bindings of TensorFlow 2.7 to 2.14 say where they cannot speak to NumPy's C API.
        r"|Unable to convert function return value to a Python type! The signature was\s+\(\) -> handle",
        "NumPy is of another version than the one that TensorFlow, or a package that it uses, was built with",
        'python -m pip install "numpy<2", or a TensorFlow that takes this NumPy',
    ),
    (
        r"Keras cannot be imported|No module named 'tf_keras|`tf_keras`|tf_keras is not installed|Keras 2 "
        r"requested",
        "TensorFlow's Keras is not installed, or not in a version that this TensorFlow takes",
        "python -m pip install keras (tf-keras where TF_USE_LEGACY_KERAS is set)",
    ),
    (
        r"register_load_context_function|module 'keras[\w.]*' has no attribute",
        "Keras is of another version than the one that TensorFlow takes",
        "install the Keras that TensorFlow asks for: python -m pip install --force-reinstall {tensorflow}",
    ),
    (
        r"module 'tensorflow' has no attribute",
        "the package tensorflow is not whole",
        REINSTALL,
    ),
    (
        r"No module named '([\w.]+)'",
        r"the module \1 is missing",
        "install what TensorFlow needs: python -m pip install --force-reinstall {tensorflow}",
    ),
    (
        r"Descriptors cannot(?: not)? be created directly|runtime_version|Detected (?:incompatible|mismatched) Protobuf"
        r"|google/protobuf|google\.protobuf",
        "protobuf is of another version than the one that TensorFlow was built with",
        "install the protobuf that TensorFlow asks for: python -m pip install --force-reinstall {tensorflow}",
    ),
    (
        r"(\S+): cannot open shared object file",
        r"the shared library \1 is missing",
        r"install the package that holds \1, or name its folder in LD_LIBRARY_PATH; if it is TensorFlow's own, "
        + REINSTALL,
    ),
    (
        r"version [`'](GLIBC\w*_[\d.]+)' not found",
        r"this system's C or C++ library is older than TensorFlow needs: it lacks \1",
        "use a newer system or container, or an older TensorFlow",
    ),
    (
        r"undefined symbol: (\S+)",
        r"two parts of the install were built for one another in other versions: the symbol \1 is missing",
        REINSTALL,
    ),
    (
        r"(\S+): (?:invalid ELF header|file too short|ELF file's phentsize|wrong ELF class|ELF load command)",
        r"the shared library \1 is damaged or for another system",
        REINSTALL,
    ),
    (
        r"(\S+): failed to map segment",
        r"the system refuses to load \1: no memory, or a folder mounted noexec",
        "free memory, raise ulimit -v, or install outside the noexec folder",
    ),
    (
        r"cannot allocate memory in static TLS block",
        "a library loaded before TensorFlow has used up static memory",
        "import tensorflow first, or unset LD_PRELOAD",
    ),
    (
        r"driver version is insufficient",
        "NVIDIA's driver is too old for the CUDA that TensorFlow uses",
        "install a newer driver or an older TensorFlow; CUDA_VISIBLE_DEVICES=-1 goes without GPUs",
    ),
    (
        r"CUDA_ERROR_OUT_OF_MEMORY",
        "the GPU has no memory left",
        "see who uses it: nvidia-smi; CUDA_VISIBLE_DEVICES=-1 goes without GPUs",
    ),
    (
        r"failed\. Status: (.+)",
        r"the GPU or its driver refuses: \1",
        "see what nvidia-smi says; CUDA_VISIBLE_DEVICES=-1 goes without GPUs",
    ),
    (
        r"Unknown flag in (\w+): ",
        r"\1 holds a flag that this TensorFlow does not know",
        r"correct or unset \1",
    ),
    (
        r"Too many open files",
        "the system lets it open no further file",
        "raise ulimit -n",
    ),
    (
        r"can't start new thread|pthread_create|Resource temporarily unavailable",
        "the system lets it start no further thread",
        "raise ulimit -u, or the container's limit of processes (pids.max)",
    ),
    (
        r"MemoryError|Cannot allocate memory",
        "there is not enough memory",
        "free memory, or raise ulimit -v or the container's limit",
    ),
    (
        r"(?:null bytes|invalid syntax|unterminated|unexpected EOF|unindent|IndentationError|SyntaxError|marshal data"
        r"|unmarshal|bad magic number|Non-code object)",
        "a Python file of the install is damaged",
        REINSTALL,
    ),
    (
        r"partially initialized module '([\w.]+)'|cannot import name .* from '([\w.]+)'",
        "a module has been found in the wrong place or of another version",
        "look for a file of your own with that name, and for packages of mixed versions",
    ),
    (r"Permission denied|PermissionError", "a file of the install may not be read", "correct the files' permissions"),
]

# Signal -> what the import (or the start: %s) does, and what to do.
DEADLY: dict[str, tuple[str, str]] = {
    "SIGILL": (
        "%s uses an instruction that this processor does not have",
        "use a TensorFlow that was built for this processor",
    ),
    "SIGSEGV": ("%s crashes", REINSTALL + ", and look for libraries of mixed versions"),
    "SIGBUS": ("%s crashes: a file of the install is cut off, or the disk is full", REINSTALL),
    "SIGABRT": ("%s gives up", REINSTALL + ", and look for libraries of mixed versions"),
    "SIGKILL": (
        "%s is killed, as the system does when memory runs out",
        "free memory, or raise the container's limit; under a limit of processor time (ulimit -t), raise that",
    ),
    "SIGXCPU": ("%s takes more processor time than is allowed", "raise ulimit -t"),
    "SIGXFSZ": ("%s writes a larger file than is allowed", "raise ulimit -f"),
}
