"""What a cause is: in plain words, with what to do; and those of the signals that end a process."""

from __future__ import annotations

from typing import NamedTuple


class Cause(NamedTuple):
    """A cause in plain words, and what to do, step by step.

    A step may be a command in braces, which ``advice.py`` words as the installer at hand takes it: ``{reinstall}``
    TensorFlow, ``{replace}`` it after uninstalling it; ``{upgrade x}`` and ``{install x}``, in the version that fits
    TensorFlow, and ``{reinstall x}``, in its version, for a distribution x; ``{provide x}`` and ``{update x}`` for what
    provides a module x; ``{keras}`` is the Keras that TensorFlow needs, ``{python x}`` a Python for which it is built or,
    if this is one, a newer x.
    """

    cause: str
    advice: tuple[str, ...]


NO_TEMPORARY_FOLDER = Cause(
    "no folder for temporary files can be written",
    ("set TMPDIR to a writable folder; for a read-only container: docker run --tmpfs /tmp",),
)
NO_UTF_8 = Cause(
    "a path of this environment is not in UTF-8, and native modules cannot be loaded from there",
    ("make the environment again in a folder whose path is in UTF-8",),
)
REINSTALL = ("{reinstall}",)

# Signal -> what the import or the start does ({stage}), and what to do.
SIGNALS = {
    "SIGILL": Cause(
        "{stage} uses an instruction that this processor does not have",
        ("use a TensorFlow that was built for this processor",),
    ),
    "SIGSEGV": Cause("{stage} crashes", (*REINSTALL, "look for mixed versions of libraries")),
    "SIGBUS": Cause("{stage} crashes: a file of the install is truncated, or the disk is full", REINSTALL),
    "SIGABRT": Cause("{stage} aborts", (*REINSTALL, "look for mixed versions of libraries")),
    "SIGKILL": Cause(
        "{stage} is killed, which the system does when memory runs out",
        (
            "free memory, or raise the container's limit",
            "if processor time is limited (ulimit -t), raise that limit",
        ),
    ),
    "SIGTRAP": Cause("{stage} aborts", (*REINSTALL, "look for mixed versions of libraries")),
    "SIGSYS": Cause(
        "{stage} is ended by a filter of system calls (seccomp)",
        ("allow the call: --security-opt seccomp=unconfined in a container, SystemCallFilter= in a service",),
    ),
    **dict.fromkeys(
        ("SIGTERM", "SIGHUP", "SIGINT"),
        Cause(
            "{stage} is ended from outside, as batch systems do when a job's time or memory is used up",
            ("ask for more time or memory, and see what the batch system says",),
        ),
    ),
    "SIGXCPU": Cause("{stage} takes more processor time than ulimit -t allows", ("raise ulimit -t",)),
    "SIGXFSZ": Cause("{stage} writes a larger file than ulimit -f allows", ("raise ulimit -f",)),
}
