"""Which installer made the environment, and its commands for packages of this environment."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tf_conformance.install.distribution import Distribution
from tf_conformance.install.distributions import TENSORFLOW_DISTRIBUTIONS
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import is_below, text_of
from tf_conformance.install.fitting import fitting
from tf_conformance.install.tools import Tool

APT_FOLDER = "/usr/lib/python3/dist-packages"
SYSTEM_FOLDER = re.compile(r"/usr/lib(?:64)?/python3\.\d+/site-packages$")
# The stores of systems that never change what they have installed.
STORES = ("/nix/store/", "/gnu/store/")

# Distributions that depend on the distribution tensorflow, and so bring it along.
DEPENDENTS = {
    "tf-keras",
    "tensorflow-text",
    "keras-hub",
    "keras-nlp",
    "tf-models-official",
    "tensorflow-decision-forests",
}

# What distributions are called whose names on PyPI are others: by conda-forge, and by Debian behind python3-.
CONDA_NAMES = {"flatbuffers": "python-flatbuffers", "libclang": "python-clang", "torch": "pytorch"}
DEBIAN_NAMES = {"absl-py": "absl", "pillow": "pil", "pyyaml": "yaml", "tf-keras": "keras"}
ARCH = "/etc/arch-release"
# What these write into INSTALLER.
BY_RECORD = {
    "pip": Tool.PIP,
    "uv": Tool.UV,
    "poetry": Tool.POETRY,
    "pdm": Tool.PDM,
    "rpm": Tool.DNF,
    "uv-pixi": Tool.PIXI_PYPI,
}


@dataclass(frozen=True)
class Installer:
    """The installer of the TensorFlow in an environment, with its commands.

    ``prefix`` is the folder of the environment, empty if it is not a virtual or conda environment. ``has_pip``: whether
    pip can be run in it. ``is_managed``: whether the system asks pip to leave it alone. ``tensorflow``: the name of the
    distribution that provides TensorFlow: what depends on another one is installed without dependencies. ``conda``: the
    program that changes environments of conda, which may be mamba or micromamba.
    """

    tool: Tool = Tool.PIP
    prefix: str = ""
    has_pip: bool = True
    is_managed: bool = False
    tensorflow: str = "tensorflow"
    conda: str = "conda"

    @classmethod
    def of(cls, environment: Environment) -> Installer:
        """The installer of the distribution that provides TensorFlow, or else of the first folder with distributions."""
        provider = environment.tensorflow or environment.distributions.first(environment.distributions)
        place = provider.locate() if provider else ""
        prefix = _prefix(place)
        tool = _tool(provider, place, prefix, environment)
        managed = any(Path(folder, "EXTERNALLY-MANAGED").exists() for folder in environment.standard)
        return cls(
            tool,
            prefix,
            has_pip=not _lacks_pip(provider, environment),
            is_managed=managed and not prefix,
            tensorflow=str(environment.tensorflow.name) if environment.tensorflow else "tensorflow",
            conda=_conda(environment),
        )

    def install(self, *requirements: str) -> str:
        """The command that installs what these requirements name."""
        return self._words(self._beside_tensorflow(self.tool.value.install, requirements), requirements)

    def upgrade(self, *requirements: str) -> str:
        """The command that installs the newest versions that these requirements allow."""
        return self._words(self._beside_tensorflow(self.tool.value.upgrade, requirements), requirements)

    def reinstall(self, *requirements: str, alone: bool = False) -> str:
        """The command that writes all files of these distributions anew; ``alone``: not those of their dependencies."""
        template = self.tool.value.reinstall
        if self.tool in (Tool.PIXI, Tool.PIXI_PYPI):  # which knows the versions from its lock file
            requirements = tuple(map(_name, requirements))
        return self._words(self._alone(template) if alone else template, requirements)

    def renew(self, paths: Sequence[str], *requirements: str) -> str:
        """The command that deletes what no installer can make sense of, and then writes all files of distributions anew."""
        again = self.reinstall(*requirements, alone=True)
        is_told = paths and self.tool.runs_commands
        return f"rm -r {' '.join(map(_quoted, paths))}\n{again}" if is_told else again

    def uninstall(self, *names: str) -> str:
        """The command that uninstalls these distributions."""
        return self._words(self.tool.value.uninstall, names)

    def replace(self, installed: Sequence[str], requirement: str) -> str:
        """The command that uninstalls distributions, as often as one of them is named, and then installs one."""
        if not self.tool.runs_commands:
            return self.reinstall(requirement)
        # pip forgets only one version each time.
        times = max(map(list(installed).count, installed)) if self.tool in (Tool.PIP, Tool.PIPX) else 1
        after = replace(self, has_pip=True)
        return "\n".join(
            [self.uninstall(*installed), *[after.uninstall(*installed)] * (times - 1), after.install(requirement)]
        )

    def _alone(self, template: str) -> str:
        """A command that leaves dependencies as they are, if the installer can."""
        return (
            template.replace(" {packages}", " --no-deps {packages}") if self.tool.can_leave_dependencies else template
        )

    def _beside_tensorflow(self, template: str, requirements: tuple[str, ...]) -> str:
        """A command that does not install a second TensorFlow over one of another name."""
        names = {canonicalize_name(_name(requirement)) for requirement in requirements}
        brings_another = self.tensorflow != "tensorflow" and names & DEPENDENTS
        return self._alone(template) if brings_another else template

    def _words(self, template: str, requirements: tuple[str, ...]) -> str:
        packages = " ".join(dict.fromkeys(_quoted(self._package(requirement)) for requirement in requirements))
        command = re.sub(r"^conda\b", self.conda, template)
        if self.is_managed and self.tool in (Tool.PIP, Tool.UV):
            command = re.sub(r"pip (install|uninstall)", r"pip \1 --break-system-packages", command)
        if not self.has_pip and self.tool is Tool.PIP:
            command = f"python -m ensurepip\n{command}"
        upgraded = " ".join(f"--upgrade-package {_name(each)}" for each in requirements)
        prefix = _quoted(self.prefix or sys.prefix)
        fields = {"prefix": prefix, "name": os.path.basename(self.prefix), "upgraded": upgraded, "packages": packages}
        for field, value in fields.items():
            command = command.replace(f"{{{field}}}", value)
        return command

    def _package(self, text: str) -> str:
        """This installer's name for what a requirement names."""
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            return text
        name = canonicalize_name(requirement.name)
        if self.tool in (Tool.CONDA, Tool.PIXI):
            # To conda, ==2.15.* is 2.15 alone, and =2.15 is any of that release.
            limits = re.sub(r"==([\w.]+)\.\*", r"=\1", str(requirement.specifier))
            return f"{CONDA_NAMES.get(name, requirement.name)}{limits}"
        if self.tool is Tool.PACMAN:
            return f"python-{name}"
        if not self.tool.takes_versions:
            return f"python3-{DEBIAN_NAMES.get(name, name) if self.tool is Tool.APT else name}"
        return text


def replacement(sharing: Sequence[Distribution], environment: Environment) -> str:
    """The command that leaves one of several distributions that share a folder: the released one that fits best."""
    kept = next((each for each in sharing if not Version(each.version).is_devrelease), sharing[0])
    name = kept.key
    known = name in TENSORFLOW_DISTRIBUTIONS or kept == environment.tensorflow
    requirement = f"{kept.name}=={kept.version}" if known else fitting(name, environment)
    return Installer.of(environment).replace([str(each.name) for each in sharing], requirement)


def _tool(provider: Distribution | None, place: str, prefix: str, environment: Environment) -> Tool:
    for tool in (_store(provider, place, environment), _by_record(provider, prefix), _by_place(place, prefix)):
        if tool:
            return tool
    return Tool.PIP


def _store(provider: Distribution | None, place: str, environment: Environment) -> Tool | None:
    """A system that keeps each package in a folder that nobody changes, by where TensorFlow really is."""
    real = os.path.realpath(provider.locate("tensorflow/__init__.py")) if provider else place
    if real.startswith(STORES):
        return Tool.NIX
    roots = [value for name, value in environment.variables.items() if name.startswith("EBROOT") and value]
    if any(is_below(path, root) for path in (place, real) for root in roots):
        return Tool.EASYBUILD
    # Beside lib/; the folder of that name in the home folder is that of Spack's settings.
    sites = (place, os.path.dirname(os.path.dirname(real)))
    if any(site and Path(site, "..", "..", "..", ".spack").is_dir() for site in sites):
        return Tool.SPACK
    return None


def _by_record(provider: Distribution | None, prefix: str) -> Tool | None:
    """The installer that is recorded in the distribution, in the environment in which it was used."""
    recorded = _recorded(provider)
    if recorded == "conda":
        return Tool.PIXI if Path(prefix, "conda-meta", "pixi").exists() else Tool.CONDA
    if recorded == "pip" and prefix and Path(prefix, "pipx_metadata.json").exists():
        return Tool.PIPX
    return BY_RECORD.get(recorded)


def _by_place(place: str, prefix: str) -> Tool | None:
    """The installer by the folder alone, if distributions and scripts have removed its record."""
    if place.rstrip("/") == APT_FOLDER:
        return Tool.APT
    if SYSTEM_FOLDER.match(place.rstrip("/")):
        return Tool.PACMAN if os.path.exists(ARCH) else Tool.SYSTEM
    if prefix and Path(prefix, "conda-meta").is_dir():
        return Tool.CONDA
    if prefix and re.search(r"^uv\s*=", text_of(Path(prefix, "pyvenv.cfg")), re.MULTILINE):
        return Tool.UV
    return None


def _conda(environment: Environment) -> str:
    """The program that the shell knows of, by the variables that its hooks set."""
    mamba = environment.variables.get("MAMBA_EXE", "")
    return os.path.basename(mamba) if mamba and "CONDA_EXE" not in environment.variables else "conda"


def _lacks_pip(provider: Distribution | None, environment: Environment) -> bool:
    """Whether pip has installed TensorFlow and is nowhere on the path, if there is one to look for it on."""
    return bool(environment.path) and _recorded(provider) == "pip" and not environment.distributions.first(["pip"])


def _recorded(provider: Distribution | None) -> str:
    """The first word of the file INSTALLER; empty if there is none. Poetry adds its version."""
    words = ((provider.read_text("INSTALLER") if provider else None) or "").split()
    return words[0].lower() if words else ""


def _prefix(place: str) -> str:
    """The virtual or conda environment around a folder; empty if it is in neither."""
    for folder in list(Path(place).parents)[:6]:  # as far as site-packages is below its prefix
        if folder.name and ((folder / "pyvenv.cfg").exists() or (folder / "conda-meta").is_dir()):
            return str(folder)
    return ""


def _name(requirement: str) -> str:
    """The name in a requirement."""
    return re.split(r"[^\w.-]", requirement)[0]


def _quoted(text: str) -> str:
    """A text as a shell takes it, in double quotes if it has characters that a shell would interpret."""
    return text if re.match(r"[\w.=+/@:-]+$", text) else f'"{text}"'
