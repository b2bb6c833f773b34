"""Whether a file of the user's hides a module that TensorFlow needs."""

from __future__ import annotations

import sys
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec

import pytest

from tests.pretended.distributions import distribution, tensorflow
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

    def find(*more, **variables):
        path = tuple(str(folder) for folder in (mine, library, *more, site))
        facts = {"path": path, "standard": (str(library),) * 2, "variables": variables}
        return list(shadowed_modules(environment(tensorflow(place=site), **facts)))

    return find


@pytest.mark.parametrize(
    ("name", "module", "owner"),
    [
        ("random.py", "random", "the Python library"),
        (f"json{EXTENSION_SUFFIXES[0]}", "json", "the Python library"),
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


def test_later_on_the_path(folders, shadowed):
    """A folder that comes after the one with the module hides nothing."""
    library, site, mine = folders
    for name in ("random.py", "tensorflow.py"):
        (mine / name).touch()
    path = tuple(map(str, (library, site, mine)))
    found = shadowed_modules(environment(tensorflow(place=site), path=path, standard=(str(library),)))
    assert list(found) == []


@pytest.mark.parametrize("more", ["", ":/elsewhere"])
def test_module_from_pythonpath(folders, shadowed, more):
    """What PYTHONPATH brings is not renamed, but taken off PYTHONPATH."""
    mine = folders[2]
    (mine / "random.py").touch()
    (problem,) = shadowed(PYTHONPATH=f"{mine}{more}")
    assert problem.do == (f"remove {mine} from PYTHONPATH" if more else "unset PYTHONPATH")


def test_module_from_pythonpath_in_the_working_folder(folders, shadowed, monkeypatch):
    """A file in the working folder is to be renamed, whatever PYTHONPATH says."""
    monkeypatch.chdir(folders[2])
    (folders[2] / "random.py").touch()
    (problem,) = shadowed(PYTHONPATH=str(folders[2]))
    assert problem.do == f"rename or move {folders[2] / 'random.py'}"


def test_library_of_another_python(folders, shadowed):
    """A folder that hides many modules is named once, with what to do about the path."""
    library, _, mine = folders
    for folder in (library, mine):
        for name in "abcdef":
            (folder / f"{name}_module.py").touch()
    assert shadowed() == [
        Problem(
            f"{mine} hides 6 modules, such as a_module of the Python library", f"take {mine} off the path (PYTHONPATH)"
        )
    ]


def test_archive(folders, shadowed):
    """A module in a zip file that comes first hides others, too."""
    library, site, mine = folders
    archive = mine / "x.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("tensorflow/__init__.py", "")
    path = (str(archive), str(library), str(site))
    (problem,) = shadowed_modules(environment(tensorflow(place=site), path=path, standard=(str(library),)))
    assert problem.says == f"{archive}/tensorflow hides tensorflow of tensorflow 2.21.0"


def test_module_of_another_distribution(folders):
    """A module that a distribution has brought to the front is there on purpose."""
    library, site, mine = folders
    (mine / "random.py").touch()
    overlay = distribution("overlay", "1.0", files=["random.py"], place=mine)
    installed = environment(
        tensorflow(place=site), overlay, path=(str(mine), str(library), str(site)), standard=(str(library),)
    )
    assert list(shadowed_modules(installed)) == []


def test_names_of_projects(folders, shadowed):
    """A project's test/ hides only Python's own tests, which nobody needs; its tests/ what is installed by mistake."""
    library, site, mine = folders
    for folder in (library / "test", mine / "test", mine / "tests"):
        folder.mkdir()
        (folder / "__init__.py").touch()
    assert shadowed() == []
    stray = tensorflow(files=("tests/__init__.py",), place=site)
    path = (str(mine), str(library), str(site))
    assert list(shadowed_modules(environment(stray, path=path, standard=(str(library),)))) == []


def test_site_customization(folders, shadowed):
    """Every site may have a sitecustomize of its own, even if Python came with one."""
    library, _, mine = folders
    for folder in (library, mine):
        (folder / "sitecustomize.py").touch()
    assert shadowed() == []


def test_module_that_a_hook_provides(folders, shadowed, monkeypatch):
    """What an import hook provides is not looked for on the path."""
    (folders[2] / "tensorflow.py").touch()

    class Hook:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return ModuleSpec(name, None) if name == "tensorflow" else None

    monkeypatch.setattr(sys, "meta_path", [Hook, *sys.meta_path])
    assert shadowed() == []


def test_folders_of_the_installation(folders, shadowed):
    """Folders within Python's library, links to the folder of packages, and absent folders hide nothing."""
    library, site, mine = folders
    (library / "lib-dynload").mkdir()
    (library / "lib-dynload" / "random.so").touch()
    (mine.parent / "link").symlink_to(site)
    assert shadowed(library / "lib-dynload", mine.parent / "link", mine.parent / "absent") == []
