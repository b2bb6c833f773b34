"""Why TensorFlow cannot be imported, in plain words."""

import re
import subprocess
import sys
import traceback
from dataclasses import replace
from typing import List, Optional, Tuple

from tf_conformance.last_words import place_of_death, signal_name
from tf_conformance.obstacle import Obstacle
from tf_conformance.preflight import unmet_requirements

CANNOT_IMPORT = "TensorFlow cannot be imported"
IMPORT = "import tensorflow as tf; tf.keras.layers"

REINSTALL = "install TensorFlow again: python -m pip install --force-reinstall tensorflow"

# What the error says -> the cause and what to do; \1 is what the expression's group has found. The first match counts.
CAUSES: List[Tuple[str, str, str]] = [
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
        r"No module named '([\w.]+)'",
        r"the module \1 is missing",
        "install what TensorFlow needs: python -m pip install --force-reinstall tensorflow",
    ),
    (
        r"Descriptors cannot(?: not)? be created directly|runtime_version|Detected (?:incompatible|mismatched) Protobuf"
        r"|google/protobuf|google\.protobuf",
        "protobuf is of another version than the one that TensorFlow was built with",
        "install the protobuf that TensorFlow asks for: python -m pip install --upgrade --force-reinstall tensorflow",
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
        r"(?:null bytes|invalid syntax|unterminated|unexpected EOF|unindent|IndentationError|SyntaxError|bad marshal data"
        r"|unmarshal)",
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

DEADLY = {
    "SIGILL": (
        "its import uses an instruction that this processor does not have",
        "use a TensorFlow that was built for this processor",
    ),
    "SIGSEGV": ("its import crashes", REINSTALL + ", and look for libraries of mixed versions"),
    "SIGBUS": ("its import crashes: a file of the install is cut off, or the disk is full", REINSTALL),
    "SIGABRT": ("its import gives up", REINSTALL + ", and look for libraries of mixed versions"),
    "SIGKILL": (
        "its import is killed, as the system does when memory runs out",
        "free memory, or raise the container's limit",
    ),
}


def _obstacle(cause: str, evidence: str, advice: str) -> Obstacle:
    return Obstacle(CANNOT_IMPORT, cause, evidence, _requirements_first(advice))


def _requirements_first(advice: str) -> str:
    """The advice, after the command that installs what is declared to be needed and is not there."""
    wanted = dict.fromkeys(line.rpartition(" install ")[2] for line in unmet_requirements())
    return "python -m pip install %s; if that is not enough, %s" % (" ".join(wanted), advice) if wanted else advice


def import_tensorflow() -> Optional[Obstacle]:
    """Imports TensorFlow and its Keras in this process; None where that succeeds."""
    try:
        import tensorflow as tf

        tf.keras.layers  # noqa: B018 - which newer TensorFlows import only now
    except (Exception, SystemExit) as error:
        return replace(explain_error(error), trace=traceback.format_exc())
    return None


def explain_error(error: BaseException) -> Obstacle:
    """The failure that an exception tells of; what it was raised from tells more than what was raised last."""
    lines = [_last_line(each) for each in _chain(error)]
    for line in lines:
        failure = _explain_text(line)
        if failure:
            return failure
    return _obstacle("its import raises an error", lines[0], REINSTALL)


def explain_death(returncode: int, output: str) -> Obstacle:
    """The failure of a process that ended while it imported TensorFlow; ``output`` is what it wrote to stderr."""
    said = [line.strip() for line in output.partition("Fatal Python error")[0].splitlines() if line.strip()]
    place = place_of_death(output)
    details = "".join("; " + detail for detail in (said[-1:] + ([place] if place else [])))
    explained = next((failure for failure in map(_explain_text, reversed(said)) if failure), None)
    if returncode >= 0:
        return explained or _obstacle(
            "its import ends the process", "exit status %d%s" % (returncode, details), REINSTALL
        )
    name = signal_name(returncode)
    cause, advice = DEADLY.get(name.partition(" ")[0], ("its import ends the process", REINSTALL))
    evidence = "the process died of %s%s" % (name, details)
    if explained and name.startswith(("SIGSEGV", "SIGABRT")):
        return replace(explained, evidence=evidence)
    return _obstacle(cause, evidence, advice)


def explain_hang(limit: float, where: str) -> Obstacle:
    """The failure of an import that did not end."""
    return _obstacle(
        "its import does not end",
        "not done after %g s%s" % (limit, " in " + where if where else ""),
        "look for a slow or unreachable file system, driver or network; --import-limit waits longer",
    )


def probe(limit: float) -> Optional[Obstacle]:
    """What a process of its own says that imports TensorFlow, after one has died of it; None where this one has not."""
    try:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", IMPORT],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return explain_hang(limit, "")
    output = done.stderr.decode("utf-8", "replace")
    return replace(explain_death(done.returncode, output), trace=output) if done.returncode else None


def _chain(error: BaseException) -> List[BaseException]:
    """The exception and those that it was raised from or while handling, the first cause first."""
    chain: List[BaseException] = []
    current: Optional[BaseException] = error
    while current is not None and current not in chain:
        chain.insert(0, current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _last_line(error: BaseException) -> str:
    """The error as the last line of a traceback has it; for a SyntaxError with the file."""
    text = " ".join(str(error).split())
    if isinstance(error, SyntaxError) and error.filename:
        text = "%s (%s, line %s)" % (error.msg, error.filename, error.lineno)
    if len(text) > 400:
        text = text[:400] + " …"
    return "%s: %s" % (type(error).__name__, text)


def _explain_text(text: str) -> Optional[Obstacle]:
    for expression, cause, advice in CAUSES:
        match = re.search(expression, text)
        if match:
            groups = tuple(match.groups()) + (None,)
            found = groups[0] or ""
            return _obstacle(cause.replace("\\1", found), text, advice.replace("\\1", found))
    return None
