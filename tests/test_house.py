"""The house: which part may import which, and what the kit needs of the environment under test."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import ROOT
from tests.conftest import LONGEST

# In the order in which they build on one another.
STATEMENTS, INSTALL, DIAGNOSIS, RECORDS, PLUGIN = (
    f"tf_conformance.{package}" for package in ("statements", "install", "diagnosis", "records", "plugin")
)
START = "tf_conformance.start"
UNUSABLE = "tf_conformance.unusable"
TREE = "tf_conformance.tree"
COMMAND = "tf_conformance.command"
FOREIGN = "tf_conformance.foreign"
LAUNCH = "tf_conformance.launch"
SCAN = "tf_conformance.scan"
LIBRARY = {"tf_conformance", TREE, STATEMENTS, INSTALL, DIAGNOSIS, RECORDS}
MAY_IMPORT = {
    STATEMENTS: set(),
    INSTALL: {STATEMENTS},
    DIAGNOSIS: {TREE, STATEMENTS, INSTALL},
    RECORDS: {"tf_conformance", TREE, STATEMENTS, INSTALL, DIAGNOSIS},
    PLUGIN: {*LIBRARY, UNUSABLE},
    "tf_conformance": {STATEMENTS},
    TREE: set(),
    START: {UNUSABLE, DIAGNOSIS},
    UNUSABLE: {"tf_conformance", TREE, DIAGNOSIS},
    FOREIGN: {START, UNUSABLE, DIAGNOSIS, INSTALL, PLUGIN},
    LAUNCH: {START, UNUSABLE},
    SCAN: {STATEMENTS, RECORDS},
    COMMAND: {*LIBRARY, START, LAUNCH, SCAN, PLUGIN},  # the last for check's --help alone
    "tf_conformance.__main__": {COMMAND},
    "spec": {*LIBRARY, PLUGIN},
    "benchmarks": LIBRARY,
    "reports": {*LIBRARY, "benchmarks"},
    "tests": {*LIBRARY, START, UNUSABLE, PLUGIN, COMMAND, FOREIGN, LAUNCH, SCAN, "spec", "benchmarks", "reports"},
}
HEAVY = ["pytest", "_pytest", "pluggy", "xdist", "hypothesis", "tensorflow", "keras", "numpy"]


def module_of(path):
    """The dotted name of a module, by its file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def files_of(part):
    """The files of a part of the house, without those of the parts within it."""
    folder = ROOT / part.partition(".")[0]
    return [path for path in sorted(folder.rglob("*.py")) if part_of(module_of(path)) == part]


def part_of(module):
    """The innermost part of the house that a module belongs to; None if it is not in the house."""
    names = module.split(".")
    around = (".".join(names[:end]) for end in range(len(names), 0, -1))
    return next((name for name in around if name in MAY_IMPORT), None)


def imports_of(path):
    """Each import of a file: its line, and the part of the house that it reaches."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in modules:
            yield node.lineno, part_of(module)


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports(part):
    """A part of the house imports nothing of the house but itself and the parts that it may build on."""
    allowed = {None, part, *MAY_IMPORT[part]}
    files = files_of(part)
    assert files, f"{part} does not exist"
    forbidden = [
        f"{path.relative_to(ROOT)}:{line} imports {reached}, which {part} must not"
        for path in files
        for line, reached in imports_of(path)
        if reached not in allowed
    ]
    assert forbidden == []


def test_every_package_is_in_the_house():
    """Every package of tf_conformance has its place in the order of imports."""
    packages = {module_of(path.parent) for path in (ROOT / "tf_conformance").glob("*/__init__.py")}
    assert packages == {STATEMENTS, INSTALL, DIAGNOSIS, RECORDS, PLUGIN, COMMAND, SCAN}


def private_names_of_the_kit():
    """The names of functions, methods, classes and constants that the kit keeps to itself."""
    for folder in ("tf_conformance", "benchmarks", "reports"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                    yield node.name
                elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    yield node.attr
                elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    yield node.id


def names_reached_for(path):
    """The names of others that a file uses, with their lines; what it inherits counts as its own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in ("self", "cls", "super()"):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value.rpartition(".")[2]


def test_tests_use_public_names():
    """No test uses, or patches, a name of the kit that begins with an underscore."""
    private = {name for name in private_names_of_the_kit() if re.match("_[^_]", name)}
    used = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line, name in names_reached_for(path)
        if name in private
    ]
    assert used == []


def test_private_names_of_pytest_stand_in_one_place():
    """Only the plugin's compat.py imports what pytest does not document."""
    folders = {part.partition(".")[0] for part in MAY_IMPORT}
    importing = [
        module_of(path)
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*(from|import) _pytest\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert importing == [f"{PLUGIN}.compat"]


IMPORT_ALL = """
import importlib, pkgutil, sys
sys.modules.update(dict.fromkeys({heavy}))
for name in {packages}:
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        importlib.import_module(module.name)
import tf_conformance.__main__, reports.__main__, reports.page
"""


def test_light_imports():
    """Everything but the plugin, and also what builds the page, can be imported without pytest, TensorFlow and NumPy."""
    code = IMPORT_ALL.format(heavy=HEAVY, packages=[STATEMENTS, INSTALL, DIAGNOSIS, RECORDS, SCAN])
    subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), check=True)


LONGEST_FUNCTION = 50  # lines: what a screen shows at once


def test_functions_fit_on_a_screen():
    """No function of the kit is longer than what a reader sees at once."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for folder in ("tf_conformance", "benchmarks", "reports")
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


JUDGED = {
    "tensorflow",
    "tensorflow-cpu",
    "tf-nightly",
    "keras",
    "tf-keras",
    "numpy",
    "protobuf",
    "h5py",
    "ml-dtypes",
    "gast",
    "wrapt",
}


def required_by(lines):
    """The names of all distributions that these requirements lead to in this environment."""
    names, queue = set(), [Requirement(line) for line in lines]
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name not in names:
            names.add(name)
            queue += [Requirement(line) for line in metadata.requires(name) or []]
    return names


def test_requirements():
    """Neither the kit nor its dependencies depend on TensorFlow, Keras, NumPy, or what is judged with these."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = required_by(line for line in lines if line and not line.startswith("#"))
    assert {"pytest", "hypothesis", "packaging"} <= required
    assert required & JUDGED == set()


def test_settings_of_pytest():
    """pytest 9 reads the same as older ones in another file, but for the plugin that only it can load from here."""
    tomllib = pytest.importorskip("tomllib")
    newer = tomllib.loads((ROOT / "pytest.toml").read_text(encoding="utf-8"))["pytest"]
    older = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]
    assert newer.pop("pythonpath") == ["."]
    assert newer.pop("addopts") == [*older.pop("addopts").split(), "-p", FOREIGN]
    assert newer == older


def test_longest_files_are_there():
    """What is to come first exists; else the files that take longest come last, and nobody notices."""
    assert [path for path in LONGEST if not (ROOT / "tests" / path).is_file()] == []
