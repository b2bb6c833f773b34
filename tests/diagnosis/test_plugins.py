"""Plugins of pytest that break a run."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.diagnosis.loading import Diagnosis
from tf_conformance.diagnosis.plugins import plugin_behind, plugin_of_fixture

FRAME = '  File "{}", line 7, in hook\n    call()\n'
PLUGGY, BAD, XDIST = "/site/pluggy/_callers.py", "/site/pytest_bad/plugin.py", "/site/xdist/dsession.py"
ENTRY_POINTS = "[console_scripts]\nbad = pytest_bad:main\n\n[pytest11]\nbad-one = pytest_bad.plugin\n"
BRINGING = (
    tensorflow(),
    distribution("pytest-bad", "1.0", texts={"entry_points.txt": ENTRY_POINTS}),
    distribution("pytest-xdist", "3.8", texts={"entry_points.txt": "[pytest11]\nxdist = xdist.plugin\n"}),
)


def traceback(*files, last="RuntimeError: no license"):
    """A traceback through these files, the innermost last."""
    return "Traceback (most recent call last):\n" + "".join(map(FRAME.format, files)) + f"{last}\n"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (traceback(PLUGGY, BAD), "bad-one"),
        (traceback(PLUGGY, BAD, "/python/urllib/request.py"), "bad-one"),
        (traceback(PLUGGY, last=f"PluginValidationError: unknown hook 'x' in plugin <module from '{BAD}'>"), "bad-one"),
        # It only wraps a hook in which another one fails.
        (traceback(PLUGGY, BAD, PLUGGY, "/kit/tf_conformance/plugin/judging.py"), None),
        (traceback(PLUGGY, XDIST), None),
        (traceback(PLUGGY, "/site/_pytest/main.py"), None),
        (traceback(BAD), None),
        ("", None),
    ],
)
def test_plugin(said, name):
    """The plugin of others is to blame whose hook was called last, or which pytest refuses; not one that only wraps it."""
    plugin = plugin_behind(said, environment(*BRINGING))
    assert (plugin.name if plugin else None) == name


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (["/site/_pytest/fixtures.py", BAD, "/python/urllib/request.py"], "bad-one"),
        (["/site/_pytest/fixtures.py", "/kit/spec/conftest.py", "/site/tensorflow/ops.py"], None),
        # It only wraps a hook in which a fixture of the specification fails.
        ([BAD, "/site/_pytest/fixtures.py", "/kit/spec/conftest.py"], None),
        (["/site/_pytest/fixtures.py"], None),
    ],
)
def test_plugin_of_fixture(files, name):
    """The plugin of others is to blame whose fixture fails, unless the specification's own fixture was reached."""
    plugin = plugin_of_fixture(traceback(*files), environment(*BRINGING), "/kit/spec")
    assert (plugin.name if plugin else None) == name


def test_obstacle():
    """The plugin and its distribution are named, and how to run without it."""
    obstacle = Diagnosis(environment(*BRINGING)).of_breakdown(traceback(PLUGGY, BAD))
    assert str(obstacle) == "TensorFlow cannot be judged: bad-one, a pytest plugin from pytest-bad 1.0, fails"
    assert obstacle.evidence == "RuntimeError: no license"
    assert obstacle.advice == (
        "leave it out: pytest -p no:bad-one",
        "or be rid of it: python -m pip uninstall --yes pytest-bad",
    )
