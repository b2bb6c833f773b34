"""The checks before the import, on installs that are pretended."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import ROOT
from tests.conftest import PretendedDistribution
from tf_conformance.install import checks as preflight

TENSORFLOW_FILES = ["tensorflow/__init__.py", "tensorflow/python/ops.py"]


def tensorflow(name="tensorflow", version="2.21.0", requires=(), place="/site"):
    """A distribution that provides TensorFlow."""
    return PretendedDistribution(name, version, requires, TENSORFLOW_FILES, place)


def test_two_tensorflows_in_one_folder(pretend_installed):
    """Two distributions that provide one package in one folder are named with their versions."""
    pretend_installed({}, tensorflow(), tensorflow("tensorflow-cpu", "2.20.0"))
    assert preflight.competing_tensorflows() == [
        "tensorflow 2.21.0 and tensorflow-cpu 2.20.0 share the folder /site/tensorflow: uninstall all of them, then install one"
    ]


def test_two_versions_of_one_distribution(pretend_installed):
    """So are two versions of one distribution."""
    pretend_installed({}, tensorflow(), tensorflow(version="2.20.0"))
    assert "tensorflow 2.21.0 and tensorflow 2.20.0" in preflight.competing_tensorflows()[0]


def test_tensorflows_in_two_folders_do_not_compete(pretend_installed):
    """A distribution on PYTHONPATH before another one hides it, and mixes with nothing."""
    pretend_installed({}, tensorflow(), tensorflow("tensorflow-cpu", "2.20.0", place="/elsewhere"))
    assert preflight.competing_tensorflows() == []


def test_empty_shell_does_not_compete(pretend_installed):
    """A distribution that only asks for another one, as on macOS, has no files of TensorFlow."""
    pretend_installed(
        {},
        PretendedDistribution("tensorflow", "2.12.0", files=["tensorflow-2.12.0.dist-info/METADATA"]),
        tensorflow("tensorflow-macos", "2.12.0"),
    )
    assert preflight.competing_tensorflows() == []


@pytest.mark.parametrize(
    ("requires", "numpy", "expected"),
    [
        ("numpy<2.2,>=1.26", "2.1.0", None),
        ("numpy<2.2,>=1.26", "1.26", None),
        ("numpy<2.2,>=1.26", "2.2.0", "but 2.2.0 is installed"),
        ("numpy<2.2,>=1.26", None, "which is not installed"),
        ('numpy<2.2; python_version < "3"', None, None),
        ('numpy<2.2; extra == "gpu"', None, None),
        ("numpy>=2.3.0", "2.3.0rc1", "but 2.3.0rc1 is installed"),
    ],
)
def test_requirements(pretend_installed, requires, numpy, expected):
    """A requirement is met by a version within its limits; markers and extras that do not apply ask for nothing."""
    pretend_installed({"numpy": numpy} if numpy else {}, tensorflow(requires=[requires]))
    problems = preflight.unmet_requirements()
    assert [expected in problem for problem in problems] == ([True] if expected else [])


def test_requirements_of_requirements(pretend_installed):
    """What TensorFlow stands on has requirements, too."""
    pretend_installed(
        {"keras": "3.15.1"}, tensorflow(requires=["keras"]), PretendedDistribution("keras", "3.15.1", ["optree>=0.1"])
    )
    assert preflight.unmet_requirements() == []
    pretend_installed({}, tensorflow(requires=["keras"]), PretendedDistribution("keras", "3.15.1", ["optree>=0.1"]))
    assert preflight.unmet_requirements() == [
        'keras 3.15.1 needs optree>=0.1, which is not installed: python -m pip install "optree>=0.1"'
    ]


def test_equivalent_distributions_serve(pretend_installed):
    """Whoever asks for tensorflow is served by tensorflow-cpu."""
    pretend_installed(
        {}, tensorflow("tensorflow-cpu"), PretendedDistribution("tf-keras", "2.21.0", ["tensorflow<2.22,>=2.21"])
    )
    assert preflight.unmet_requirements() == []


def test_files(pretend_installed, tmp_path):
    """Missing files and other sizes are found at once, another content of the same size with verify; .pyc do not count."""
    (tmp_path / "same.py").write_text("1", encoding="utf-8")
    (tmp_path / "long.py").write_text("12", encoding="utf-8")
    (tmp_path / "other.py").write_text("2", encoding="utf-8")
    distribution = PretendedDistribution("tensorflow", "2.21.0", place=str(tmp_path))
    hash_of_1 = "sha256=a4ayc_80_OGda4BO_1o_V0etpOqiLx1JwB5S3beHW0s"
    distribution._texts["RECORD"] = "".join(
        f"{name},{hash_of_1},1\n" for name in ("same.py", "long.py", "gone.py", "other.py", "gone.pyc")
    )
    pretend_installed({}, distribution)
    found = "tensorflow 2.21.0: long.py has 2 bytes instead of 1, gone.py is missing"
    assert preflight.damaged_files() == [found + ": install it again"]
    assert preflight.damaged_files(verify=True) == [
        found + ", other.py has another content than recorded: install it again"
    ]


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
def test_record_that_is_cut_off(pretend_installed, tmp_path, record, whole):
    """A RECORD whose last line has no end, or that has lines of another kind, is damaged itself."""
    (tmp_path / "a.py").write_text("1", encoding="utf-8")
    (tmp_path / "b.py").touch()
    distribution = tensorflow(place=str(tmp_path))
    distribution._texts["RECORD"] = record
    pretend_installed({}, distribution)
    assert bool(preflight.damaged_files()) is not whole
    assert preflight.unrecorded_files() == []


def test_hash_that_cannot_be_compared(pretend_installed, tmp_path):
    """A hash of an unknown kind is another content than recorded; it ends nothing."""
    (tmp_path / "a.py").touch()
    distribution = tensorflow(place=str(tmp_path))
    distribution._texts["RECORD"] = "a.py,md17=x,0\n"
    pretend_installed({}, distribution)
    assert "a.py has another content" in preflight.damaged_files(verify=True)[0]


def test_no_tensorflow(pretend_installed):
    """Where nothing provides TensorFlow, that is said, and nothing is told of its platform."""
    pretend_installed({"keras": "3.15.1"})
    assert preflight.competing_tensorflows() == [
        "no distribution provides TensorFlow: python -m pip install tensorflow"
    ]
    assert preflight.untold_platform() == ["no distribution provides TensorFlow"]


def test_files_that_nobody_recorded(pretend_installed):
    """A distribution without a RECORD, as some systems install them, is named: nothing can be said of its files."""
    pretend_installed({"keras": "3.15.1"}, tensorflow())
    assert preflight.unrecorded_files() == ["keras 3.15.1 keeps no RECORD of its files"]


@pytest.fixture
def site(tmp_path):
    """A folder that holds what a TensorFlow was installed with, and what Python and Keras add."""
    for name in (*TENSORFLOW_FILES, "tensorflow/include/x.h", "tensorflow/__pycache__/ops.cpython-313.pyc", "notes.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ([], []),
        (["tensorflow/python/data.txt", "tensorflow/include/y.py", "other/z.py"], []),
        (["tensorflow/python/old.py"], ["tensorflow/python/old.py: left over"]),
        (["tensorflow/libold.so.1", "tensorflow/python/old.py"], ["tensorflow/libold.so.1 and 1 more: left over"]),
        (["tensorflow/contrib/deep/old.py"], ["tensorflow/contrib: left over"]),
        (["~ensorflow/ops.py"], ["~ensorflow is left over from an interrupted installation"]),
    ],
)
def test_leftovers(pretend_installed, site, added, found):
    """Code beside TensorFlow's own that it was not installed with is found, and what pip did not finish to replace."""
    for name in added:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).touch()
    files = [*TENSORFLOW_FILES, "tensorflow/include/x.h"]
    pretend_installed({}, PretendedDistribution("tensorflow", "2.21.0", files=files, place=str(site)))
    problems = preflight.leftovers()
    assert len(problems) == len(found)
    assert all(problem.startswith(f"{site}/{start}") for problem, start in zip(problems, found))
    assert preflight.untold_leftovers() == []


def test_what_others_install_is_not_left_over(pretend_installed, site):
    """A distribution that puts files into TensorFlow's folder owns them."""
    (site / "tensorflow" / "plugin.py").touch()
    files = [*TENSORFLOW_FILES, "tensorflow/include/x.h"]
    other = PretendedDistribution("plugin", "1.0", files=["tensorflow/plugin.py"], place=str(site))
    pretend_installed({}, PretendedDistribution("tensorflow", "2.21.0", files=files, place=str(site)), other)
    assert preflight.leftovers() == []


def test_leftovers_without_a_record(pretend_installed, site):
    """Where no file was recorded, none is held for left over, and that is said."""
    pretend_installed({}, PretendedDistribution("tensorflow", "2.21.0", place=str(site)))
    assert preflight.leftovers() == []
    assert preflight.untold_leftovers() == ["tensorflow 2.21.0 keeps no RECORD of its files"]


def test_replaced_version_on_record(pretend_installed):
    """Two versions of one distribution in one place: only one of them can be there."""
    pretend_installed(
        {"numpy": "2.5.5"}, tensorflow(requires=["numpy"]), PretendedDistribution("numpy", "1.26.4", place="/nowhere")
    )
    assert preflight.leftovers() == [
        "numpy 2.5.5 and numpy 1.26.4 are both recorded in /nowhere: uninstall both, then install one"
    ]


def test_shadowing(pretend_installed, tmp_path, monkeypatch):
    """A file of the user's with the name of a module of TensorFlow's or of Python's is found, another one is not."""
    site, mine = tmp_path / "site", tmp_path / "mine"
    (site / "tensorflow").mkdir(parents=True)
    (site / "tensorflow" / "__init__.py").touch()
    mine.mkdir()
    for name in ("random.py", "tensorflow.py", "harmless.py"):
        (mine / name).touch()
    monkeypatch.setattr(sys, "path", [str(mine), *sys.path, str(site)])
    pretend_installed({}, tensorflow(place=str(site)))
    problems = preflight.shadowed_modules()
    assert [problem for problem in problems if str(mine) in problem] == [
        "%s stands before random of Python's library: rename or move it" % (mine / "random.py"),
        "%s stands before tensorflow of tensorflow 2.21.0: rename or move it" % (mine / "tensorflow.py"),
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, []),
        ({"floatx": "float32", "epsilon": 1e-07, "backend": "tensorflow", "image_data_format": "channels_last"}, []),
        ({"floatx": "float64"}, ["floatx to 'float64' instead of 'float32'"]),
        (
            {"epsilon": 1e-3, "image_data_format": "channels_first"},
            ["epsilon to 0.001", "image_data_format to 'channels_first'"],
        ),
        ([], ["holds no settings"]),
    ],
)
def test_keras_json(tmp_path, monkeypatch, settings, expected):
    """Each default that keras.json changes is named; so is a list, which Keras cannot read."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "keras.json").write_text(json.dumps(settings), encoding="utf-8")
    problems = preflight.changed_defaults()
    assert len(problems) == len(expected)
    assert all(part in problem for part, problem in zip(expected, problems))


@pytest.mark.parametrize(
    ("backend", "keras", "found"),
    [("jax", "3.15.1", True), ("tensorflow", "3.15.1", False), ("", "3.15.1", False), ("jax", "2.15.0", False)],
)
def test_backend(pretend_installed, monkeypatch, backend, keras, found):
    """KERAS_BACKEND matters to Keras 3 alone."""
    pretend_installed({"tensorflow": "2.21.0", "keras": keras})
    monkeypatch.delenv("TF_USE_LEGACY_KERAS", raising=False)
    monkeypatch.setenv("KERAS_BACKEND", backend)
    assert bool(preflight.other_backend()) is found


@pytest.mark.parametrize(
    ("told", "versions", "found"),
    [
        ("1", {"tensorflow": "2.21.0"}, True),
        ("1", {"tensorflow": "2.21.0", "tf-keras": "2.21.0"}, False),
        ("0", {"tensorflow": "2.21.0"}, False),
        ("1", {"tensorflow": "2.14.0"}, False),
    ],
)
def test_legacy_keras(pretend_installed, monkeypatch, told, versions, found):
    """TF_USE_LEGACY_KERAS needs tf-keras where TensorFlow listens to it."""
    pretend_installed(versions)
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", told)
    assert bool(preflight.missing_legacy_keras()) is found


@pytest.mark.parametrize(
    ("tags", "requires_python", "found", "untold"),
    [
        (["py3-none-any"], ">=3.9", 0, 0),
        (["cp27-cp27m-manylinux1_x86_64"], ">=3.9", 1, 0),
        (["cp27-cp27m-manylinux1_x86_64", "py3-none-any"], "", 0, 0),
        (["py3-none-any"], "<3", 1, 0),
        ([], "", 0, 1),
        ([], "<3", 1, 1),
    ],
)
def test_platform(pretend_installed, tags, requires_python, found, untold):
    """The wheel must have one tag that fits, and take this Python; without tags nothing is told."""
    distribution = tensorflow()
    distribution.metadata["Requires-Python"] = requires_python
    distribution._texts["WHEEL"] = "".join(f"Tag: {tag}\n" for tag in tags)
    pretend_installed({}, distribution)
    assert len(preflight.wrong_platform()) == found
    assert len(preflight.untold_platform()) == untold


def test_cpu(monkeypatch):
    """Each missing instruction set is named; where nothing tells, that is said."""
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    for flags, found in (("sse4_1 sse4_2 avx", 0), ("sse4_1 sse4_2", 1), ("fpu", 3)):
        monkeypatch.setattr("tf_conformance.install.checks.platform.cpu_info", lambda flags=flags: {"flags": flags})
        assert len(preflight.missing_cpu_features()) == found
        assert preflight.untold_cpu_features() == []
    monkeypatch.setattr("tf_conformance.install.checks.platform.cpu_info", dict)
    assert preflight.missing_cpu_features() == []
    assert preflight.untold_cpu_features() == ["/proc/cpuinfo does not tell what the processor has"]


def test_other_processors(monkeypatch):
    """Which instructions builds for other processors use is not known here."""
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert preflight.missing_cpu_features() == []
    assert preflight.untold_cpu_features() == ["it is not known what TensorFlow's builds for riscv64 use"]


def test_this_install_is_healthy_and_checked_in_no_time():
    """The checks find nothing wrong here, import nothing that they judge, and take a fraction of a second of the processor."""
    code = (
        "import sys, time\n"
        "start = time.process_time()\n"
        "from tf_conformance.install.checks import preflight_problems\n"
        "problems = preflight_problems()\n"
        "print(problems, {'tensorflow', 'keras', 'numpy'} & set(sys.modules), time.process_time() - start < 1.5)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), capture_output=True, text=True, check=True)
    assert ran.stdout == "[] set() True\n"
