"""When a comparison ends, and what it says: with pairs and a clock that are made up."""

from __future__ import annotations

import pytest

from benchmarks.comparison import session
from benchmarks.comparison.pair import Pair
from benchmarks.comparison.report import comparison_line, progress_line, report, trial_report
from benchmarks.comparison.session import Question, compare
from benchmarks.comparison.trial import run_trial
from benchmarks.workload import Workload

INSTALL = {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.5.5", "python": "3.13.0"}


@pytest.fixture
def pretend_pairs(monkeypatch):
    """Pairs with these ratios, without processes; each takes this many seconds of a clock that is made up, too."""

    def put(ratios, seconds=1.0, losses=((1.0, 0.5), (1.0, 0.5)), precision="float32"):
        now, left = [0.0], list(ratios)

        def time_pair(sides, *_):
            now[0] += seconds
            ratio = left.pop(0)
            if ratio is None:
                raise KeyboardInterrupt
            where = {"device": "CPU:0", "cores": 1, "precision": precision}
            descriptions = [{"install": INSTALL, "losses": list(each), **where} for each in losses]
            return Pair(descriptions, 10, [(0.01, 0.01 * ratio, 0.01 * ratio, 0.01)])

        monkeypatch.setattr(session, "time_pair", time_pair)
        monkeypatch.setattr(session, "monotonic", lambda: now[0])

    return put


def question(**settings):
    """A question about an install and itself."""
    return Question(("python", "python"), Workload(), **settings)


def ask(**settings):
    """The answer to it."""
    return compare(question(**settings), lambda answer: None)


def test_ends_when_precise(pretend_pairs):
    """Eight pairs that agree are enough."""
    pretend_pairs([1.0, 1.001] * 4)
    answer = ask()
    assert (answer.end, len(answer.ratios)) == ("precise enough", 8)


def test_ends_after_22_pairs(pretend_pairs):
    """With pairs that do not agree it ends at the last look."""
    pretend_pairs([0.9, 1.1] * 11)
    assert ask().end == "22 pairs"


def test_a_disturbed_pair_takes_more_pairs(pretend_pairs):
    """A pair that is far off makes the interval too wide after 8, 10 and 13 pairs, but not after 17."""
    pretend_pairs([1.08] + [1.001, 1.0] * 8)
    answer = ask()
    assert (answer.end, len(answer.ratios)) == ("precise enough", 17)


def test_ends_in_time(pretend_pairs):
    """No pair is started that would end after the limit."""
    pretend_pairs([0.9, 1.1] * 6, seconds=30)
    answer = ask(time_limit=100)
    assert (answer.end, answer.seconds) == ("time limit", 90)


def test_interrupt_keeps_the_pairs(pretend_pairs):
    """After Ctrl-C there is an estimate from the pairs that were timed."""
    pretend_pairs([1.05, 1.06, 1.05, 1.04, 1.05, 1.06, None])
    answer = ask()
    assert (answer.end, len(answer.ratios)) == ("interrupted", 6)
    assert "verdict: B is slower than A" in report(answer)


def test_report(pretend_pairs):
    """The report has both installs, the ratio with its interval, what could have been seen, and the verdict."""
    pretend_pairs([1.0, 1.002] * 4)
    first, *lines = report(ask()).splitlines()
    assert first.startswith("cnn · SGD · batch 64 · function · CPU:0, 1 core · ")
    title = "tensorflow 2.21.0 · Keras 3.15.1 · NumPy 2.5.5 · Python 3.13.0"
    assert lines == [
        f"  A  {title}  1.000 ms per step",
        f"  B  {title}  1.001 ms per step",
        "  time of B / time of A  1.001, 95% interval 1.000 to 1.002  (8 pairs of processes, 8 s, precise enough)",
        "  smallest difference that could have been seen  0.1%",
        "  verdict: no difference seen",
    ]


def test_two_devices(pretend_pairs, monkeypatch):
    """If A and B train in different places, each line names its own."""
    pretend_pairs([1.0, 1.002] * 4)
    answer = ask()
    answer.descriptions[1].update(device="GPU:0", cores=0, precision="float32 (TF32)")
    first, a, b, *_ = report(answer).splitlines()
    assert "CPU:0" not in first
    assert "Python 3.13.0 · CPU:0, 1 core  1.000 ms" in a
    assert "Python 3.13.0 · float32 (TF32) · GPU:0, all cores  1.001 ms" in b


@pytest.mark.parametrize(
    ("precision", "losses", "same"),
    [
        ("float32", (0.5, 0.5004), True),
        ("float32", (0.5, 0.501), False),
        ("float32 (TF32)", (0.5, 0.505), True),
        ("mixed_bfloat16", (0.5, 0.56), True),
        ("mixed_bfloat16", (0.5, 0.57), False),
    ],
)
def test_report_warns_of_different_work(pretend_pairs, precision, losses, same):
    """If the losses differ by more than the precision explains, A and B do not do the same work."""
    pretend_pairs([1.0] * 8, losses=[(1.0, loss) for loss in losses], precision=precision)
    answer = ask()
    assert answer.as_json()["same_losses"] is same
    assert ("warning: the losses differ" in report(answer)) is not same
    assert answer.slower_by(0.05) is (False if same else None)


def test_report_of_random_losses(pretend_pairs):
    """Losses that say nothing are no warning, but it is said that they say nothing."""
    pretend_pairs([1.0] * 8, losses=[(), ()])
    answer = ask()
    assert answer.same_losses
    assert "the network draws random numbers" in report(answer)


@pytest.mark.parametrize(
    ("ratios", "slower"),
    [
        ([1.02, 1.03] * 4, False),
        ([1.06, 1.07] * 4, True),
        ([1.04, 1.06] * 4, None),
        ([0.5, 0.6] * 4, False),
        ([1.2] * 3, None),
    ],
)
def test_slower_by(pretend_pairs, ratios, slower):
    """B is slower by more than 5% only if the whole interval lies beyond; without an interval nothing can be told."""
    pretend_pairs(ratios, seconds=40)
    answer = ask(time_limit=40 * len(ratios), half_width=0.05)
    assert answer.slower_by(0.05) is slower


def test_too_few_pairs(pretend_pairs):
    """Without an interval there is no verdict."""
    pretend_pairs([1.0] * 3, seconds=40)
    answer = ask(time_limit=120)
    assert progress_line(answer) == "pair  3 of at most 22  1.000   120 s"
    assert report(answer).endswith("too few pairs for an interval: 3 (time limit)")
    assert answer.as_json()["estimate"] is None


def test_progress(pretend_pairs):
    """As soon as there is an interval, each pair's line has it."""
    pretend_pairs([1.0, 1.001] * 4)
    lines = []
    compare(question(), lambda answer: lines.append(progress_line(answer)))
    assert lines[0] == "pair  1 of at most 22  1.000   1 s"
    assert lines[-1] == "pair  8 of at most 22  1.001   ratio 1.000 [1.000, 1.001]   8 s"


def test_trial(pretend_pairs):
    """A trial alternates comparisons without and with the burden, and counts the right answers."""
    pretend_pairs(([0.999, 1.001] * 4 + [1.05] * 8) * 2)
    lines = []
    trial = run_trial(question(burden=0.05), 2, lambda trial, answer: lines.append(comparison_line(trial, answer)))
    assert (trial.kept, trial.found) == (2, 2)
    assert lines[:2] == [
        " 1 and  0  0% more work for B  ratio 1.000 [0.999, 1.001] no difference seen  8 s, 8 pairs",
        " 1 and  1  5% more work for B  ratio 1.050 [1.050, 1.050] slower  8 s, 8 pairs",
    ]
    assert trial_report(trial, 5.0).splitlines() == [
        "the same on both sides: the interval contains 1 in 2 of 2",
        "5% more work for B: called slower in 2 of 2",
        "half-width of the interval: median 0.05%, at most 0.10%",
        "time: median 8 s, at most 8 s",
    ]
