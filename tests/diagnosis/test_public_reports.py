"""What the kit says of messages that people have reported in public: the right cause, and the right first step.

Each report in public_reports.json has where it was made (repository#number, or a site and its subject), what was said, in
our own trimming, the expected cause and the first step. ``tensorflow`` is the version: that of the report, or one of
TensorFlow 2 that stands for it if the report is of an older one or does not say; ``requires`` is what that declares,
``installed`` are other distributions, ``place`` is where TensorFlow is, and ``signal`` what the process died of. ``but``
is the reason why the message alone cannot reveal the cause, and ``note`` says what is not in the report itself.

The first 119 were collected while the causes were written. Of the 52 after these, whose causes had been written down before
the kit was asked, it knew 27 at once; all kinds that it did not know were added. Of the last 50, collected likewise, it
knew 41.
"""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests.pretended.distributions import NOWHERE, distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.diagnosis.death import Death
from tf_conformance.diagnosis.loading import Diagnosis
from tf_conformance.install.checks.requirements import unmet_requirements

REPORTS = json.loads(Path(__file__).with_name("public_reports.json").read_text(encoding="utf-8"))


def diagnosis_of(report):
    """The diagnosis in the environment of a report, with what its metadata show before the import."""
    version = report.get("tensorflow", "2.21.0")
    place = report.get("place", NOWHERE)
    own = [tensorflow(version=version, requires=report.get("requires", ()), place=place)] if version else []
    others = [distribution(*each) for each in report.get("installed", {}).items()]
    surroundings = environment(*own, *others)
    return Diagnosis(surroundings, unmet_requirements(surroundings))


@pytest.mark.parametrize("report", REPORTS, ids=[report["where"] for report in REPORTS])
def test_report(report):
    """The cause and the first step are the right ones, or there is a reason why they cannot be."""
    returncode = -signal.Signals[report["signal"]] if "signal" in report else 1
    obstacle = diagnosis_of(report).of_death(Death(returncode, report["says"]))
    assert (obstacle.cause, obstacle.advice[0]) == (report["cause"], report["do"])


def test_share_of_right_causes():
    """There are at least 60 reports, and nearly all messages reveal their cause."""
    assert len(REPORTS) >= 60
    assert sum("but" in report for report in REPORTS) <= len(REPORTS) // 20


def test_each_report_counts_once():
    """No report is listed twice."""
    assert len({report["where"] for report in REPORTS}) == len(REPORTS)
