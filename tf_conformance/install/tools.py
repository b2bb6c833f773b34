"""The installers that there are, and how their commands are worded."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

INTO_PREFIX = "install --prefix {prefix}"


class Commands(NamedTuple):
    """The commands of an installer; one that takes several steps has a line for each.

    ``{packages}`` are names or requirements, ``{prefix}`` is the environment's folder and ``{name}`` the folder's name.
    """

    install: str
    upgrade: str
    reinstall: str
    uninstall: str


def _verbs(program: str, install: str, upgrade: str, reinstall: str, uninstall: str) -> Commands:
    """The commands of a program that takes the packages last."""
    return Commands(*(f"{program} {verb} {{packages}}" for verb in (install, upgrade, reinstall, uninstall)))


def _like_pip(program: str, again: str, options: str = "", yes: str = "") -> Commands:
    """The commands of pip, and of what takes the same options; ``again`` is its option that installs anew."""
    install = f"install{options}"
    return _verbs(program, install, f"{install} --upgrade", f"{install} {again}", f"uninstall{options}{yes}")


def _read_only(system: str, first: str = "") -> Commands:
    """What to do about a system that its users cannot change."""
    ask = f"ask whoever maintains {system}"
    again = f"{first}{ask} to build {{packages}} again"
    return Commands(f"{ask} for {{packages}}", f"{ask} for {{packages}}", again, f"{ask} to remove {{packages}}")


class Tool(Enum):
    """An installer, or a system that only its maintainers change."""

    PIP = _like_pip("python -m pip", "--force-reinstall", yes=" --yes")
    # With --upgrade, uv would upgrade all dependencies, too.
    UV = _like_pip("uv pip", "--reinstall", options=" --python {prefix}")._replace(
        upgrade="uv pip install --python {prefix} {upgraded} {packages}"
    )
    PIPX = _like_pip("pipx runpip {name}", "--force-reinstall", yes=" --yes")
    CONDA = _verbs(
        "conda", INTO_PREFIX, INTO_PREFIX, f"{INTO_PREFIX} --force-reinstall", "remove --prefix {prefix} --force"
    )
    PIXI = _verbs("pixi", "add", "add", "reinstall", "remove")
    PIXI_PYPI = _verbs("pixi", "add --pypi", "add --pypi", "reinstall", "remove --pypi")  # for what it has from PyPI
    POETRY = _verbs("poetry", "add", "add", "", "remove")._replace(reinstall="poetry env remove --all\npoetry install")
    PDM = _verbs("pdm", "add", "add", "", "remove")._replace(reinstall="pdm sync --reinstall")
    APT = _verbs("apt-get", "install", "install", "install --reinstall", "remove")
    DNF = _verbs("dnf", "install", "upgrade", "reinstall", "remove")
    PACMAN = _verbs("pacman", "-S", "-S", "-S", "-R")
    SYSTEM = Commands(
        *(
            f"{verb} {{packages}} with this system's package manager"
            for verb in ("install", "upgrade", "reinstall", "remove")
        )
    )
    NIX = _read_only("this Nix or Guix environment")
    SPACK = _read_only("this Spack installation", "load the module again\nif that does not help, ")
    EASYBUILD = _read_only("these modules", "load the module again\nif that does not help, ")

    @property
    def takes_versions(self) -> bool:
        """Whether its packages are asked for by requirements rather than by bare names."""
        return self not in (Tool.APT, Tool.DNF, Tool.PACMAN, Tool.SYSTEM)

    @property
    def runs_commands(self) -> bool:
        """Whether it is told what to do by commands that its users may run."""
        return self not in (Tool.SYSTEM, Tool.NIX, Tool.SPACK, Tool.EASYBUILD)

    @property
    def can_leave_dependencies(self) -> bool:
        """Whether it can install a package without touching what the package depends on."""
        return self in (Tool.PIP, Tool.UV, Tool.PIPX, Tool.CONDA)
