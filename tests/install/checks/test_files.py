"""Whether the files of TensorFlow, Keras and their dependencies are present and whole."""

from __future__ import annotations

import pytest

from tests.gallery.tree import smallest_library
from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.files import damaged_files, damaged_paths, unrecorded_files
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


def test_known_damage():
    """Files that are known to be damaged, by path or by pattern, are no problem; their paths can still be had."""
    installed = environment(tensorflow(files=["a.py", "tensorflow/b.py", "c.py"]), known_files=("a.py", "*/b.py"))
    assert [problem.says for problem in damaged_files(installed)] == ["tensorflow 2.21.0: c.py is missing"]
    assert damaged_paths(installed) == ["a.py", "tensorflow/b.py", "c.py"]


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
        ("a.py,,1\ntensorflow-2.21.0.dist-info/RECORD,,", True),
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


WHOLE = smallest_library()


@pytest.mark.parametrize("installer", ["pip\n", "uv\n", "conda", "rpm\n", ""])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.py", None),
        ("x.so", None),
        ("x.py", b""),
        ("x.py", b"def (:\n"),
        ("x.py", bytes(100)),
        ("x.so", b""),
        ("x.so", bytes(100)),
        ("x.so.2", WHOLE[:-500]),
        ("x.json", bytes(10)),
        ("x-1.0.dist-info/METADATA", None),
    ],
)
def test_damage_by_any_installer(tmp_path, installer, name, content):
    """What is missing, empty, cut off or overwritten is damaged, whoever installed it."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    texts = {"INSTALLER": installer, "RECORD": f"{name},,{len(WHOLE)}\n"}
    assert len(list(damaged_files(environment(tensorflow(files=(), texts=texts, place=tmp_path))))) == 1


def test_zeros_of_the_right_size(tmp_path):
    """After a crash a file may have its size, but nothing in it."""
    with open(tmp_path / "x.py", "wb") as file:
        file.truncate(10)
    (problem,) = damaged_files(environment(with_files(tmp_path, "pip", "x.py,,10\n")))
    assert problem.says == "tensorflow 2.21.0: x.py holds nothing but zeros"


def with_files(place, installer, record):
    """A TensorFlow in a folder, by an installer, with this RECORD."""
    return tensorflow(files=(), texts={"INSTALLER": installer, "RECORD": record}, place=place)


@pytest.mark.parametrize(
    ("installer", "name", "content"),
    [
        ("pip", "x.so", WHOLE + bytes(8)),
        ("conda", "x.so", WHOLE + bytes(8)),
        ("conda", "x.py", b"x = 1\n"),
        ("", "x.py", b"x = 1\n"),
        ("pip", "x.py", b"#!/usr/bin/python3\n"),
        ("pip", "x.yaml", b"more"),
        ("pip", "x-1.0.dist-info/METADATA", b"Name: x"),
        ("conda", "x.json", None),
    ],
)
def test_change_on_purpose(tmp_path, installer, name, content):
    """What a packager may have changed is not damaged, but told."""
    (tmp_path / "x-1.0.dist-info").mkdir()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    installed = environment(with_files(tmp_path, installer, f"{name},,3\n"))
    assert list(damaged_files(installed)) == []
    (reason,) = unrecorded_files(installed)
    assert reason.startswith("tensorflow 2.21.0: changed on purpose, it seems, by ")
    assert name in reason


@pytest.mark.parametrize(("installer", "damaged"), [("pip", True), ("conda", False)])
def test_shorter_library_of_macos(tmp_path, installer, damaged):
    """A library whose end is not in its header may have been stripped, if somebody has packaged it."""
    (tmp_path / "x.dylib").write_bytes(b"\xcf\xfa\xed\xfe" + bytes(50))
    installed = environment(with_files(tmp_path, installer, "x.dylib,,100\n"))
    assert bool(list(damaged_files(installed))) is damaged
    assert bool(list(unrecorded_files(installed))) is not damaged


def test_all_that_was_changed(tmp_path):
    """The first line names three files and counts the others; then come all of them, a line each."""
    rows = [f"x{number}.json,,3\n" for number in range(4)]
    for number in range(4):
        (tmp_path / f"x{number}.json").write_text("[]", encoding="utf-8")
    (reason,) = unrecorded_files(environment(with_files(tmp_path, "conda", "".join(rows))))
    summary, *files = reason.splitlines()
    assert summary.startswith(
        "tensorflow 2.21.0: changed on purpose, it seems, by conda: x0.json has 2 bytes instead of 3,"
    )
    assert summary.endswith("x2.json has 2 bytes instead of 3, and 1 more")
    assert files == [f"  x{number}.json has 2 bytes instead of 3" for number in range(4)]


def test_empty_files_left_out(tmp_path):
    """Some ways to copy files leave out empty ones; a package without its folder, or with code, is missing."""
    (tmp_path / "there").mkdir()
    record = "there/__init__.py,,0\ngone/__init__.py,,0\nthere/code.py,,1\n"
    installed = environment(with_files(tmp_path, "pip", record))
    assert [problem.says for problem in damaged_files(installed)] == [
        "tensorflow 2.21.0: gone/__init__.py is missing, there/code.py is missing"
    ]
    assert list(unrecorded_files(installed)) == [
        "tensorflow 2.21.0: changed on purpose, it seems, by whoever made this environment: "
        "there/__init__.py, which is empty, is left out"
    ]


@pytest.mark.parametrize("recorded", ["", "sha256=", HASH_OF_1, f"{HASH_OF_1}="])
def test_recorded_hashes(with_record, tmp_path, recorded):
    """A hash may be left out, as PDM does for what it links, or be padded."""
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    assert list(damaged_files(environment(with_record(f"a.py,{recorded},1\n"), verify_files=True))) == []


@pytest.mark.parametrize(("count", "systematic"), [(4, True), (2, False)])
def test_most_files_rewritten(tmp_path, count, systematic):
    """Whoever rewrites most of the files of a distribution does so on purpose; an edited file or two is damage."""
    for number in range(5):
        (tmp_path / f"x{number}.py").write_text("x = 1" if number < count else "", encoding="utf-8")
    record = "".join(f"x{number}.py,,{100 if number < count else 0}\n" for number in range(5))
    installed = environment(with_files(tmp_path, "pip", record))
    assert bool(list(damaged_files(installed))) is not systematic
    assert bool(list(unrecorded_files(installed))) is systematic


@pytest.mark.parametrize(
    "name",
    [
        "../../../bin/x.py",
        "/usr/share/x.json",
        "x/include/y.h",
        "x/y.pyi",
        "x/tests/y.py",
        "x/test/y.py",
        "x/y_test.py",
        "conftest.py",
        "x/conftest.py",
        "x/docs/y.py",
        "x/LICENSE",
        "certifi/cacert.pem",
        "x-1.0.dist-info/entry_points.txt",
        "x/__pycache__/y.pyc",
    ],
)
def test_dispensable_files(tmp_path, name):
    """What nothing needs to run may be missing."""
    installed = environment(with_files(tmp_path, "pip", f"{name},,3\n"))
    assert list(damaged_files(installed)) == []
    assert list(unrecorded_files(installed)) == []


def test_public_names_of_tests(tmp_path):
    """The folder of tf.test is needed, though it is called test."""
    (problem,) = damaged_files(environment(with_files(tmp_path, "pip", "tensorflow/_api/v2/test/__init__.py,,0\n")))
    assert "tensorflow/_api/v2/test/__init__.py is missing" in problem.says


def test_frozen_program():
    """In a frozen program files are not where the RECORD says."""
    installed = environment(tensorflow(), frozen=True)
    assert list(damaged_files(installed)) == []
    assert len(list(unrecorded_files(installed))) == 1
