"""Why TensorFlow cannot be judged: it is not there, cannot be imported, or cannot be started; in plain words."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import traceback
from dataclasses import replace
from typing import Iterator

from tf_conformance.diagnosis.causes import CAUSES, DEADLY, REINSTALL
from tf_conformance.diagnosis.death import place_of_death, signal_name
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.install import checks as preflight
from tf_conformance.install.distributions import TENSORFLOW_DISTRIBUTIONS, first_installed, foundation, recorded_files
from tf_conformance.install.install import NOT_INSTALLED, Install
from tf_conformance.install.limits import memory_shortage

CANNOT_JUDGE = "TensorFlow cannot be judged"
CANNOT_IMPORT = "TensorFlow cannot be imported"
CANNOT_START = "TensorFlow is imported, but cannot be started"
STAGES = {CANNOT_IMPORT: "its import", CANNOT_START: "its start"}
UNFIT = {CANNOT_JUDGE, *STAGES}

# What TensorFlow logs when all is well, and what it logs before it gives up.
CHATTER = re.compile(r"WARNING: All log messages|To enable the following|[IW]\d{4} |\d{4}-\d\d-\d\d .*?: [IW] ")
FATAL = re.compile(r"F\d{4} |\d{4}-\d\d-\d\d .*?: F ")

# What a process does that is watched while it begins to use TensorFlow, and what it prints on the way.
IMPORTED, STARTED = "imported", "started"
BEGINNING = f"""
import tensorflow as tf
tf.keras.layers
print("{IMPORTED}", flush=True)
tf.zeros(())
print("{STARTED}", flush=True)
"""


def explain_unfitness(install: Install) -> Obstacle | None:
    """Why nothing here can be judged, where no TensorFlow 2 is installed; None where one is."""
    if install.tensorflow == NOT_INSTALLED:
        package = importlib.util.find_spec("tensorflow")
        if package and package.origin:
            what, cause = CANNOT_JUDGE, "it lacks the metadata that pip installs with it"
            evidence = f"it lies in {package.origin}"
        else:
            what, cause = CANNOT_IMPORT, "no TensorFlow is installed"
            evidence = f"{sys.executable} has no distribution that provides it"
    elif install.versions()["tensorflow"].major < 2:
        what, cause, evidence = CANNOT_JUDGE, "it is no TensorFlow 2", f"it is of version {install.tensorflow}"
    else:
        return None
    return Obstacle(what, cause, evidence, f"{sys.executable} -m pip install --force-reinstall tensorflow")


def import_tensorflow() -> Obstacle | None:
    """Imports TensorFlow and its Keras in this process; None where that succeeds."""
    try:
        import tensorflow as tf

        tf.keras.layers  # noqa: B018 - which newer TensorFlows import only now
    except (Exception, SystemExit) as error:
        return replace(explain_error(error), trace=traceback.format_exc())
    return None


def explain_error(error: BaseException, what: str = CANNOT_IMPORT) -> Obstacle:
    """The failure that an exception tells of; what it was raised from tells more than what was raised last."""
    lines = [_last_line(each) for each in _chain(error)]
    for line in lines:
        failure = _explain_text(line, what)
        if failure:
            return failure
    return _obstacle(what, f"{STAGES[what]} raises an error", lines[0], REINSTALL)


def explain_death(returncode: int, output: str, what: str = CANNOT_IMPORT) -> Obstacle:
    """The failure of a process that ended while it began to use TensorFlow; ``output`` is what it wrote to stderr."""
    lines = (line.strip() for line in output.partition("Fatal Python error")[0].splitlines())
    said = [line for line in lines if line and not CHATTER.match(line)]
    last = [line for line in said if FATAL.match(line)][-1:] or said[-1:]
    place = place_of_death(output)
    details = "".join("; " + detail for detail in (last + ([place] if place else [])))
    explained = next((failure for failure in (_explain_text(line, what) for line in reversed(said)) if failure), None)
    ends = ("%s ends the process", REINSTALL)
    if returncode >= 0:
        return explained or _obstacle(
            what, ends[0] % STAGES[what], "exit status %d%s" % (returncode, details), REINSTALL
        )
    name = signal_name(returncode)
    cause, advice = DEADLY.get(name.partition(" ")[0], ends)
    evidence = f"the process died of {name}{details}"
    if explained and name.startswith(("SIGSEGV", "SIGABRT")):
        return replace(explained, evidence=evidence)
    return _obstacle(what, cause % STAGES[what], evidence, advice)


def explain_hang(limit: float, where: str, what: str = CANNOT_IMPORT) -> Obstacle:
    """The failure of an import, or of a start, that did not end."""
    return _obstacle(
        what,
        f"{STAGES[what]} does not end",
        "not done after {:g} s{}".format(limit, " in " + where if where else ""),
        "look for a slow or unreachable file system, driver or network; --import-limit waits longer",
    )


def probe(limit: float) -> Obstacle | None:
    """What a process of its own says that begins to use TensorFlow, after one has died of it; None where all goes well."""
    try:
        done = subprocess.run(
            [sys.executable, "-X", "faulthandler", "-c", BEGINNING],
            capture_output=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return explain_hang(limit, "", _stage(error.stdout))
    except OSError as error:
        return explain_error(error)
    if STARTED.encode() in done.stdout.split():
        return None
    output = done.stderr.decode("utf-8", "replace")
    return replace(explain_death(done.returncode, output, _stage(done.stdout)), trace=output)


def _stage(printed: bytes | None) -> str:
    """What a process that begins to use TensorFlow could not do, by what it has printed."""
    return CANNOT_START if IMPORTED.encode() in (printed or b"").split() else CANNOT_IMPORT


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and those that it was raised from or while handling, the first cause first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.insert(0, current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def _last_line(error: BaseException) -> str:
    """The error as the last line of a traceback has it; for a SyntaxError with the file."""
    text = " ".join(str(error).split())
    if isinstance(error, SyntaxError) and error.filename:
        text = f"{error.msg} ({error.filename}, line {error.lineno})"
    if len(text) > 400:
        text = text[:400] + " …"
    return f"{type(error).__name__}: {text}"


def _explain_text(text: str, what: str) -> Obstacle | None:
    for expression, cause, advice in CAUSES:
        match = re.search(expression, text)
        if match:
            found = next(filter(None, match.groups()), "")
            if "cannot open shared object file" in match.group() and _is_installed(found):
                cause, advice = r"the shared library \1 is there, but is damaged or for another system", REINSTALL
            return _obstacle(what, cause.replace("\\1", found), text, advice.replace("\\1", found))
    return None


def _is_installed(library: str) -> bool:
    """Whether a library belongs to TensorFlow, or to what it stands on, and lies where it was installed."""
    return any(
        os.path.exists(distribution.locate_file(file.path))
        for distribution in foundation()
        for file in recorded_files(distribution) or ()
        if os.path.basename(file.path) == library
    )


def _obstacle(what: str, cause: str, evidence: str, advice: str) -> Obstacle:
    name, version = first_installed(TENSORFLOW_DISTRIBUTIONS)
    advice = advice.replace("{tensorflow}", f"{name}=={version}" if version else name)
    try:
        first = list(_first_aid())
    except MemoryError:  # which may be why all this is asked
        first = []
    return Obstacle(what, cause, evidence, "; if that is not enough, ".join([*first, advice]))


def _first_aid() -> Iterator[str]:
    """What to do about all that was found before the import and may be the cause of any failure."""
    shortage = memory_shortage()
    if shortage:
        yield shortage.advice
    yield from preflight.shadowed_modules()
    yield from preflight.missing_legacy_keras()
    yield from preflight.other_backend()
    yield from preflight.changed_defaults()
    yield from preflight.competing_tensorflows()
    yield from preflight.competing_keras()
    yield from preflight.leftovers()
    wanted = dict.fromkeys(line.rpartition(" install ")[2] for line in preflight.unmet_requirements())
    if wanted:
        yield "python -m pip install {}".format(" ".join(wanted))
    damaged = preflight.damaged_distributions()
    if damaged:
        yield "python -m pip install --force-reinstall --no-deps {}".format(" ".join(damaged))
