"""Which installer made an environment, and its commands."""

from __future__ import annotations

import sys

import pytest

from tests.pretended.distributions import TENSORFLOW_FILES, tensorflow
from tests.pretended.environments import environment
from tf_conformance.install.installer import Installer
from tf_conformance.install.tools import Tool

PACKAGES = ("numpy<2", "absl-py")
SITE = "lib/python3.13/site-packages"


@pytest.fixture
def made(tmp_path):
    """Makes an environment's folder with these files, and a TensorFlow whose INSTALLER says who installed it."""

    def make(recorded, *files, place=SITE, **facts):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        for file in files:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text("uv = 0.9\n", encoding="utf-8")
        installed = tensorflow(place=tmp_path / place, texts={"INSTALLER": f"{recorded}\n"})
        return environment(installed, **facts)

    return make


@pytest.mark.parametrize(
    ("recorded", "files", "tool"),
    [
        ("pip", ["pyvenv.cfg"], Tool.PIP),
        ("pip", ["pyvenv.cfg", "pipx_metadata.json"], Tool.PIPX),
        ("pip", ["conda-meta/history"], Tool.PIP),
        ("uv", [], Tool.UV),
        ("conda", ["conda-meta/history"], Tool.CONDA),
        ("conda", ["conda-meta/history", "conda-meta/pixi"], Tool.PIXI),
        ("uv-pixi", ["conda-meta/history", "conda-meta/pixi"], Tool.PIXI_PYPI),
        ("Poetry 2.1.3", ["pyvenv.cfg"], Tool.POETRY),
        ("pdm", ["pyvenv.cfg"], Tool.PDM),
        ("rpm", [], Tool.DNF),
        ("", ["pyvenv.cfg"], Tool.UV),
        ("", ["conda-meta/history"], Tool.CONDA),
        ("", [], Tool.PIP),
        ("something new", [], Tool.PIP),
        ("pip", [".spack/spec.json"], Tool.SPACK),
    ],
)
def test_tool(made, recorded, files, tool):
    """What is recorded beside TensorFlow decides, and else the environment's folder."""
    assert Installer.of(made(recorded, *files)).tool is tool


@pytest.mark.parametrize(
    ("place", "tool"),
    [
        ("/nix/store/abc-python3.13-tensorflow/lib/python3.13/site-packages", Tool.NIX),
        ("/gnu/store/abc-tensorflow/lib/python3.11/site-packages", Tool.NIX),
        ("/usr/lib/python3/dist-packages", Tool.APT),
        ("/usr/lib/python3.14/site-packages", Tool.SYSTEM),
        ("/usr/lib64/python3.14/site-packages", Tool.SYSTEM),
        ("/usr/local/lib/python3.11/dist-packages", Tool.PIP),
    ],
)
def test_place(place, tool):
    """Systems are known by where they put packages."""
    assert Installer.of(environment(tensorflow(place=place, texts={"INSTALLER": ""}))).tool is tool


def test_settings_of_spack(made, tmp_path):
    """A virtual environment in a home folder with the settings of Spack is not Spack's."""
    settings = made("pip", ".spack/packages.yaml", "venv/pyvenv.cfg", place=f"venv/{SITE}")
    assert Installer.of(settings).tool is Tool.PIP
    assert Installer.of(settings).prefix == str(tmp_path / "venv")


def test_easybuild(made, tmp_path):
    """A module of EasyBuild is known by its variable, unless TensorFlow lies in an environment on top of it."""
    assert Installer.of(made("pip", variables={"EBROOTTENSORFLOW": str(tmp_path)})).tool is Tool.EASYBUILD
    assert Installer.of(made("pip", variables={"EBROOTPYTHON": "/apps/Python"})).tool is Tool.PIP


@pytest.mark.parametrize(
    ("installer", "install", "upgrade", "reinstall", "uninstall"),
    [
        (
            Installer(),
            'python -m pip install "numpy<2" absl-py',
            'python -m pip install --upgrade "numpy<2" absl-py',
            "python -m pip install --force-reinstall keras==3.15.1",
            "python -m pip uninstall --yes keras",
        ),
        (
            Installer(Tool.UV, "/my env"),
            'uv pip install --python "/my env" "numpy<2" absl-py',
            'uv pip install --python "/my env" --upgrade-package numpy --upgrade-package absl-py "numpy<2" absl-py',
            'uv pip install --python "/my env" --reinstall keras==3.15.1',
            'uv pip uninstall --python "/my env" keras',
        ),
        (
            Installer(Tool.CONDA, "/env"),
            'conda install --prefix /env "numpy<2" absl-py',
            'conda install --prefix /env "numpy<2" absl-py',
            "conda install --prefix /env --force-reinstall keras==3.15.1",
            "conda remove --prefix /env --force keras",
        ),
        (
            Installer(Tool.PIPX, "/home/me/pipx/venvs/jupyter"),
            'pipx runpip jupyter install "numpy<2" absl-py',
            'pipx runpip jupyter install --upgrade "numpy<2" absl-py',
            "pipx runpip jupyter install --force-reinstall keras==3.15.1",
            "pipx runpip jupyter uninstall --yes keras",
        ),
        (
            Installer(Tool.APT),
            "apt-get install python3-numpy python3-absl",
            "apt-get install python3-numpy python3-absl",
            "apt-get install --reinstall python3-keras",
            "apt-get remove python3-keras",
        ),
        (
            Installer(Tool.PIXI),
            'pixi add "numpy<2" absl-py',
            'pixi add "numpy<2" absl-py',
            "pixi reinstall keras",
            "pixi remove keras",
        ),
        (
            Installer(Tool.PIXI_PYPI),
            'pixi add --pypi "numpy<2" absl-py',
            'pixi add --pypi "numpy<2" absl-py',
            "pixi reinstall keras",
            "pixi remove --pypi keras",
        ),
        (
            Installer(Tool.POETRY),
            'poetry add "numpy<2" absl-py',
            'poetry add "numpy<2" absl-py',
            "poetry env remove --all\npoetry install",
            "poetry remove keras",
        ),
        (
            Installer(Tool.PDM),
            'pdm add "numpy<2" absl-py',
            'pdm add "numpy<2" absl-py',
            "pdm sync --reinstall",
            "pdm remove keras",
        ),
        (
            Installer(Tool.DNF),
            "dnf install python3-numpy python3-absl-py",
            "dnf upgrade python3-numpy python3-absl-py",
            "dnf reinstall python3-keras",
            "dnf remove python3-keras",
        ),
        (
            Installer(Tool.PACMAN),
            "pacman -S python-numpy python-absl-py",
            "pacman -S python-numpy python-absl-py",
            "pacman -S python-keras",
            "pacman -R python-keras",
        ),
        (
            Installer(Tool.SYSTEM),
            "install python3-numpy python3-absl-py with this system's package manager",
            "upgrade python3-numpy python3-absl-py with this system's package manager",
            "reinstall python3-keras with this system's package manager",
            "remove python3-keras with this system's package manager",
        ),
        (
            Installer(Tool.SPACK),
            'ask whoever maintains this Spack installation for "numpy<2" absl-py',
            'ask whoever maintains this Spack installation for "numpy<2" absl-py',
            "load the module again\nif that does not help, ask whoever maintains this Spack installation"
            " to build keras==3.15.1 again",
            "ask whoever maintains this Spack installation to remove keras",
        ),
        (
            Installer(Tool.NIX),
            'ask whoever maintains this Nix or Guix environment for "numpy<2" absl-py',
            'ask whoever maintains this Nix or Guix environment for "numpy<2" absl-py',
            "ask whoever maintains this Nix or Guix environment to build keras==3.15.1 again",
            "ask whoever maintains this Nix or Guix environment to remove keras",
        ),
        (
            Installer(Tool.EASYBUILD),
            'ask whoever maintains these modules for "numpy<2" absl-py',
            'ask whoever maintains these modules for "numpy<2" absl-py',
            "load the module again\nif that does not help, ask whoever maintains these modules to build keras==3.15.1 again",
            "ask whoever maintains these modules to remove keras",
        ),
    ],
)
def test_commands(installer, install, upgrade, reinstall, uninstall):
    """Each installer is told in its own words; what a shell would interpret is quoted."""
    assert installer.install(*PACKAGES) == install
    assert installer.upgrade(*PACKAGES) == upgrade
    assert installer.reinstall("keras==3.15.1") == reinstall
    assert installer.uninstall("keras") == uninstall


def test_names_of_conda():
    """conda-forge calls some distributions otherwise."""
    assert Installer(Tool.CONDA, "/env").install("flatbuffers>=24").endswith('"python-flatbuffers>=24"')


def test_any_patch_release_of_conda():
    """To conda, ==2.15.* is one version, and what people mean is =2.15."""
    assert Installer(Tool.CONDA, "/env").install("keras==2.15.*") == "conda install --prefix /env keras=2.15"
    assert Installer(Tool.PIXI).install("keras==2.15.*", "numpy!=1.24.*,<2") == 'pixi add keras=2.15 "numpy!=1.24.*,<2"'


def test_micromamba(made):
    """Where there is no conda, the program that made the environment is told."""
    known = {"MAMBA_EXE": "/home/me/bin/micromamba"}
    assert (
        Installer.of(made("conda", "conda-meta/history", variables=known))
        .install("six")
        .startswith("micromamba install")
    )
    known["CONDA_EXE"] = "/opt/conda/bin/conda"
    assert Installer.of(made("conda", "conda-meta/history", variables=known)).install("six").startswith("conda install")


def test_renewal():
    """What an installer cannot read is deleted first; whoever maintains a system is asked."""
    again = "python -m pip install --force-reinstall --no-deps keras==3.15.1"
    assert Installer().renew(["/a b/keras"], "keras==3.15.1") == f'rm -r "/a b/keras"\n{again}'
    assert Installer().renew([], "keras==3.15.1") == again
    assert "ask whoever maintains" in Installer(Tool.NIX).renew(["/a/keras"], "keras==3.15.1")


def test_every_installer_is_worded():
    """The words of each installer are tried above."""
    tried = {values[0].tool for mark in test_commands.pytestmark for values in mark.args[1]}
    assert tried == set(Tool)


def test_dependencies_are_left():
    """A distribution can be installed again without its dependencies, if the installer knows how."""
    assert Installer().reinstall("x==1", alone=True) == "python -m pip install --force-reinstall --no-deps x==1"
    assert Installer(Tool.DNF).reinstall("x==1", alone=True) == "dnf reinstall python3-x"


def test_no_second_tensorflow():
    """What depends on the distribution tensorflow does not bring it to a TensorFlow of another name."""
    installer = Installer(tensorflow="tensorflow-cpu")
    assert installer.install("tf-keras==2.21.*") == 'python -m pip install --no-deps "tf-keras==2.21.*"'
    assert installer.install("absl-py") == "python -m pip install absl-py"
    assert Installer().install("tf-keras==2.21.*") == 'python -m pip install "tf-keras==2.21.*"'


def test_replacement():
    """pip uninstalls one version each time; whoever maintains a system is asked once."""
    gone = "python -m pip uninstall --yes numpy"
    assert Installer().replace(["numpy", "numpy"], "numpy<2") == f'{gone}\n{gone}\npython -m pip install "numpy<2"'
    assert Installer(Tool.UV, "/env").replace(["a", "a"], "a") == (
        "uv pip uninstall --python /env a\nuv pip install --python /env a"
    )
    assert "to build a==1 again" in Installer(Tool.SPACK).replace(["a", "a"], "a==1")


def test_without_pip(made):
    """If pip installed TensorFlow and is gone, it comes first."""
    assert Installer.of(made("pip")).has_pip
    bare = environment(tensorflow(files=TENSORFLOW_FILES, texts={"INSTALLER": "pip"}), pip=False, path=("/nowhere",))
    assert Installer.of(bare).install("six") == "python -m ensurepip\npython -m pip install six"
    assert Installer.of(bare).replace(["a", "b"], "a").count("ensurepip") == 1


def test_managed_by_the_system(made, tmp_path):
    """Where the system asks pip to leave it alone, pip needs to be told; not so in a virtual environment."""
    (tmp_path / "stdlib").mkdir()
    (tmp_path / "stdlib" / "EXTERNALLY-MANAGED").touch()
    standard = (str(tmp_path / "stdlib"),)
    own = Installer.of(made("pip", standard=standard))
    assert own.install("six") == "python -m pip install --break-system-packages six"
    assert own.uninstall("six") == "python -m pip uninstall --break-system-packages --yes six"
    assert "--break-system-packages" in Installer.of(made("uv", standard=standard)).install("six")
    assert Installer.of(made("pip", "pyvenv.cfg", standard=standard)).install("six") == "python -m pip install six"


def test_without_a_folder():
    """If no environment is found around TensorFlow, the commands name the one of this Python."""
    assert Installer(Tool.UV).install("six") == f"uv pip install --python {sys.prefix} six"


def test_empty_environment():
    """Without any distribution, pip is as good a guess as any."""
    assert Installer.of(environment()) == Installer()
