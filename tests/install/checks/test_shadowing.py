"""Whether a file of the user's hides a module that TensorFlow needs."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.checks.shadowing import shadowed_modules
from tf_conformance.install.problem import Problem


@pytest.fixture
def folders(tmp_path):
    """Python's library with two modules, a folder of packages with TensorFlow, and an empty folder of the user's."""
    library, site, mine = (tmp_path / name for name in ("library", "site", "mine"))
    (site / "tensorflow").mkdir(parents=True)
    (site / "tensorflow" / "__init__.py").touch()
    library.mkdir()
    (library / "random.py").touch()
    (library / "json").mkdir()
    (library / "json" / "__init__.py").touch()
    mine.mkdir()
    return library, site, mine


@pytest.fixture
def shadowed(folders):
    """Finds the shadowed modules of an environment with these folders, the user's first on the path."""
    library, site, mine = folders

    def find(*more):
        path = tuple(str(folder) for folder in (mine, library, *more, site))
        return list(shadowed_modules(environment(tensorflow(place=site), path=path, standard=(str(library),) * 2)))

    return find


@pytest.mark.parametrize(
    ("name", "module", "owner"),
    [
        ("random.py", "random", "the Python library"),
        ("json.cpython-313-x86_64-linux-gnu.so", "json", "the Python library"),
        ("tensorflow.py", "tensorflow", "tensorflow 2.21.0"),
    ],
)
def test_module_that_hides_another(folders, shadowed, name, module, owner):
    """A file of the user's with the name of a module of TensorFlow's, or of Python's, hides it."""
    path = folders[2] / name
    path.touch()
    assert shadowed() == [Problem(f"{path} hides {module} of {owner}", f"rename or move {path}")]


def test_package_that_hides_another(folders, shadowed):
    """A folder hides a module only if Python can import it as a regular package."""
    package = folders[2] / "tensorflow"
    package.mkdir()
    assert shadowed() == []
    (package / "__init__.py").touch()
    assert [problem.says for problem in shadowed()] == [f"{package} hides tensorflow of tensorflow 2.21.0"]


def test_other_modules(folders, shadowed):
    """A module of the user's that nothing else is named after hides nothing."""
    (folders[2] / "harmless.py").touch()
    assert shadowed() == []


def test_folders_of_the_installation(folders, shadowed):
    """Folders within Python's library, links to the folder of packages, and absent folders hide nothing."""
    library, site, mine = folders
    (library / "lib-dynload").mkdir()
    (library / "lib-dynload" / "random.so").touch()
    (mine.parent / "link").symlink_to(site)
    assert shadowed(library / "lib-dynload", mine.parent / "link", mine.parent / "absent") == []
