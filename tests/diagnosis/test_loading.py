"""Why TensorFlow cannot be judged: what is made of errors and of dead processes."""

from __future__ import annotations

import importlib
import subprocess
import sys
from dataclasses import replace
from fnmatch import fnmatchcase
from signal import Signals

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tests.pretended.installs import INSTALL
from tf_conformance.diagnosis import loading
from tf_conformance.diagnosis.death import IMPORTED, READS, Death
from tf_conformance.diagnosis.loading import STARTED, Diagnosis, Stage, is_unusable, why_unfit
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.diagnosis.suspects import Places
from tf_conformance.install.checks.requirements import unmet_requirements
from tf_conformance.install.fitting import older_python
from tf_conformance.install.install import NOT_INSTALLED
from tf_conformance.install.limits import Limits
from tf_conformance.install.problem import IMPORT, USE, Problem

DIAGNOSIS = Diagnosis(environment(tensorflow()))
REINSTALL = "python -m pip install --force-reinstall tensorflow==2.21.0"
CANNOT_IMPORT = "TensorFlow cannot be imported"
CANNOT_START = "TensorFlow is imported, but cannot be started"
CANNOT_JUDGE = "TensorFlow cannot be judged"


def caught(error, cause=None):
    """An error as it is when it has been raised, from its cause if there is one."""
    try:
        raise error from cause
    except type(error) as raised:
        return raised


def test_foretold():
    """Only a problem that is certain to break the import spares it, the first one of these."""
    found = (Problem("a", "b"), Problem("c", "d", USE), Problem("e", "f", IMPORT), Problem("g", "h", IMPORT))
    assert Diagnosis(environment(), found[:2]).foretold() is None
    obstacle = Diagnosis(environment(), found).foretold()
    assert (obstacle.what, obstacle.cause, obstacle.advice) == (CANNOT_IMPORT, "e", ("f",))


def test_known_error():
    """An error whose text reveals its cause is explained by it, with the error as evidence and a traceback."""
    obstacle = DIAGNOSIS.of_error(caught(ModuleNotFoundError("No module named 'absl'")), Stage.IMPORT)
    assert obstacle == Obstacle(
        CANNOT_IMPORT,
        "the module absl is missing",
        "ModuleNotFoundError: No module named 'absl'",
        ("python -m pip install absl-py",),
    )
    assert obstacle.trace.startswith("Traceback")
    assert obstacle.trace.endswith("ModuleNotFoundError: No module named 'absl'\n")


@pytest.mark.parametrize(
    ("stage", "what", "cause"),
    [
        (Stage.IMPORT, CANNOT_IMPORT, "its import raises an error"),
        (Stage.START, CANNOT_START, "its start raises an error"),
    ],
)
def test_unknown_error(stage, what, cause):
    """An error that reveals nothing is given as evidence."""
    obstacle = DIAGNOSIS.of_error(RuntimeError("something\n  else"), stage)
    assert obstacle == Obstacle(what, cause, "RuntimeError: something else", (REINSTALL,))


@pytest.mark.parametrize("chain", ["__cause__", "__context__"])
def test_first_cause_counts(chain):
    """An error that another one was raised from, or while handling, reveals more than the last one."""
    error = ImportError("cannot import name 'x' from 'tensorflow'")
    setattr(error, chain, ImportError("libfoo.so.1: cannot open shared object file"))
    obstacle = DIAGNOSIS.of_error(error, Stage.IMPORT)
    assert obstacle.cause == "the shared library libfoo.so.1 is missing"
    assert obstacle.evidence == "ImportError: libfoo.so.1: cannot open shared object file"


def test_suppressed_context():
    """An error that was raised from None stands alone."""
    error = RuntimeError("no")
    error.__context__ = ImportError("libfoo.so.1: cannot open shared object file")
    error.__suppress_context__ = True
    assert DIAGNOSIS.of_error(error, Stage.IMPORT).evidence == "RuntimeError: no"


def test_unknown_first_cause():
    """If no error of a chain reveals a cause, the first one is the evidence."""
    obstacle = DIAGNOSIS.of_error(caught(RuntimeError("last"), ValueError("first")), Stage.IMPORT)
    assert obstacle.evidence == "ValueError: first"


def test_syntax_error():
    """The evidence of a syntax error names the file and the line."""
    error = SyntaxError("invalid syntax", ("/a/ops.py", 7, 1, "x x"))
    obstacle = DIAGNOSIS.of_error(error, Stage.IMPORT)
    assert obstacle.cause == "a Python file of the install is damaged"
    assert obstacle.evidence == "SyntaxError: invalid syntax (/a/ops.py, line 7)"


def test_long_error():
    """A long text is cut in the evidence."""
    evidence = DIAGNOSIS.of_error(RuntimeError("x" * 10_000), Stage.IMPORT).evidence
    assert len(evidence) < 500
    assert evidence.endswith("x …")


@pytest.mark.parametrize(
    ("returncode", "words", "cause", "evidence"),
    [
        (-11, "", "its import crashes", "the process died of SIGSEGV (segmentation fault)"),
        (
            -11,
            "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0.0\n",
            "TensorFlow, or a package that it uses, was built with a different version of NumPy than the installed one",
            "the process died of SIGSEGV (segmentation fault); "
            "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0.0",
        ),
        (-6, "terminate called\n", "its import aborts", "the process died of SIGABRT (abort); terminate called"),
        (
            -4,
            "",
            "its import uses an instruction that this processor does not have",
            "the process died of SIGILL (illegal instruction)",
        ),
        (
            -9,
            "MemoryError\n",
            "its import is killed, which the system does when memory runs out",
            "the process died of SIGKILL (killed, which the system does when memory runs out); MemoryError",
        ),
        (-99, "", "its import ends the process", "the process died of signal 99"),
        (3, "bye\n", "its import ends the process", "the process ended with status 3; bye"),
        (None, "", "its import ends the process", "the process ended"),
        (
            1,
            "ModuleNotFoundError: No module named 'six'\n",
            "the module six is missing",
            "the process ended with status 1; ModuleNotFoundError: No module named 'six'",
        ),
        (-11, IMPORTED, "its start crashes", "the process died of SIGSEGV (segmentation fault)"),
        (
            -11,
            'Fatal Python error: Segmentation fault\n\n  File "/a/ops.py", line 7 in op\n',
            "its import crashes",
            "the process died of SIGSEGV (segmentation fault); op (/a/ops.py:7)",
        ),
    ],
)
def test_death(returncode, words, cause, evidence):
    """A death is explained by what the process said, or else by its signal; signal, last line and place are evidence."""
    obstacle = DIAGNOSIS.of_death(Death(returncode, words))
    assert (obstacle.cause, obstacle.evidence) == (cause, evidence)
    assert obstacle.what == (CANNOT_START if IMPORTED in words else CANNOT_IMPORT)
    assert obstacle.trace == words


@pytest.mark.parametrize(
    ("words", "stage", "cause", "evidence"),
    [
        (
            '  File "x.py", line 1 in read',
            Stage.IMPORT,
            "its import does not end",
            "not done after 5 s in read (x.py:1)",
        ),
        (IMPORTED, Stage.START, "its start does not end", "not done after 5 s"),
        (f"{IMPORTED}{READS}spec/a.py\n", Stage.JUDGE, "reading spec/a.py does not end", "not done after 5 s"),
    ],
)
def test_hang(words, stage, cause, evidence):
    """An import, a start or the reading of a spec file that does not end names the limit and the place."""
    obstacle = DIAGNOSIS.of_hang(5.0, Death(None, words))
    assert (obstacle.what, obstacle.cause, obstacle.evidence) == (stage.failure, cause, evidence)


@pytest.mark.parametrize(
    ("returncode", "cause", "advice"),
    [
        (7, "reading spec/b.py ends the process", "see what spec/b.py does; --ignore=spec/b.py checks the rest"),
        (-11, "reading spec/b.py crashes", REINSTALL),
    ],
)
def test_death_in_a_spec_file(returncode, cause, advice):
    """A process that ended while it read a spec file names the file."""
    obstacle = DIAGNOSIS.of_death(Death(returncode, f"{IMPORTED}{READS}spec/a.py\n{READS}spec/b.py\n"))
    assert str(obstacle) == f"{CANNOT_JUDGE}: {cause}"
    assert obstacle.advice[0] == advice


def test_shortage():
    """A shortage is explained by the resource, how little of it there is, and the limit to raise."""
    (shortage,) = Limits(files=20).shortages()
    assert DIAGNOSIS.of_shortage(shortage, Stage.JUDGE) == Obstacle(
        CANNOT_JUDGE,
        "the system refuses to open another file",
        "the system allows a process only 20 open files (ulimit -n)",
        ("raise ulimit -n",),
    )


WRITE_IMPORTED = f"import sys; sys.stderr.write({IMPORTED!r}); sys.stderr.flush(); "


@pytest.mark.parametrize(
    ("program", "what", "cause"),
    [
        (f"print('a line'); print({STARTED!r})", None, None),
        ("raise ModuleNotFoundError(\"No module named 'absl'\")", CANNOT_IMPORT, "the module absl is missing"),
        (f"{WRITE_IMPORTED}import os; os.abort()", CANNOT_START, "its start aborts"),
        ("import os; os._exit(0)", CANNOT_IMPORT, "its import ends the process"),
    ],
)
def test_probe(monkeypatch, program, what, cause):
    """A fresh process shows whether the import or the start fails, and how."""
    monkeypatch.setattr(loading, "PROBE", program)
    obstacle = DIAGNOSIS.probe(limit=600)
    assert (obstacle and (obstacle.what, obstacle.cause)) == (what and (what, cause))


def test_probe_that_hangs(monkeypatch):
    """A process that does not end within the limit shows that the import does not."""
    monkeypatch.setattr(loading, "PROBE", "import time; time.sleep(600)")
    obstacle = DIAGNOSIS.probe(limit=0.1)
    assert (obstacle.cause, obstacle.evidence) == ("its import does not end", "not done after 0.1 s")


@pytest.mark.parametrize(
    ("error", "what", "cause"),
    [
        (
            subprocess.TimeoutExpired("python", 5, stderr=IMPORTED.encode()),
            CANNOT_START,
            "its start does not end",
        ),
        (subprocess.TimeoutExpired("python", 5), CANNOT_IMPORT, "its import does not end"),
        (
            BlockingIOError(11, "Resource temporarily unavailable"),
            CANNOT_IMPORT,
            "the system refuses to start another thread or process",
        ),
    ],
)
def test_probe_that_is_cut_short(monkeypatch, error, what, cause):
    """How far a process had come when its time ran out is known; one that cannot even be started says why."""

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    obstacle = DIAGNOSIS.probe(limit=5)
    assert (obstacle.what, obstacle.cause) == (what, cause)


@pytest.mark.parametrize(
    ("installed", "requirement"),
    [([tensorflow("tensorflow-cpu")], "tensorflow-cpu==2.21.0"), ([], "tensorflow")],
)
def test_advice_names_what_is_installed(installed, requirement):
    """To install TensorFlow again is to install the same distribution in the same version."""
    advice = Diagnosis(environment(*installed)).of_death(Death(-11, "")).advice
    assert advice[0] == f"python -m pip install --force-reinstall {requirement}"


def test_problems_come_first():
    """What was found before the import comes first in every advice, and wins over a command for the same package."""
    needy = tensorflow(version="2.15.1", requires=["numpy<2.0.0,>=1.23.5", "gast<0.5"])
    installed = environment(needy, distribution("numpy", "2.0.2"), distribution("gast", "0.5"))
    diagnosis = Diagnosis(installed, unmet_requirements(installed))
    assert diagnosis.of_error(ImportError("numpy.core.umath failed to import"), Stage.IMPORT).advice == (
        'python -m pip install "numpy<2.0.0,>=1.23.5" "gast<0.5"',
    )


def test_installed_library_that_cannot_be_opened(tmp_path):
    """A library that is where it was installed and is said not to exist is damaged or for another system."""
    files = ["lib/libx.so.2", "tensorflow/__init__.py"]
    diagnosis = Diagnosis(environment(tensorflow(files=files, place=tmp_path)))
    error = ImportError("libx.so.2: cannot open shared object file: No such file or directory")
    assert diagnosis.of_error(error, Stage.IMPORT).cause == "the shared library libx.so.2 is missing"
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "libx.so.2").touch()
    cause = "the shared library libx.so.2 is present, but damaged or built for another system"
    assert diagnosis.of_error(error, Stage.IMPORT).cause == cause


@pytest.fixture
def on_path(monkeypatch, tmp_path):
    """A folder that is all that Python's path holds, with TensorFlow not yet imported."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    importlib.invalidate_caches()
    return tmp_path


@pytest.mark.parametrize("version", ["2.0.0", "2.23.0.dev20261026"])
def test_fit_install(version):
    """An install with a TensorFlow 2 can be judged."""
    assert why_unfit(replace(INSTALL, tensorflow=version), environment()) is None


def test_tensorflow_1():
    """An install with a TensorFlow 1 is not judged."""
    obstacle = why_unfit(replace(INSTALL, tensorflow="1.15.5"), environment())
    assert str(obstacle) == "TensorFlow cannot be judged: it is not TensorFlow 2"
    assert obstacle.evidence == "its version is 1.15.5"
    assert obstacle.advice == ('python -m pip install --upgrade "tensorflow>=2"',)


@pytest.mark.parametrize("left_over", [False, True])
def test_no_tensorflow(on_path, left_over):
    """Neither no package at all nor a folder without a module is a TensorFlow."""
    if left_over:
        (on_path / "tensorflow").mkdir()
    obstacle = why_unfit(replace(INSTALL, tensorflow=NOT_INSTALLED), environment())
    assert str(obstacle) == "TensorFlow cannot be imported: no TensorFlow is installed"
    assert obstacle.advice == ("python -m pip install tensorflow",)


def test_no_tensorflow_for_so_new_a_python(on_path):
    """For a Python that no known TensorFlow is built for, the advice also says which to take if there is still none."""
    obstacle = why_unfit(replace(INSTALL, tensorflow=NOT_INSTALLED), environment(python="3.99.0"))
    install, instead = obstacle.advice
    assert install == "python -m pip install tensorflow"
    assert instead == older_python("3.99.0") != ""


def test_tensorflow_without_metadata(on_path):
    """A package of which neither metadata nor its own text tell the version is not judged."""
    package = on_path / "tensorflow" / "__init__.py"
    package.parent.mkdir()
    package.touch()
    obstacle = why_unfit(replace(INSTALL, tensorflow=NOT_INSTALLED), environment())
    assert str(obstacle) == "TensorFlow cannot be judged: neither its metadata nor the package itself gives its version"
    assert obstacle.evidence == f"it is in {package}"


@pytest.mark.parametrize(
    ("what", "unusable"),
    [(CANNOT_JUDGE, True), (CANNOT_IMPORT, True), (CANNOT_START, True), ("TensorFlow does not use a GPU", False)],
)
def test_unusable(what, unusable):
    """TensorFlow is unusable if a stage of its loading fails, but not if it only lacks what the user requires."""
    assert is_unusable(Obstacle(what, "", "", ())) is unusable


@pytest.mark.parametrize(
    ("signal", "cause", "do"),
    [
        ("SIGSYS", "its import is ended by a filter of system calls (seccomp)", "allow the call: *"),
        ("SIGTERM", "its import is ended from outside, *", "ask for more time or memory, *"),
        ("SIGHUP", "its import is ended from outside, *", "ask for more time or memory, *"),
        ("SIGTRAP", "its import aborts", REINSTALL),
    ],
)
def test_signals_of_others(signal, cause, do):
    """A signal that a filter or a batch system sends is not a reason to install TensorFlow again."""
    obstacle = DIAGNOSIS.of_death(Death(-Signals[signal], ""))
    assert fnmatchcase(obstacle.cause, cause)
    assert fnmatchcase(obstacle.advice[0], do)


def test_crash_with_a_library_in_every_program():
    """What LD_PRELOAD loads may be why a process crashes: that is tried before anything is installed again."""
    diagnosis = Diagnosis(environment(tensorflow()), places=replace(Places.here(), variables={"LD_PRELOAD": "/a/x.so"}))
    first, second, *_ = diagnosis.of_death(Death(-Signals["SIGABRT"], "boom\n")).advice
    assert first == "try without LD_PRELOAD: unset LD_PRELOAD"
    assert fnmatchcase(second, REINSTALL)


def test_variable_that_ends_the_process():
    """The variable that the last fatal line names is the cause, also if it ends one case after the other."""
    variables = {"TF_DETERMINISTIC_ORDER": "yes"}
    diagnosis = Diagnosis(environment(tensorflow()), places=replace(Places.here(), variables=variables))
    death = Death(
        -6, f"{IMPORTED}F0000 x.cc:1] Failed to parse the env-var ${{TF_DETERMINISTIC_ORDER}} into bool: yes\n"
    )
    assert diagnosis.finds_reason_for(death)
    for obstacle in (diagnosis.of_death(death), diagnosis.of_repetition(death, 2)):
        assert obstacle.cause == "TF_DETERMINISTIC_ORDER=yes is at fault, as the error names it"
        assert obstacle.advice == ("correct or unset TF_DETERMINISTIC_ORDER",)


@pytest.mark.parametrize(
    ("limits", "returncode", "said", "do"),
    [
        (Limits(group_memory=400_000_000), -9, "", "raise the container's or job's limit on memory: *"),
        (Limits(processor_time=3), -9, "", "raise ulimit -t"),
        (Limits(processor_time=3), -24, "", "raise ulimit -t"),
        (Limits(memory=300_000_000), -6, "Thread tf_Compute creation via pthread_create() failed.", "free memory, *"),
        (Limits(threads=4), -6, "Thread tf_Compute creation via pthread_create() failed.", "raise ulimit -u, *"),
        (Limits(threads=0, forbidden=True), -6, "pthread_create() failed.", "update the container's engine *"),
    ],
)
def test_death_of_a_limit(limits, returncode, said, do):
    """What a limit ends is told with the limit, and how it showed."""
    diagnosis = Diagnosis(environment(tensorflow(), limits=limits))
    obstacle = diagnosis.of_death(Death(returncode, f"{IMPORTED}{said}\n"))
    (step,) = obstacle.advice
    assert fnmatchcase(step, do)
    assert "the process died of SIG" in obstacle.evidence


@pytest.mark.parametrize("module", ["code", "queue", "copy"])
def test_breakdown_by_a_file(module, tmp_path, monkeypatch):
    """A failure of pytest that names a file of the user is the file's; the kit's own failures are not explained away."""
    path = tmp_path / f"{module}.py"
    path.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    said = f"Traceback (most recent call last):\nImportError: cannot import name 'x' from '{module}' ({path})\n"
    obstacle = Diagnosis(environment(tensorflow())).of_breakdown(said)
    assert obstacle.advice == (f"rename or move {path}",)
    assert Diagnosis(environment(tensorflow())).of_breakdown("Traceback\nValueError: no\n") is None
