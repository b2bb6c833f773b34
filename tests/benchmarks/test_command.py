"""The paired comparison: its statistics, when it ends, what it says, and its real processes."""

from __future__ import annotations

import json
import math
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks.comparison import session
from benchmarks.comparison.estimate import LOOKS, _cut, _signed_rank_counts, estimate, ratio_of_pair
from benchmarks.comparison.pair import Pair
from benchmarks.comparison.report import progress_line, report, trial_report
from benchmarks.comparison.session import Question, compare
from benchmarks.comparison.trial import run_trial
from benchmarks.worker import _keras_version
from benchmarks.workload import Workload
from tests import ROOT

PYTHON = sys.executable


@pytest.mark.parametrize(("told", "version"), [({"__version__": "3.15.1"}, "3.15.1"), ({}, "2.15.0")])
def test_keras_version(monkeypatch, told, version):
    """Where tf.keras does not tell its version, as from TensorFlow 2.6 to 2.15, the package of its layers does."""
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(__version__="2.15.0"))
    layer = type("Layer", (), {"__module__": "keras.src.engine.base_layer"})
    assert _keras_version(SimpleNamespace(layers=SimpleNamespace(Layer=layer), **told)) == version


def test_ratio_of_pair():
    """The ratio of a pair is that of the middle half of its quads, so that a disturbed quad does not matter."""
    assert ratio_of_pair([(1, 2, 2, 1)]) == pytest.approx(2)
    assert ratio_of_pair([(1, 1.1, 1.1, 1)] * 6 + [(1, 50, 1, 1), (9, 1, 1, 9)]) == pytest.approx(1.1)


def test_drift_cancels():
    """A machine that gets slower evenly does not make B slower: A is timed before and after it."""
    assert ratio_of_pair([(1.0, 1.1, 1.2, 1.3)]) == pytest.approx(1)


def test_signed_rank_counts():
    """With three pairs the eight choices of signs give the sums 0, 1, 2, 3 (twice), 4, 5, 6."""
    assert _signed_rank_counts(3) == [1, 1, 1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("pairs", "miss", "cut"),
    [(5, 0.05, None), (6, 0.05, 0), (8, 0.05, 3), (10, 0.05, 8), (8, 0.01, 0), (10, 0.01, 3), (12, 0.01, 7)],
)
def test_critical_values(pairs, miss, cut):
    """The cuts are the critical values of Wilcoxon's tables, two-sided."""
    assert _cut(pairs, miss) == cut


def test_estimate_of_eight():
    """At the first look the interval goes from the smallest ratio to the largest; with fewer than six there is none."""
    ratios = [0.98, 0.99, 0.995, 1.0, 1.001, 1.005, 1.01, 1.02]
    known = estimate(ratios)
    assert (known.low, known.high) == (pytest.approx(0.98), pytest.approx(1.02))
    assert known.half_width == pytest.approx(0.02, rel=0.01)
    assert estimate(ratios[:5]) is None


def test_exchanging_the_sides_inverts_the_estimate():
    """What is slower one way is faster by as much the other way."""
    ratios = [1.04, 1.05, 1.06, 1.03, 1.07, 1.05, 1.04, 1.06]
    one, other = estimate(ratios), estimate([1 / ratio for ratio in ratios])
    assert (one.verdict, other.verdict) == ("slower", "faster")
    assert one.ratio == pytest.approx(1 / other.ratio)
    assert (one.low, one.high) == (pytest.approx(1 / other.high), pytest.approx(1 / other.low))


def test_interval_holds_the_truth():
    """Over many comparisons that stop when they are precise, the interval misses in fewer than 5 of 100."""
    draw = random.Random(1)
    missed = 0
    for _ in range(400):
        ratios = [math.exp(draw.gauss(0, 0.02)) for _ in range(LOOKS[-1])]
        looks = [estimate(ratios[:pairs]) for pairs in LOOKS]
        known = next((known for known in looks if known.half_width <= 0.015), looks[-1])
        missed += known.verdict != "no difference seen"
    assert missed <= 20


INSTALL = {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.5.5", "python": "3.13.0"}


@pytest.fixture
def pretend_pairs(monkeypatch):
    """Pairs of these ratios, without processes; the clock goes on by so many seconds a pair."""

    def put(ratios, seconds=1.0, losses=((1.0, 0.5), (1.0, 0.5))):
        now, left = [0.0], list(ratios)

        def time_pair(sides, *_):
            now[0] += seconds
            ratio = left.pop(0)
            if ratio is None:
                raise KeyboardInterrupt
            descriptions = [{"install": INSTALL, "losses": list(each)} for each in losses]
            return Pair(descriptions, 10, [(0.01, 0.01 * ratio, 0.01 * ratio, 0.01)])

        monkeypatch.setattr(session, "time_pair", time_pair)
        monkeypatch.setattr(session.time, "monotonic", lambda: now[0])

    return put


def question(**settings):
    """A question to an install and itself."""
    return Question((PYTHON, PYTHON), Workload(), **settings)


def ask(**settings):
    """The answer to it."""
    return compare(question(**settings), lambda answer: None)


def test_ends_when_precise(pretend_pairs):
    """Eight pairs that agree are enough."""
    pretend_pairs([1.0, 1.001] * 4)
    answer = ask()
    assert (answer.end, len(answer.ratios)) == ("precise enough", 8)


def test_ends_after_22_pairs(pretend_pairs):
    """Pairs that do not agree end at the last look."""
    pretend_pairs([0.9, 1.1] * 11)
    assert ask().end == "22 pairs"


def test_a_disturbed_pair_takes_more_pairs(pretend_pairs):
    """A pair that is far off makes the interval wide among 8, 10 and 13 pairs, and no longer among 17."""
    pretend_pairs([1.08] + [1.001, 1.0] * 8)
    answer = ask()
    assert (answer.end, len(answer.ratios)) == ("precise enough", 17)


def test_ends_in_time(pretend_pairs):
    """No pair is begun that would end after the limit."""
    pretend_pairs([0.9, 1.1] * 6, seconds=30)
    answer = ask(time_limit=100)
    assert (answer.end, answer.seconds) == ("time limit", 90)


def test_interrupt_keeps_what_there_is(pretend_pairs):
    """Ctrl-C gives the estimate of the pairs that were timed."""
    pretend_pairs([1.05, 1.06, 1.05, 1.04, 1.05, 1.06, None])
    answer = ask()
    assert (answer.end, len(answer.ratios)) == ("interrupted", 6)
    assert "verdict: B is slower than A" in report(answer)


def test_report(pretend_pairs):
    """The report names both installs, the ratio with its interval, what could have been seen, and the verdict."""
    pretend_pairs([1.0, 1.002] * 4)
    text = report(ask())
    assert "  A  tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.5 · Python 3.13.0  1.000 ms a step" in text
    assert (
        "time of B / time of A  1.001, 95 % interval 1.000 to 1.002  (8 pairs of processes, 8 s, precise enough)"
        in text
    )
    assert "smallest difference that could have been seen  0.1 %" in text
    assert text.endswith("verdict: no difference seen")


def test_report_warns_of_other_work(pretend_pairs):
    """Where the losses differ, A and B do not do the same work."""
    pretend_pairs([1.0] * 8, losses=((1.0, 0.5), (1.0, 0.6)))
    assert "warning: the losses differ" in report(ask())


def test_too_few_pairs(pretend_pairs):
    """Without an interval there is no verdict."""
    pretend_pairs([1.0] * 3, seconds=40)
    answer = ask(time_limit=120)
    assert progress_line(answer).startswith("pair  3 of at most 22  1.000   120 s")
    assert report(answer).endswith("too few pairs for an interval: 3 (time limit)")
    assert answer.as_json()["estimate"] is None


def test_trial(pretend_pairs):
    """A trial asks by turns without and with the burden, and counts the right answers."""
    pretend_pairs(([0.999, 1.001] * 4 + [1.05] * 8) * 2)
    trial = run_trial(question(burden=0.05), 2, lambda trial, answer: None)
    assert (trial.kept, trial.found) == (2, 2)
    assert trial_report(trial, 5.0).splitlines()[:2] == [
        "the same on both sides: the interval contains 1 in 2 of 2",
        "5 % more work for B: called slower in 2 of 2",
    ]


def run(*arguments):
    """The command, as a user calls it."""
    return subprocess.run(
        [PYTHON, "-m", "benchmarks", *arguments], cwd=str(ROOT), capture_output=True, text=True, encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["compare", "/no/python", PYTHON], "benchmarks: A: /no/python cannot be run: No such file or directory"),
        (["compare", PYTHON, PYTHON, "--batch", "0"], "'0' is no whole number from 1 on"),
        (["compare", PYTHON, PYTHON, "--burden", "much"], "'much' is no percentage"),
        (["compare", PYTHON, PYTHON, "--env-a", "NAME"], "'NAME' is not NAME=VALUE"),
        (["compare", PYTHON, PYTHON, "--json", "/no/folder/x.json"], "benchmarks: --json: no folder /no/folder"),
        (["compare", PYTHON, PYTHON, "--device", "GPU:7"], "there is no GPU:7; TensorFlow sees CPU:0"),
        ([], "the following arguments are required: TASK"),
    ],
)
def test_bad_input(arguments, says):
    """One line says what is wrong; the status is 2."""
    done = run(*arguments)
    assert done.returncode == 2
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_dead_worker_is_named():
    """A worker that cannot start is named, with its last words."""
    done = run("compare", PYTHON, PYTHON, "--env-b", "PYTHONHOME=/nowhere")
    assert done.returncode == 2
    assert done.stderr.startswith("benchmarks: B: the worker ended with status")


def test_real_pair(tmp_path):
    """Two real processes, of which one finds no pytest, train alike; with twice the work B takes twice the time."""
    (tmp_path / "pytest.py").write_text("raise ImportError('not here')", encoding="utf-8")
    path = tmp_path / "answer.json"
    options = ("--network", "dense", "--burden", "100", "--time-limit", "1", "--json", str(path))
    done = run("compare", PYTHON, PYTHON, "--env-a", f"PYTHONPATH={tmp_path}", *options)
    assert done.returncode == 0, done.stderr
    answer = json.loads(path.read_text(encoding="utf-8"))
    assert answer["same_losses"] is True
    assert answer["losses"][0][-1] < answer["losses"][0][0]
    assert 1.5 < answer["ratios"][0] < 2.7
    assert answer["end"] == "time limit"


def test_ctrl_c_ends_real_processes():
    """Ctrl-C ends the command with status 130 and leaves no worker behind."""
    process = subprocess.Popen(
        [PYTHON, "-m", "benchmarks", "compare", PYTHON, PYTHON, "--env-a", "MARK=%d" % time.time()],
        cwd=str(ROOT),
        stderr=subprocess.PIPE,
        # Whoever runs in the background ignores Ctrl-C, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    workers = _children(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    process.stderr.close()
    assert not [worker for worker in workers if _runs(worker)]


def _children(pid):
    """The process's children, once there are two."""
    for _ in range(200):
        found = Path("/proc/%d/task/%d/children" % (pid, pid)).read_text(encoding="ascii").split()
        if len(found) == 2:
            return found
        time.sleep(0.05)
    raise AssertionError("no workers were started")


def _runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
