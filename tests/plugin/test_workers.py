"""Runs with workers: they say the same as a single process, and what one dies of costs one case."""

from __future__ import annotations

import json
import re
import shlex
import sys
from fnmatch import fnmatchcase

import execnet
import pytest

from tests.plugin.project import FAILS_ELSEWHERE, WRONG, Project
from tf_conformance.plugin.workers import launched
from tf_conformance.tree import LAUNCHER

OF_THE_INSTALL = '''
"""Install, Files.

Subject: the install.
"""
from tf_conformance import holds

@holds("install.there")
def test_there():
    """It is there."""
'''
MISSING_LIBRARY = "raise ImportError('libfar.so.1: cannot open shared object file: No such file or directory')\n"
PRETENDED = "site/tensorflow/__init__.py"
# Comes last in the pretended TensorFlow.
WITH_A_GPU = """
devices.append(SimpleNamespace(name="/device:GPU:0"))
config.experimental.list_physical_devices = lambda kind: ["one"]
config.experimental.get_device_details = lambda device: {"device_name": "a pretended GPU", "compute_capability": (9, 0)}
config.experimental.get_memory_info = lambda name: {"peak": 5 * 2**20}
"""
FEW_FILES = ("sh", "-c", 'ulimit -n 60 && exec "$@"', "sh")

LIMIT = "2000"  # seconds: no machine is so slow, but hurry() shortens it to two


def case(*lines):
    """A case of the statement thing.case that does this, after all others."""
    body = "\n".join(f"    {line}" for line in lines)
    return f'\n@holds("thing.case")\ndef test_zz_case():\n    """It goes well."""\n{body}\n'


def told(ran):
    """What a run says of an install, without how long it took."""
    record = ran.record
    return {
        "status": ran.status,
        "install": record["install"],
        "verdicts": ran.verdicts,
        "obstacle": record["obstacle"],
        "before": [line for line in ran.lines if line.startswith("before the import: ")],
        "last": re.sub(r"\d+ s\)", "", ran.lines[-1]),
    }


def all_told(project, *arguments, within=()):
    """What runs say in a single process, with one worker and with two; it must be the same."""
    runs = [project.run_apart(*arguments, workers=workers, within=within) for workers in (0, 1, 2)]
    single, *others = map(told, runs)
    assert others == [single, single]
    return single


@pytest.mark.parametrize("python", ["/opt/it's here/bin/python", "/opt//tf/bin/python"])
def test_path_of_a_worker(monkeypatch, python):
    """Workers run the same Python, whatever its path has in it, and -B only if this process does."""
    monkeypatch.setattr(sys, "executable", python)
    for is_off, options in ((True, ["-B"]), (False, [])):
        monkeypatch.setattr(sys, "dont_write_bytecode", is_off)
        starts = shlex.split(execnet.XSpec(launched("popen")).python)
        assert starts == [python.replace("//", "/"), *options, str(LAUNCHER)]
    assert launched("ssh=elsewhere") == "ssh=elsewhere"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--strict-markers", "-m", "smok"),  # which only newer versions of pytest refuse
        ("-m", "smoke and"),
        ("-k", "one two"),
        ("spec/no.py",),
        ("spec/test_thing.py::test_no_such",),
        ("spec/test_thing.py::test_true[3]",),  # known once the case is collected
        ("spec::test_true",),
        ("-n", "x"),
    ],
    ids=" ".join,
)
def test_same_of_bad_usage(project, arguments):
    """However many processes there would be, what pytest refuses ends the run with the same words and the same status."""
    project.pretend_tensorflow()
    runs = [project.run_apart(*arguments, workers=workers) for workers in (0, 2)]
    single, parallel = [
        (ran.status, [line for line in ran.text.splitlines() if line.startswith("ERROR: ")]) for ran in runs
    ]
    assert parallel == single
    assert "INTERNALERROR" not in runs[1].text
    assert single[0] == pytest.ExitCode.USAGE_ERROR or "smok" in arguments


def test_same_of_a_right_install(project):
    """However many processes check it, a right install is as specified, and TensorFlow says what it sees."""
    project.pretend_tensorflow()
    single = all_told(project)
    assert single["status"] == 0
    assert single["install"]["devices"] == ["CPU:0"]
    assert single["install"]["build"]["cuda"] is False
    assert single["verdicts"] == Project.ALL_WELL
    assert single["before"] == ["before the import: no problem was found"]
    assert single["last"] == "verdict: this install does what TensorFlow 2.21 should (4 statements, 5 cases, "


def test_same_of_a_violation(project):
    """However many processes there are, a violation is told, and so is what fails outside the specification."""
    project.pretend_tensorflow()
    project.add(WRONG)
    project.write("test_elsewhere.py", FAILS_ELSEWHERE)
    single = all_told(project, "spec", "test_elsewhere.py")
    assert single["status"] == 1
    assert single["verdicts"] == {**Project.ALL_WELL, "thing.wrong": "violated"}
    assert single["last"].startswith("verdict: this install violates 1 statement (5 statements, 6 cases, ")
    assert single["last"].endswith(" (1 test outside the specification failed)")


def test_same_of_an_obstacle(project):
    """However many processes try, what keeps TensorFlow from being imported is told, and what else can be checked is."""
    project.pretend_tensorflow(MISSING_LIBRARY)
    project.write("spec/install/test_1_files.py", OF_THE_INSTALL)
    single = all_told(project)
    assert single["status"] == 10
    assert single["obstacle"]["evidence"].startswith("ImportError: libfar.so.1: cannot open shared object file")
    assert single["verdicts"] == {"install.there": "holds", **dict.fromkeys(Project.ALL_WELL, "unchecked")}


def test_same_of_limits(project):
    """However many processes there are, what the system has too little of is told."""
    project.pretend_tensorflow()
    single = all_told(project, within=FEW_FILES)
    assert single["status"] == 0
    assert single["before"] == ["before the import: the system allows a process only 60 open files (ulimit -n)"]


def test_controller_does_not_import(project):
    """TensorFlow is imported by the workers, not by the process that steers them."""
    project.pretend_tensorflow("import os; open('by ' + os.environ.get('PYTEST_XDIST_WORKER', '-'), 'w')\n")
    project.run_apart(workers=2)
    assert {path.name for path in project.path.glob("by *")} == {"by gw0", "by gw1"}


@pytest.mark.parametrize("selection", ["thing.*", "thing.then"])
def test_each_worker_tells_once(project, selection):
    """What a worker has observed reaches the process that judges once, with its first report or else when it ends."""
    project.pretend_tensorflow()
    project.write("conftest.py", project.read("conftest.py") + NOTES_OBSERVATIONS)
    project.run_apart("--statement", selection, workers=2)
    observed = [json.loads(line) for line in project.read("observed").splitlines()]
    assert len(observed) == 2
    for observation in observed:
        assert observation["install"]["devices"] == ["CPU:0"]
        assert observation["collected"] == {"thing.true": 2, "thing.then": 1, "thing.slip": 1, "thing.far": 1}


NOTES_OBSERVATIONS = """
import json, os
def pytest_tf_conformance_observed(observation):
    if "PYTEST_XDIST_WORKER" not in os.environ:
        with open("observed", "a") as file:
            print(json.dumps(observation.to_json()), file=file)
"""


@pytest.mark.parametrize(
    ("way", "seen"),
    [
        ("os.abort()", "died of SIGABRT (abort), in test_zz_case (*test_thing.py:*)"),
        ("os.kill(os.getpid(), 9)", "died of SIGKILL (killed, which the system does when memory runs out)"),
        ("os._exit(3)", "ended with status 3"),
    ],
    ids=["abort", "killed", "exit"],
)
def test_death(project, way, seen):
    """A case that ends its process is violated, and all others have their verdicts."""
    project.pretend_tensorflow()
    project.add(case(way))
    ran = project.run_apart(workers=1)
    assert ran.status == 1
    assert ran.verdicts == {**Project.ALL_WELL, "thing.case": "violated"}
    ran.prints("  expected   the case runs to its end", f"  seen       the process {seen}")


DIES_EACH_TIME = r'''
@holds("thing.dies")
@pytest.mark.parametrize("number", range(12))
def test_zz_dies(number):
    """It lives."""
    os.write(2, b"F0000 00:00:1.5   7 determinism.cc:36] Check failed: no good TF_DETERMINISTIC_OPS\n")
    os.abort()
'''


@pytest.mark.parametrize(("setting", "deaths"), [("yes", 2), (None, 8)], ids=["known reason", "unknown reason"])
def test_same_death_again_and_again(project, monkeypatch, setting, deaths):
    """Cases that die in the same way end the run: soon if a problem explains it, which is then the cause."""
    if setting:
        monkeypatch.setenv("TF_DETERMINISTIC_OPS", setting)
    project.pretend_tensorflow()
    project.add(DIES_EACH_TIME)
    ran = project.run_apart("--statement", "thing.dies", workers=1)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert "Check failed: no good" in obstacle["evidence"]
    if setting:
        assert obstacle["cause"].startswith("TF_DETERMINISTIC_OPS=yes")
        assert obstacle["advice"] == ["unset TF_DETERMINISTIC_OPS"]
    died = [case for case in ran.cases("thing.dies") if case["outcome"] == "failed"]
    assert len(died) == deaths
    assert "died of SIGABRT (abort): Check failed: no good" in died[0]["message"]


@pytest.mark.parametrize(
    "way", ["time.sleep(100_000)", "ctypes.PyDLL(None).sleep(100_000)"], ids=["idle", "with the lock"]
)
def test_hang(project, clock, way):
    """A case that does not end within --time-limit is violated, even if it keeps Python's lock; all others have verdicts."""
    project.pretend_tensorflow()
    project.write("clock.py", clock)
    project.add(case("import clock, ctypes, time", "clock.hurry()", way))
    ran = project.run_apart("-p", "clock", "--time-limit", LIMIT, workers=1)
    assert ran.status == 1
    assert ran.verdicts == {**Project.ALL_WELL, "thing.case": "violated"}
    ran.prints(f"  seen       it had not ended after {LIMIT} s (--time-limit), in test_zz_case (*test_thing.py:*)")


def test_spec_file_that_never_ends(project, clock):
    """A spec file that is not read to its end within --import-limit is given up, and named."""
    project.pretend_tensorflow()
    project.write("clock.py", clock)
    project.add("\nimport clock, time\nclock.hurry()\ntime.sleep(100_000)\n")
    ran = project.run_apart("-p", "clock", "--import-limit", LIMIT, workers=1)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert obstacle["cause"] == "reading spec/test_thing.py does not end"
    assert obstacle["evidence"].startswith(f"not done after {LIMIT} s in <module> (")
    assert "test_thing.py" in obstacle["evidence"]


def test_threads_that_outlive_their_case(project):
    """A thread that a case leaves behind does not keep the run from ending."""
    project.pretend_tensorflow()
    project.add(case("import threading, time", "threading.Thread(target=time.sleep, args=(100_000,)).start()"))
    ran = project.run_apart(workers=1)
    assert ran.status == 0
    assert ran.verdicts == {**Project.ALL_WELL, "thing.case": "holds"}


@pytest.mark.parametrize(
    "code",
    [
        "def pytest_runtest_setup(): raise OSError('no license')\n",
        "import pytest\n@pytest.fixture(autouse=True)\ndef licensed(): raise OSError('no license')\n",
    ],
)
def test_plugin_of_others_that_fails_in_each_case(project, code):
    """A plugin of pytest that keeps cases from being tried leaves their statements unchecked, and is named."""
    project.pretend_tensorflow()
    project.install_plugin(code)
    ran = project.run_apart("-p", "pytest_bad")
    assert ran.status == pytest.ExitCode.NO_TESTS_COLLECTED
    assert set(ran.verdicts.values()) == {"unchecked"}
    (case, _) = ran.cases("thing.true")
    assert case["message"] == "bad, a pytest plugin from pytest-bad 1.0, fails: OSError: no license"


def test_breakdown_of_pytest(project):
    """If pytest itself fails in a worker, that costs the case, as a crash would."""
    project.pretend_tensorflow()
    project.add(case("pass"))
    project.write("breaks.py", BREAKS_PYTEST)
    ran = project.run_apart("-p", "breaks", workers=1)
    assert ran.status == 1
    assert ran.verdicts == {**Project.ALL_WELL, "thing.case": "violated"}
    assert "pytest broke down in the process: MemoryError: no room" in ran.cases("thing.case")[0]["message"]


BREAKS_PYTEST = """
def pytest_runtest_makereport(item):
    if "zz" in item.nodeid:
        raise MemoryError("no room")
"""


def test_deaths_at_the_start_by_chance(project):
    """Workers that die while they start are replaced, if TensorFlow can be imported after all."""
    project.pretend_tensorflow(DIES.format(workers=("gw0", "gw1")))
    ran = project.run_apart(workers=1)
    assert ran.status == 0
    assert ran.verdicts == Project.ALL_WELL


def test_deaths_at_the_start_without_end(project):
    """The third worker that dies while it starts is the last one of which this is believed to be by chance."""
    project.pretend_tensorflow(DIES.format(workers=("gw0", "gw1", "gw2")))
    ran = project.run_apart(workers=1)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert (obstacle["cause"], obstacle["evidence"]) == (
        "its import ends the process",
        "the process ended with status 7",
    )
    assert set(ran.verdicts.values()) == {"unchecked"}


DIES = "import os\nos.environ.get('PYTEST_XDIST_WORKER') in {workers} and os._exit(7)\n"


def test_spec_file_that_ends_the_process(project):
    """A spec file that ends the process that reads it is not read again and again."""
    project.pretend_tensorflow()
    project.add("\nos._exit(7)\n")
    ran = project.run_apart(workers=1)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert obstacle["cause"] == "reading spec/test_thing.py ends the process"
    assert obstacle["evidence"] == "the process ended with status 7"


@pytest.mark.parametrize("workers", [0, 1])
@pytest.mark.parametrize(
    ("code", "evidence"),
    [
        ("def pytest_configure(): raise OSError('no license')", "OSError: no license"),
        (
            "def pytest_collection_finish(session): session.no_license",
            "AttributeError: * has no attribute 'no_license'*",
        ),
        ("def pytest_no_such_hook(): pass", "*PluginValidationError: unknown hook 'pytest_no_such_hook' in plugin *"),
    ],
    ids=["configure", "collection", "unknown hook"],
)
def test_plugin_of_others_that_fails(project, code, evidence, workers):
    """A plugin of pytest that breaks the run is named, in a few lines and in the record."""
    project.pretend_tensorflow()
    project.install_plugin(code)
    ran = project.run_apart("-p", "pytest_bad", workers=workers)
    assert ran.status == 10
    obstacle = ran.record["obstacle"]
    assert obstacle["cause"] == "bad, a pytest plugin from pytest-bad 1.0, fails"
    assert fnmatchcase(obstacle["evidence"], evidence)
    assert "Traceback" not in ran.text


# A shell has what it starts in the background ignore Ctrl-C.
HEARS_INTERRUPTS = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
)


# A controller may lag behind its worker: what it has not noted when it is interrupted is not known.
TELLS_WHAT_IT_HAS_NOTED = """
import os, pathlib, pytest
@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report):
    if "PYTEST_XDIST_WORKER" not in os.environ and report.when == "teardown" and "test_far" in report.nodeid:
        pathlib.Path("noted").touch()
"""


@pytest.mark.parametrize("interrupted", ["os.getppid()", "os.getpid()"], ids=["the controller", "a worker"])
def test_interrupt(project, interrupted):
    """Ctrl-C ends the run, does not count against the case that was running, and leaves a record of what was known."""
    project.pretend_tensorflow()
    project.write("conftest.py", project.read("conftest.py") + TELLS_WHAT_IT_HAS_NOTED)
    wait = 'while not os.path.exists("noted"): time.sleep(0.01)'
    interrupt = f"os.kill({interrupted}, signal.SIGINT)"
    project.add(case("import signal, time", wait, interrupt, "time.sleep(100_000)"))
    ran = project.run_apart(workers=1, within=[sys.executable, "-c", HEARS_INTERRUPTS])
    assert ran.status == pytest.ExitCode.INTERRUPTED
    assert not ran.record["complete"]
    assert ran.verdicts == {**Project.ALL_WELL, "thing.case": "unchecked"}
    assert ran.lines[-1].startswith("verdict: the run did not finish; nothing is violated so far (")


@pytest.mark.parametrize("workers", [0, 2])
def test_accelerators(project, workers):
    """The record and the end of the run describe a GPU, with the memory that the cases needed, whoever ran them."""
    project.pretend_tensorflow()
    project.write(PRETENDED, project.read(PRETENDED) + WITH_A_GPU)
    ran = project.run_apart(workers=workers)
    (gpu,) = ran.record["install"]["accelerators"]
    assert (gpu["device"], gpu["model"], gpu["compute_capability"]) == ("GPU:0", "a pretended GPU", "9.0")
    assert gpu["memory_used"] == 5 * 2**20
    ran.prints(
        "tensorflow * · CPU:0 (*), GPU:0 (a pretended GPU)",
        "  GPU:0: a pretended GPU, compute capability 9.0, of its memory a process used up to 5 MiB",
    )
