"""Every healthy install comes out clean."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipapp
from collections import Counter

import pytest
from packaging.version import Version

from tests import ROOT
from tests.gallery.broken import BROKEN
from tests.gallery.damage import FINE
from tests.gallery.damages import DAMAGES
from tests.gallery.environment import FOR_EVER
from tests.gallery.healthy import HEALTHY
from tests.gallery.tree import Tree, wheels
from tf_conformance.install.checks import CHECKS, find_problems
from tf_conformance.install.install import NOT_INSTALLED, describe

JUDGE = """
import sys
from tf_conformance.install.checks import find_problems
from tf_conformance.install.environment import Environment
problems = find_problems(Environment.gather())
print([str(problem) for problem in problems], 'tensorflow' in sys.modules)
"""
NOTHING = "[] False\n"


def unchecked_in(environment):
    """The statements that cannot be told of an environment, with their reasons."""
    reasons = {check.statement: list(check.why_unknown(environment)) for check in CHECKS}
    return {statement: found for statement, found in reasons.items() if found}


@pytest.mark.parametrize("healthy", HEALTHY, ids=str)
def test_healthy(healthy, tmp_path):
    """No problem is found, not even in the content of files; what cannot be told is exactly that; the versions are known."""
    tree = Tree(tmp_path)
    healthy.make(tree)
    environment = tree.environment()
    assert list(map(str, find_problems(environment))) == []
    assert list(map(str, find_problems(tree.environment(verify_files=True)))) == []
    assert sorted(unchecked_in(environment)) == sorted(healthy.unchecked)
    install = describe(environment)
    assert (install.release, install.versions()["keras"]) == (healthy.release, Version("3.15.1"))
    assert install.numpy != NOT_INSTALLED


def test_size_of_the_gallery():
    """There are as many entries as in the gallery of broken installs, by many installers, and at least three of each kind."""
    kinds = Counter(healthy.kind for healthy in HEALTHY)
    assert len(HEALTHY) >= len(BROKEN) + len(DAMAGES)
    assert len(Counter(healthy.installer for healthy in HEALTHY)) >= 20
    assert len(kinds) >= 20
    assert min(kinds.values()) >= 3, kinds


def judged_by(command, cwd=ROOT, **variables):
    """What a Python says of its own environment, in which the kit is found through PYTHONPATH or code."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "PYTHON"))}
    ran = subprocess.run(
        command, cwd=cwd, env={**kept, **variables}, capture_output=True, text=True, timeout=FOR_EVER, check=False
    )
    return ran.stdout or ran.stderr


def test_isolated_without_site(tmp_path):
    """python -S -I, with the path put together by hand."""
    places = [str(ROOT), sysconfig.get_paths()["purelib"], sysconfig.get_paths()["platlib"]]
    code = f"import sys\nsys.path += {places!r}\n{JUDGE}"
    assert judged_by([sys.executable, "-S", "-I", "-c", code], cwd=tmp_path) == NOTHING


@pytest.mark.skipif(sys.version_info < (3, 11), reason="PYTHONSAFEPATH came with Python 3.11")
def test_safe_path(tmp_path):
    """PYTHONSAFEPATH keeps the working folder off the path: what lies there hides nothing."""
    (tmp_path / "random.py").touch()
    said = judged_by([sys.executable, "-c", JUDGE], cwd=tmp_path, PYTHONSAFEPATH="1", PYTHONPATH=str(ROOT))
    assert said == NOTHING


def test_zipapp(tmp_path):
    """The kit runs from an archive that is first on the path."""
    packed = tmp_path / "packed"
    shutil.copytree(ROOT / "tf_conformance", packed / "tf_conformance", ignore=shutil.ignore_patterns("__pycache__"))
    (packed / "__main__.py").write_text(JUDGE, encoding="utf-8")
    zipapp.create_archive(packed, tmp_path / "kit.pyz")
    assert judged_by([sys.executable, str(tmp_path / "kit.pyz")], cwd=tmp_path) == NOTHING


DEBIAN = ("python3-numpy", "python3-six", "python3-certifi", "python3-protobuf", "python3-wrapt", "python3-setuptools")


@pytest.mark.parametrize("place", ["behind", "instead"])
def test_packages_of_debian(tmp_path, place):
    """Debian's own packages, as apt fetches them, behind an environment or in place of its dependencies."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        pytest.skip("this system has no apt-get")
    fetched = subprocess.run(
        ["apt-get", "download", *DEBIAN], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    if fetched.returncode:
        pytest.skip(f"apt-get cannot download: {fetched.stderr.strip()[-200:]}")
    for package in tmp_path.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(tmp_path / "debian")], check=True)
    tree = Tree(tmp_path)
    from_debian = ("numpy", "six", "certifi", "protobuf") if place == "instead" else ()
    requires = ("keras", "numpy>=1.20", "protobuf", "six", "wrapt")
    made = wheels(tensorflow={"requires": requires})
    tree.install_all([wheel for wheel in made if wheel.name not in from_debian])
    tree.path.append(tmp_path / "debian" / "usr" / "lib" / "python3" / "dist-packages")
    environment = tree.environment()
    assert list(map(str, find_problems(environment))) == []
    assert set(unchecked_in(environment)) <= {"install.files"}


def made_by_conda(environment):
    """What conda does to a real environment: INSTALLER, first lines, bytecode."""
    for path in environment.site.glob("*.dist-info/INSTALLER"):
        environment.write(path, b"conda")
    for script in (environment.prefix / "bin").glob("*"):
        if script.is_file() and not script.is_symlink() and script.read_bytes().startswith(b"#!"):
            environment.write(script, script.read_bytes() + b"\n")
            script.chmod(0o755)


def slimmed(environment):
    """What makes a real image smaller."""
    for pattern in ("**/include", "**/*.pyi", "**/*_test.py", "*.dist-info/licenses", "keras/**/tests"):
        for path in [*environment.site.glob(pattern)]:
            if path.exists():
                environment.delete(path)


@pytest.mark.parametrize("change", [made_by_conda, slimmed])
def test_real_copy(change, environment):
    """A copy of this environment, reworked, does what it should, also when it is imported."""
    change(environment)
    run = environment.judge("--statement", "install.*")
    assert run.returncode == FINE, run.stdout[-3000:]
    assert "violated" not in run.stdout.replace("0 violated", "")
