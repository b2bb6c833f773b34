"""Whether the files of TensorFlow, Keras and their dependencies are present and whole."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.files import damaged_files, unrecorded_files
from tf_conformance.install.problem import Problem

HASH_OF_1 = "sha256=a4ayc_80_OGda4BO_1o_V0etpOqiLx1JwB5S3beHW0s"
REINSTALL = "python -m pip install --force-reinstall --no-deps"


@pytest.fixture
def with_record(tmp_path):
    """A TensorFlow in a folder with this RECORD."""
    return lambda record: tensorflow(files=(), texts={"RECORD": record}, place=tmp_path)


@pytest.mark.parametrize(
    ("verify", "found"),
    [
        (False, "gone.py is missing, long.py has 2 bytes instead of 1"),
        (
            True,
            "gone.py is missing, long.py has 2 bytes instead of 1, other.py differs in content from what was recorded",
        ),
    ],
)
def test_damage(with_record, tmp_path, verify, found):
    """Missing files and other sizes are found at once, another content if it is verified; compiled files do not count."""
    for name, text in (("same.py", "1"), ("long.py", "12"), ("other.py", "2")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    names = ("same.py", "long.py", "gone.py", "other.py", "gone.pyc")
    damaged = with_record("".join(f"{name},{HASH_OF_1},1\n" for name in names))
    assert list(damaged_files(environment(damaged, verify_files=verify))) == [
        Problem(f"tensorflow 2.21.0: {found}", f"{REINSTALL} tensorflow==2.21.0")
    ]


def test_much_damage():
    """Of many damaged files three are named and the others are counted."""
    (problem,) = damaged_files(environment(tensorflow(files=[f"{name}.py" for name in "abcde"])))
    assert problem.says == "tensorflow 2.21.0: a.py is missing, b.py is missing, c.py is missing, and 2 more"


def test_one_command_repairs_all():
    """If several distributions are damaged, every problem names one command that installs all of them again."""
    keras = distribution("keras", "3.15.1", files=["keras/__init__.py"])
    problems = list(damaged_files(environment(tensorflow(), keras)))
    assert [problem.says.partition(":")[0] for problem in problems] == ["tensorflow 2.21.0", "keras 3.15.1"]
    assert {problem.do for problem in problems} == {f"{REINSTALL} tensorflow==2.21.0 keras==3.15.1"}


@pytest.mark.parametrize(
    ("record", "whole"),
    [
        ("a.py,,1\nb.py,,\n", True),
        ("a.py,sha256=x,1\r\n\r\n", True),
        ("", False),
        ("a.py,,1\nb.py,,", False),
        ("a.py,,1\nb.p\n", False),
        ("a.py,,one\n", False),
        ("a.py,,1\n\0\0\0\n", False),
    ],
)
def test_damaged_record(with_record, tmp_path, record, whole):
    """A RECORD whose last line does not end, or that has other lines than a RECORD has, is damaged itself."""
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    (tmp_path / "b.py").touch()
    installed = environment(with_record(record))
    damage = [] if whole else ["tensorflow 2.21.0: its RECORD is truncated or damaged"]
    assert [problem.says for problem in damaged_files(installed)] == damage
    assert list(unrecorded_files(installed)) == []


def test_unknown_hash(with_record, tmp_path):
    """A hash of an unknown kind counts as another content and does not stop the check."""
    (tmp_path / "a.py").touch()
    (problem,) = damaged_files(environment(with_record("a.py,md17=x,0\n"), verify_files=True))
    assert problem.says == "tensorflow 2.21.0: a.py differs in content from what was recorded"


def test_files_without_a_record():
    """A distribution without a RECORD, as some systems install them, is named: nobody can know whether it is whole."""
    installed = environment(tensorflow(), distribution("keras", "3.15.1"), distribution("torch", "2.0"))
    assert list(unrecorded_files(installed)) == ["keras 3.15.1 has no RECORD of its files"]
