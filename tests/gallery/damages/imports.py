"""TensorFlow's import ends its process, does not end, or finds no memory."""

from __future__ import annotations

from tests.gallery.damage import REINSTALL, Kind, cannot_be_imported

KIND = Kind("imports", workers=1)
MIXED = "look for mixed versions of libraries"


@KIND.damage(
    obstacle=cannot_be_imported(
        "its import crashes", "the process died of SIGSEGV (segmentation fault); string_at (*", REINSTALL, MIXED
    ),
    core=True,
)
def segfault(environment):
    """The import crashes."""
    environment.put_into_import("import ctypes; ctypes.string_at(0)")


@KIND.damage(
    obstacle=cannot_be_imported(
        "its import aborts",
        "the process died of SIGABRT (abort); terminate called; <module> (*/tensorflow/__init__.py:*)",
        REINSTALL,
        MIXED,
    ),
)
def abort(environment):
    """A library aborts, with a last word."""
    environment.put_into_import("import os; os.write(2, b'terminate called\\n'); os.abort()")


@KIND.damage(
    obstacle=cannot_be_imported(
        "its import uses an instruction that this processor does not have",
        "the process died of SIGILL (illegal instruction); <module> (*/tensorflow/__init__.py:*)",
        "use a TensorFlow that was built for this processor",
    ),
)
def unknown_instruction(environment):
    """The build uses an instruction that the processor does not have."""
    environment.put_into_import("import os, signal; os.kill(os.getpid(), signal.SIGILL)")


@KIND.damage(
    obstacle=cannot_be_imported(
        "its import is killed, which the system does when memory runs out",
        "the process died of SIGKILL (killed, which the system does when memory runs out)",
        "free memory, or raise the container's limit",
        "if processor time is limited (ulimit -t), raise that limit",
    ),
)
def killed(environment):
    """The system kills the process, to free its memory."""
    environment.put_into_import("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


@KIND.damage(
    obstacle=cannot_be_imported(
        "its import does not end",
        "not done after 2000 s in <module> (*/tensorflow/__init__.py:*)",
        "look for a slow or unreachable file system, driver or network; --import-limit waits longer",
    ),
    arguments=("-p", "clock", "--import-limit", "2000"),
    core=True,
)
def hang(environment):
    """The import waits for something that does not come."""
    environment.put_into_import("import clock, time; clock.hurry(); time.sleep(100000)")


@KIND.damage(obstacle=cannot_be_imported("its import ends the process", "the process ended with status 3", REINSTALL))
def exit_with_failure(environment):
    """The import ends the process."""
    environment.put_into_import("import os; os._exit(3)")


@KIND.damage(obstacle=cannot_be_imported("its import ends the process", "the process ended with status 0", REINSTALL))
def exit_with_success(environment):
    """The import ends the process with the status of success."""
    environment.put_into_import("import os; os._exit(0)")


@KIND.damage(
    obstacle=cannot_be_imported(
        "there is not enough memory",
        "MemoryError: no memory",
        "free memory, or raise ulimit -v and -d or the container's limit",
    ),
    workers=0,
)
def no_memory(environment):
    """Python finds no memory."""
    environment.put_into_import("raise MemoryError('no memory')")
