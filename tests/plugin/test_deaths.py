"""Cases that end their process: what TensorFlow wrote last is told, and the same end is not told over and over."""

from __future__ import annotations

import json

import pytest

from tests import ROOT

CHECK = "F0000 00:00:1.5   7 determinism.cc:36] Check failed: no good TF_DETERMINISTIC_OPS\\n"
SPEC = f'''
"""Week 1, Section.

Subject: things.
"""
import os
import pytest
from tf_conformance import holds

@holds("thing.dies")
@pytest.mark.parametrize("number", range(12))
def test_dies(number):
    """It lives."""
    os.write(2, b"{CHECK}")
    os.abort()
'''


@pytest.fixture
def judge(pytester, monkeypatch):
    """Runs the kit on a specification all of whose cases abort; returns the output and the record."""

    def run(**variables):
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        pytester.makeconftest('pytest_plugins = ["tf_conformance.plugin"]')
        pytester.makeini("[pytest]\ntestpaths = spec")
        pytester.mkdir("spec").joinpath("test_thing.py").write_text(SPEC, encoding="utf-8")
        done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "1", "--record", "r.json", "spec")
        return done, json.loads((pytester.path / "r.json").read_text(encoding="utf-8"))

    return run


def test_known_reason(judge):
    """If a problem explains the end, two cases are enough to stop; the problem is the cause, the fatal line the evidence."""
    done, record = judge(TF_DETERMINISTIC_OPS="yes")
    assert done.ret == 10
    assert record["obstacle"]["cause"].startswith("TF_DETERMINISTIC_OPS=yes")
    assert record["obstacle"]["advice"] == ["unset TF_DETERMINISTIC_OPS"]
    assert "Check failed: no good" in record["obstacle"]["evidence"]
    (statement,) = record["statements"]
    assert sum(case["outcome"] == "failed" for case in statement["cases"]) <= 3
    assert "died of SIGABRT (abort): Check failed: no good" in statement["cases"][0]["message"]
