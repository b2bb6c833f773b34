"""The plugin from the outside: runs of a small specification."""

from __future__ import annotations

import json
import time

import jsonschema
import pytest
import tensorflow  # noqa: F401 - pytester forgets what a run imports, and TensorFlow cannot be imported twice

from tests import ROOT, SCHEMA

SPEC = '''
"""Week 1, Section."""
import os
import pytest
import tensorflow as tf
from tf_conformance import changed, defect, holds, misstated, refused, unchecked

@pytest.mark.smoke
@holds("thing.true")
@pytest.mark.parametrize("number", [1, 2])
def test_true(number):
    """It is true."""
    assert number in (1, 2)

@holds("thing.then", when="tensorflow<2.2")
def test_then():
    """It was so."""
    assert False

@changed("thing.then", when="tensorflow>=2.2", instead="now")
def test_now():
    """It is so now."""

@misstated("thing.slip", instead="right")
def test_slip():
    """It was never so."""
    with refused(ValueError, naming="wrong"):
        raise ValueError("that is wrong")

@holds("thing.far")
def test_far():
    """It needs what is not here."""
    unchecked("no engine answers")
'''
FAILING = '''

@holds("thing.size")
def test_size(device):
    """It has a size of 3."""
    assert device(tf.constant, [1, 2]).tolist() == [1, 2, 3]

@holds("thing.idle")
def test_idle(device):
    """It works on the device."""
'''


@pytest.fixture
def specify(pytester, monkeypatch):
    """Makes a project with a specification, and returns how to run pytest there, in this process."""

    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def make(text=SPEC):
        pytester.makeconftest('pytest_plugins = ["tf_conformance.plugin"]')
        pytester.makeini("[pytest]\ntestpaths = spec")
        pytester.mkdir("spec").joinpath("test_thing.py").write_text(text, encoding="utf-8")

        def run(*arguments, subprocess=False):
            start = pytester.runpytest_subprocess if subprocess else pytester.runpytest_inprocess
            processes = [] if "-n" in arguments else ["-n", "0"]
            return start("-p", "no:cacheprovider", *processes, *arguments)

        return run

    return make


def record_in(folder):
    """The record of a run, which is valid."""
    record = json.loads((folder / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    return record


def verdicts(record):
    """The verdicts of a record, by statement."""
    return {statement["id"]: statement["verdict"] for statement in record["statements"]}


ALL_WELL = {"thing.true": "holds", "thing.then": "changed", "thing.slip": "misstated", "thing.far": "unchecked"}


def test_forms_that_apply_are_run(specify, pytester):
    """Cases of other forms are deselected; each statement has its verdict; nothing violated exits with 0."""
    result = specify()("--record", "r.json")
    assert result.ret == 0
    result.assert_outcomes(passed=4, skipped=1, deselected=1)
    record = record_in(pytester.path)
    assert verdicts(record) == ALL_WELL
    assert record["complete"]
    far = record["statements"][-1]
    assert far["reason"] == far["cases"][0]["message"] == "no engine answers"
    result.stdout.fnmatch_lines(
        [
            "install: tensorflow * NumPy *",
            "build: *onednn *",
            "*thing.then: It is so now.",
            "*instead: now",
            "*verdict: *",
        ]
    )


def test_violations(specify, pytester):
    """A failed case exits with 1 and says what was expected, seen, and on which device; an idle one fails too."""
    result = specify(SPEC + FAILING)("--record", "r.json")
    assert result.ret == 1
    record = record_in(pytester.path)
    assert verdicts(record) == {**ALL_WELL, "thing.size": "violated", "thing.idle": "violated"}
    result.stdout.fnmatch_lines(
        [
            "spec/test_thing.py::test_size?CPU:0?  VIOLATED",
            "  statement  thing.size (notes: Week 1, Section)",
            "  says       It has a size of 3.",
            "  expected   ?1, 2, 3?",
            "  seen       ?1, 2?",
            "  on         tensorflow * on CPU:0",
            "  at         spec/test_thing.py:*",
        ]
    )
    size = record["statements"][-2]["cases"][0]
    assert (size["device"], size["outcome"]) == ("CPU:0", "failed")
    assert "  seen       [1, 2]" in size["message"]
    result.stdout.fnmatch_lines(["  expected   work on CPU:0"])
    assert "Traceback" not in result.stdout.str()


def test_parallel_run(specify, pytester):
    """A parallel run has the same verdicts, devices and cases; its controller imports no TensorFlow."""
    result = specify(SPEC + FAILING)("--record", "r.json", "-n", "2", subprocess=True)
    assert result.ret == 1
    record = record_in(pytester.path)
    assert verdicts(record) == {**ALL_WELL, "thing.size": "violated", "thing.idle": "violated"}
    assert record["install"]["devices"] == ["CPU:0"]
    assert "onednn" in record["install"]["build"]


def test_crash_costs_the_run_not_the_record(specify, pytester):
    """Where a case kills the only process (-n 0), the record holds what was known until then."""
    crash = '\n@holds("thing.crash")\ndef test_zz_crash():\n    """It survives."""\n    os.abort()\n'
    assert specify(SPEC + crash)("--record", "r.json", subprocess=True).ret < 0
    record = record_in(pytester.path)
    assert not record["complete"]
    assert verdicts(record)["thing.crash"] == "unchecked"


def test_crash_in_a_parallel_run(specify, pytester):
    """In a parallel run a case that kills its process is violated, and all others have their verdicts."""
    crash = '\n@holds("thing.crash")\ndef test_zz_crash():\n    """It survives."""\n    os.abort()\n'
    assert specify(SPEC + crash)("--record", "r.json", "-n", "1", subprocess=True).ret == 1
    assert verdicts(record_in(pytester.path)) == {**ALL_WELL, "thing.crash": "violated"}


def test_interrupt(specify, pytester):
    """Ctrl-C leaves a record of what was known, marked as incomplete."""
    interrupt = '\n@holds("thing.stop")\ndef test_zz_stop():\n    """It goes on."""\n    raise KeyboardInterrupt\n'
    assert specify(SPEC + interrupt)("--record", "r.json", subprocess=True).ret == pytest.ExitCode.INTERRUPTED
    record = record_in(pytester.path)
    assert not record["complete"]
    assert verdicts(record) == {**ALL_WELL, "thing.stop": "unchecked"}


def test_record_that_cannot_be_written(specify, pytester):
    """Where the record cannot be written in the end, the verdicts are printed, and the status is not that of success."""
    pytester.mkdir("out")
    removes = (
        '\n@holds("thing.gone")\ndef test_zz_gone():\n    """It goes."""\n    import shutil; shutil.rmtree("out")\n'
    )
    result = specify(SPEC + removes)("--record", "out/r.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(
        ["*verdict: *should*", "ERROR: --record: cannot write out/r.json: No such file or directory"]
    )
    assert "Traceback" not in result.stdout.str()


def test_spec_file_that_never_ends(specify, pytester):
    """A spec file that cannot be read to its end is given up after the time that TensorFlow's import may take."""
    endless = SPEC + "\nimport time\ntime.sleep(1000)\n"
    assert specify(endless)("--record", "r.json", "-n", "1", "--import-limit", "10", subprocess=True).ret == 10
    obstacle = record_in(pytester.path)["obstacle"]
    assert obstacle["cause"] == "its start does not end"
    assert obstacle["evidence"].startswith("not done after 10 s in <module> (")
    assert "test_thing.py" in obstacle["evidence"]


def test_threads_that_outlive_their_case(specify, pytester):
    """A case that leaves a thread behind ends no run late."""
    lasting = """
@holds("thing.lasts")
def test_zz_lasts():
    \"\"\"It lasts.\"\"\"
    import threading, time
    threading.Thread(target=time.sleep, args=(1000,)).start()
"""
    start = time.monotonic()
    assert specify(SPEC + lasting)("--record", "r.json", "-n", "1", subprocess=True).ret == 0
    assert verdicts(record_in(pytester.path)) == {**ALL_WELL, "thing.lasts": "holds"}
    assert time.monotonic() - start < 100


def test_breakdown_of_pytest_in_a_worker(specify, pytester):
    """Where pytest itself fails in a worker, that costs the case, as a crash would."""
    pytester.makepyfile(
        breaks="""
        def pytest_runtest_makereport(item):
            if "zz" in item.nodeid:
                raise MemoryError("no room")
        """
    )
    breaking = '\n@holds("thing.breaks")\ndef test_zz_breaks():\n    """It breaks."""\n'
    run = specify(SPEC + breaking)
    assert run("--record", "r.json", "-n", "1", "-p", "breaks", subprocess=True).ret == 1
    record = record_in(pytester.path)
    assert verdicts(record) == {**ALL_WELL, "thing.breaks": "violated"}
    assert "pytest broke down in the process: MemoryError: no room" in record["statements"][-1]["cases"][0]["message"]


def test_workers_that_never_come_to_a_case(specify, pytester):
    """A spec file that ends the process is not tried for ever."""
    result = specify(SPEC + "\nos._exit(7)\n")("--record", "r.json", "-n", "1", subprocess=True)
    assert result.ret == 10
    assert record_in(pytester.path)["obstacle"]["evidence"] == "exit status 7"


def test_unreadable_spec_file_is_no_success(specify, pytester):
    """A spec file that cannot be imported violates the statements that it should check."""
    result = specify(SPEC.replace("import os", "import os\nimport no_such_module"))("--record", "r.json")
    assert result.ret != 0
    assert verdicts(record_in(pytester.path))["thing.true"] == "violated"


@pytest.mark.parametrize(
    ("arguments", "run", "left"),
    [
        (["--statement", "thing.t*"], ["thing.true", "thing.then"], ["thing.slip", "thing.far"]),
        (["--statement", "thing.true", "--statement", "*.far"], ["thing.true"], ["thing.then", "thing.slip"]),
        (["-m", "smoke"], ["thing.true"], ["thing.then", "thing.slip", "thing.far"]),
        (["-k", "now or slip"], ["thing.then", "thing.slip"], ["thing.true", "thing.far"]),
    ],
    ids=" ".join,
)
def test_selection(specify, pytester, arguments, run, left):
    """What is not selected is unchecked, for that reason."""
    assert specify()("--record", "r.json", *arguments).ret == 0
    statements = {statement["id"]: statement for statement in record_in(pytester.path)["statements"]}
    assert {statements[id_]["verdict"] for id_ in run} <= {"holds", "changed", "misstated"}
    assert {statements[id_]["reason"] for id_ in left} == {"not selected in this run"}


@pytest.mark.parametrize("case", ["test_true[1]", "test_true"])
def test_half_of_a_statement_is_no_verdict(specify, pytester, case):
    """A statement some of whose cases were not selected is unchecked."""
    other = '\n@holds("thing.true")\ndef test_true_too():\n    """It is true too."""\n'
    specify(SPEC + other)("--record", "r.json", "spec/test_thing.py::" + case)
    assert verdicts(record_in(pytester.path))["thing.true"] == "unchecked"


def test_first_failure_ends_the_run(specify, pytester):
    """-x ends the run at the first failure; --junitxml writes pytest's own report."""
    result = specify(SPEC + FAILING)("-x", "--junitxml", "junit.xml")
    result.assert_outcomes(passed=4, skipped=1, failed=1, deselected=1)
    assert (pytester.path / "junit.xml").exists()


def test_last_failed(specify, pytester):
    """--lf runs what failed last."""
    specify(SPEC + FAILING)
    pytester.runpytest_inprocess("-n", "0")
    pytester.runpytest_inprocess("-n", "0", "--lf").assert_outcomes(failed=2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--statement", "no.such"], "*--statement: no statement matches 'no.such'*"),
        (["--record", "no/folder/r.json"], "*--record: cannot write no/folder/r.json*"),
        (["--record", "spec"], "*--record: cannot write spec*"),
    ],
)
def test_bad_options(specify, arguments, message):
    """A bad option is refused in one line, with pytest's status for bad usage."""
    result = specify()(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])
    assert "Traceback" not in result.stderr.str()


def test_unreadable_form(specify):
    """A spec file without a form is refused in one line that names file and line."""
    result = specify('"""Week 1, Section."""\ndef test_it():\n    """It is."""\n')()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_thing.py:2: test_it names no form*"])


def test_logical_devices(specify, pytester):
    """With --logical-cpus 2 a case that asks for a device runs on each of two."""
    text = (
        SPEC
        + '''
@holds("thing.sum")
def test_sum(device):
    """It adds up."""
    assert device(tf.reduce_sum, [1, 2]) == 3

@holds("thing.elsewhere")
def test_elsewhere(device):
    """It adds up where it is asked to."""
    def on_the_first(numbers):
        with tf.device("CPU:0"):
            return tf.reduce_sum(numbers)
    assert device(on_the_first, [1, 2]) == 3
'''
    )
    specify(text)("--record", "r.json", "--logical-cpus", "2", subprocess=True)
    record = record_in(pytester.path)
    assert record["install"]["devices"] == ["CPU:0", "CPU:1"]
    statements = {statement["id"]: statement for statement in record["statements"]}
    assert [case["device"] for case in statements["thing.sum"]["cases"]] == ["CPU:0", "CPU:1"]
    assert statements["thing.sum"]["verdict"] == "holds"
    outcomes = [(case["device"], case["outcome"]) for case in statements["thing.elsewhere"]["cases"]]
    assert outcomes == [("CPU:0", "passed"), ("CPU:1", "failed")]
    assert "expected   work on CPU:1" in statements["thing.elsewhere"]["cases"][1]["message"]
