"""What earlier installations have left behind."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import TENSORFLOW_FILES, distribution, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks import find_problems
from tf_conformance.install.checks.leftovers import leftovers, unknown_leftovers
from tf_conformance.install.distributions import Distributions
from tf_conformance.install.problem import Problem

FILES = (*TENSORFLOW_FILES, "tensorflow/include/x.h")
NOT_OWNED = "left over from another version, as no distribution was installed with it"


def write(folder, *names):
    """Makes empty files in a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


@pytest.fixture
def site(tmp_path):
    """A folder with everything that TensorFlow was installed with, and with what Python and the user add."""
    write(tmp_path, *FILES, "tensorflow/__pycache__/ops.cpython-313.pyc", "notes.py")
    return tmp_path


@pytest.mark.parametrize(
    ("added", "path", "says"),
    [
        (["tensorflow/python/old.py"], "tensorflow/python/old.py", f": {NOT_OWNED}"),
        (["tensorflow/contrib/deep/old.py"], "tensorflow/contrib", f": {NOT_OWNED}"),
        (["~ensorflow/ops.py"], "~ensorflow", " is left over from an interrupted installation"),
    ],
)
def test_leftovers(site, added, path, says):
    """Code that TensorFlow was not installed with, and folders that pip has not finished replacing, are left over."""
    write(site, *added)
    assert list(leftovers(environment(tensorflow(files=FILES, place=site)))) == [
        Problem(f"{site}/{path}{says}", f"delete {site}/{path}")
    ]


@pytest.mark.parametrize("name", ["tensorflow", "numpy"])
def test_hollow_metadata(site, name):
    """A folder of metadata with nothing in it but a license is to be deleted: it is not another version."""
    write(site, f"{name}-1.0.dist-info/licenses/LICENSE")
    hollow = Distributions.on([str(site)]).first([name])
    installed = [tensorflow(files=FILES, place=site, requires=["numpy"]), distribution("numpy", "2.1", place=site)]
    problems = find_problems(environment(*installed, hollow))
    folder = site / f"{name}-1.0.dist-info"
    assert problems == [Problem(f"{folder} is left over from an interrupted uninstallation", f"delete {folder}")]


def test_few_leftovers_are_named(site):
    """A few files are to be deleted one by one."""
    write(site, "tensorflow/python/_old.abi3.so", "tensorflow/python/old.py")
    (problem,) = leftovers(environment(tensorflow(files=FILES, place=site)))
    assert problem.says == f"{site}/tensorflow/python/_old.abi3.so and 1 more: {NOT_OWNED}"
    assert problem.do == f"delete {site}/tensorflow/python/_old.abi3.so and {site}/tensorflow/python/old.py"


def test_many_leftovers_go_with_their_package(site):
    """If there are many files, their package is deleted and installed anew."""
    write(site, *(f"tensorflow/python/old_{number}.py" for number in range(9)))
    (problem,) = leftovers(environment(tensorflow(files=FILES, place=site)))
    assert problem.says == f"{site}/tensorflow/python/old_0.py and 8 more: {NOT_OWNED}"
    again = "python -m pip install --force-reinstall --no-deps tensorflow==2.21.0"
    assert problem.do == f"rm -r {site}/tensorflow\n{again}"


@pytest.mark.parametrize(
    "added",
    [
        [],
        ["tensorflow/python/data.txt"],
        ["tensorflow/include/y.py"],
        ["other/z.py"],
        ["tensorflow/libcudnn.so.9", "tensorflow/libtensorflow_framework.so"],
        ["tensorflow/python/ops.py.orig", "tensorflow/python/.ops.py.swp", "tensorflow/python/ops.pyc"],
        ["tensorflow/.idea/x.py", "tensorflow/notes/read.me"],
        ["~andas/__init__.py"],
    ],
)
def test_harmless_additions(site, added):
    """Data, libraries, code that cannot be imported or that is not TensorFlow's: all of that is not left over."""
    write(site, *added)
    installed = environment(tensorflow(files=FILES, place=site))
    assert list(leftovers(installed)) == []
    assert list(unknown_leftovers(installed)) == []


def test_link(site):
    """What somebody has linked into the package is there on purpose."""
    (site / "tensorflow" / "python" / "linked.py").symlink_to(site / "notes.py")
    assert list(leftovers(environment(tensorflow(files=FILES, place=site)))) == []


def test_files_that_a_packager_added(site):
    """Code that a packager may have added is not called left over, but named as unknown."""
    write(site, "tensorflow/python/added.py")
    installed = environment(tensorflow(files=FILES, place=site, texts={"INSTALLER": "conda\n"}))
    assert list(leftovers(installed)) == []
    assert list(unknown_leftovers(installed)) == [
        f"{site}/tensorflow/python/added.py: added on purpose, it seems, by conda"
    ]


def test_one_version_recorded_twice():
    """A distribution that is recorded as egg and as wheel, in one version, is one."""
    numpys = [distribution("numpy", "2.5.5"), distribution("numpy", "2.5.5")]
    assert list(leftovers(environment(tensorflow(requires=["numpy"]), *numpys))) == []


def test_files_of_another_distribution(site):
    """A distribution that installs files into TensorFlow's folder owns them."""
    write(site, "tensorflow/plugin.py")
    plugin = distribution("plugin", "1.0", files=["tensorflow/plugin.py"], place=site)
    assert list(leftovers(environment(tensorflow(files=FILES, place=site), plugin))) == []


def test_leftovers_without_a_record(site):
    """If TensorFlow's files were not recorded, no file counts as left over, and the reason is given."""
    installed = environment(tensorflow(files=(), place=site))
    assert list(leftovers(installed)) == []
    assert list(unknown_leftovers(installed)) == ["tensorflow 2.21.0 has no RECORD of its files"]


def test_leftovers_beside_a_damaged_record(site):
    """If the RECORD cannot be read to its end, no file counts as left over."""
    write(site, "tensorflow/python/old.py")
    damaged = tensorflow(files=(), texts={"RECORD": "tensorflow/__init__.py,,\ntensorflow/py"}, place=site)
    assert list(leftovers(environment(damaged))) == []


def test_replaced_version():
    """Of two versions of one distribution in one place only one can really be there."""
    numpys = [distribution("numpy", version) for version in ("2.5.5", "1.26.4")]
    assert list(leftovers(environment(tensorflow(requires=["numpy"]), *numpys))) == [
        Problem(
            "numpy 2.5.5 and numpy 1.26.4 are both recorded in /nowhere",
            "python -m pip uninstall --yes numpy\npython -m pip uninstall --yes numpy\npython -m pip install numpy",
        )
    ]


@pytest.mark.parametrize("requires", [[], ["numpy"]])
def test_versions_in_two_places(requires):
    """Two versions in two places are an overlay of one environment on another."""
    numpys = [distribution("numpy", version, place=f"/{version}") for version in ("2.5.5", "1.26.4")]
    assert list(leftovers(environment(tensorflow(requires=requires), *numpys))) == []
