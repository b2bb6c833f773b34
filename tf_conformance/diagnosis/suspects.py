"""Who put a file where Python or the loader found it: a variable, the user site, a .pth file, the working folder.

Needs the standard library alone, because it must also explain why the kit itself cannot start.
"""

from __future__ import annotations

import glob
import importlib.machinery
import os
import re
import site
import sys
import sysconfig
from dataclasses import dataclass
from typing import Iterable, Iterator, Mapping, NamedTuple, Sequence

from tf_conformance.install.filesystem import first_unreadable, is_below, is_same, text_of
from tf_conformance.install.loader import taken_instead
from tf_conformance.install.path_variables import WITHOUT_USER_SITE, taking_off
from tf_conformance.tree import is_of_kit

CUSTOMIZATIONS = ("sitecustomize.py", "usercustomize.py")
PATH = re.compile(r"(?<![\w./])/(?!/)[^\s'\":;,()<>\[\]]+")
BUILT_FOR = re.compile(r"\.cpython-(\d)(\d+)-")
FOLDER_OF_PYTHON = re.compile(r"[/\\]python(\d\.\d+)(?=[/\\]|$)")
PATH_VARIABLES = ("LD_LIBRARY_PATH", "LD_PRELOAD", "PYTHONPATH")  # files tell more of them
VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b")
# What errors recommend to set is not what they complain of; nor is a constant that has a variable's name.
ADVICE = re.compile(rf"\b(?:[Ss]et|[Ss]etting|[Uu]se|[Uu]sing|[Tt]ry|export)\b[^.\n]{{0,60}}?{VARIABLE.pattern}")
SAID_TO_BE_ONE = r"[Ee]nv(?:ironment)?[ -]?var(?:iable)?s?\b|\benviron\b"
REQUIRED = r"must|should|cannot|is (?:invalid|not (?:an?|one|valid|supported)\b)"
UNDEFINED = re.compile(r"(/\S+): undefined symbol: (\w+)")
PLUGINS = "tensorflow-plugins"  # a folder beside TensorFlow
LOADS_LIBRARY = re.compile(r"load_library\.py\", line \d+ in load_library")
MOST_FILES = 500  # of a package, to look at for a compiled one
# A folder that may not be read is an empty one to Python, which takes that for a package without __init__.py.
MISSING = re.compile(
    r"No module named '([\w.]+)'|from '([\w.]+)' \(unknown location\)|module '([\w.]+)' has no attribute"
)


class Suspect(NamedTuple):
    """What put a file in TensorFlow's way, and what to change."""

    cause: str
    do: str


@dataclass(frozen=True)
class Places:
    """From where Python and the loader take files.

    ``variables``: of the environment; ``path``: sys.path; ``own``: where Python's library and the packages of this
    environment are; ``working_folder`` and ``user_site``: folders; ``python``: the version, such as 3.13.
    """

    variables: Mapping[str, str]
    path: Sequence[str]
    own: Sequence[str]
    working_folder: str
    user_site: str
    python: str

    @classmethod
    def here(cls) -> Places:
        """The places of this process."""
        folders = sysconfig.get_paths()
        own = [folders[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
        return cls(
            variables=dict(os.environ),
            path=[entry or os.getcwd() for entry in sys.path],
            own=[*own, os.path.dirname(os.__file__), *getattr(site, "getsitepackages", list)()],
            working_folder=os.getcwd(),
            user_site=getattr(site, "USER_SITE", None) or "",
            python=f"{sys.version_info[0]}.{sys.version_info[1]}",
        )

    def suspect(self, path: str) -> Suspect | None:
        """Who is to blame for a file that takes part in an error; None if it is where it belongs, or nobody knows."""
        if not (os.path.isabs(path) and os.path.exists(path)):
            return None
        if os.path.basename(path) in CUSTOMIZATIONS:
            return Suspect(f"{path} changes how Python starts", f"move {path} away")
        if f"{os.sep}{PLUGINS}{os.sep}" in path:
            return Suspect(f"{path}, a TensorFlow plugin, fails", f"uninstall the package of {path}, or move it away")
        library = self._loaded_by_variable(path) if ".so" in os.path.basename(path) else None
        return library or self._found_on_path(path)

    def to_blame(self, files: Iterable[str], said: str) -> Suspect | None:
        """Who is to blame for the first of the files of an error that is not where it belongs, or what may not be read.

        ``said``: all that was written about the error.
        """
        named = next(filter(None, map(self.suspect, files)), None)
        return self._replaced(said) or named or self._unreadable(said) or self._plugin(said)

    def variable_in(self, message: str, known: str = "") -> Suspect | None:
        """The first variable that a message complains of, if it is set; not what is known of it, and none of those of paths.

        Others that it names may be the ones that would help: environment variable A is missing (B=2).
        """
        names = (name for name in VARIABLE.findall(message) if name not in known and name not in PATH_VARIABLES)
        name = next((name for name in names if self._is_blamed(name, message)), "")
        cause = f"{name}={self.variables.get(name)} is at fault, as the error names it"
        return Suspect(cause, f"correct or unset {name}") if name in self.variables else None

    def _is_blamed(self, name: str, message: str) -> bool:
        shown = rf"={re.escape(self.variables.get(name, name))}(?!\w)"
        before = rf"(?:{SAID_TO_BE_ONE}|\bthrough\b).*?\b{name}\b|\${{?{name}\b"
        after = rf"\b{name}\b(?:.{{0,40}}?(?:{SAID_TO_BE_ONE})|\W*?(?:{REQUIRED}|{shown}))"
        return re.search(f"{before}|{after}", ADVICE.sub("", message)) is not None

    def _replaced(self, said: str) -> Suspect | None:
        """A library without a symbol that another one needs, which is found only because of LD_LIBRARY_PATH."""
        missing = UNDEFINED.search(said) if self.variables.get("LD_LIBRARY_PATH") else None
        instead = taken_instead(missing.group(1), missing.group(2), self.variables) if missing else None
        if instead is None:
            return None
        taken, own = instead
        do = taking_off(os.path.dirname(taken), "LD_LIBRARY_PATH", self.variables)
        return Suspect(f"LD_LIBRARY_PATH makes the loader use {taken} instead of {own}", do) if do else None

    def _plugin(self, said: str) -> Suspect | None:
        """A plugin of TensorFlow, if a process died while TensorFlow loaded one; only the stack tells."""
        libraries = [os.path.join(entry, PLUGINS, "*.so") for entry in self.path] if LOADS_LIBRARY.search(said) else []
        found = [library for pattern in libraries for library in sorted(glob.glob(pattern))]
        return self.suspect(found[0]) if found else None

    def _unreadable(self, said: str) -> Suspect | None:
        """The file or the folder whose permissions are behind an error; None if it is none of these."""
        denied = (paths_in(line) for line in said.splitlines() if "Permission denied" in line)
        found = [first_unreadable(path) for paths in denied for path in paths]
        for name in (next(filter(None, groups)) for groups in MISSING.findall(said)):
            parts = (first_unreadable(os.path.join(entry, *name.split("."))) for entry in self.path)
            found += [part for part in parts if self._holds(part)]
        path = next(filter(None, found), None)
        return Suspect(f"{path} cannot be read", f"correct the permissions of {path}") if path else None

    def _holds(self, part: str) -> bool:
        """Whether a file or folder is in one from which Python takes modules, or is one of this environment's own."""
        return bool(part) and (any(is_below(part, entry) for entry in self.path) or self._is_own(part))

    def _loaded_by_variable(self, path: str) -> Suspect | None:
        for entry in re.split("[: ]", self.variables.get("LD_PRELOAD", "")):
            if entry and is_same(entry, path):
                return Suspect(f"LD_PRELOAD loads {path} into every program", "unset LD_PRELOAD")
        do = "" if self._is_own(path) else taking_off(os.path.dirname(path), "LD_LIBRARY_PATH", self.variables)
        return Suspect(f"LD_LIBRARY_PATH makes the loader use {path}", do) if do else None

    def _found_on_path(self, path: str) -> Suspect | None:
        entry = max((each for each in self.path if is_below(path, each)), key=len, default="")
        if not entry or self._is_own(entry) or is_of_kit(path):
            return None
        top = os.path.join(entry, os.path.relpath(path, entry).split(os.sep)[0])
        if is_same(entry, self.working_folder) and _is_module(top):
            return Suspect(f"{top} is used instead of the module of that name", f"rename or move {top}")
        who, do = self._who_added(entry)
        why = self._why_wrong(entry, top)
        return Suspect(f"{who} adds {entry}, {why}", do) if who and why else None

    def _who_added(self, entry: str) -> tuple[str, str]:
        """Who added an entry to sys.path, and how to take it away; empty if nobody knows."""
        off = taking_off(entry, "PYTHONPATH", self.variables)
        if off:
            return "PYTHONPATH", off
        if self.user_site and is_same(entry, self.user_site):
            return "the user site", WITHOUT_USER_SITE
        for file in self._pth_files():
            if any(is_same(os.path.join(os.path.dirname(file), line), entry) for line in _lines(file)):
                return file, f"delete the line {entry} of {file}"
        return "", ""

    def _pth_files(self) -> Iterator[str]:
        for folder in dict.fromkeys([*self.own, self.user_site]):
            names = sorted(os.listdir(folder)) if os.path.isdir(folder) and os.access(folder, os.R_OK) else []
            yield from (os.path.join(folder, name) for name in names if name.endswith(".pth"))

    def _why_wrong(self, entry: str, top: str) -> str:
        """Why what an entry of sys.path holds does not belong here; empty if it does, as far as can be seen."""
        version = _python_of(entry, top)
        if version and version != self.python:
            return f"which holds packages for Python {version}, but this is Python {self.python}"
        name = os.path.basename(top).partition(".")[0]
        others = [folder for folder in self.path if not is_same(folder, entry)]
        found = importlib.machinery.PathFinder.find_spec(name, others)
        if found and found.origin and not is_same(found.origin, top):
            return f"whose {name} is used instead of {found.origin}"
        return ""

    def _is_own(self, path: str) -> bool:
        """Whether a file or a folder is among Python's library and the packages of this environment."""
        return any(is_same(path, own) or is_below(path, own) for own in self.own)


def paths_in(text: str) -> Iterator[str]:
    """The absolute paths that a text names, without the full stop that ends a sentence."""
    return (match.rstrip(".") for match in PATH.findall(text))


def _python_of(entry: str, top: str) -> str:
    """The version of Python that a folder or the compiled modules of a package are for; empty if nothing tells."""
    folder = FOLDER_OF_PYTHON.search(entry)
    if folder:
        return folder.group(1)
    files = [top] if os.path.isfile(top) else (name for _, _, names in os.walk(top) for name in names)
    for _, name in zip(range(MOST_FILES), files):
        built = BUILT_FOR.search(name)
        if built:
            return ".".join(built.groups())
    return ""


def _is_module(path: str) -> bool:
    return path.endswith((".py", ".so")) or os.path.exists(os.path.join(path, "__init__.py"))


def _lines(file: str) -> list[str]:
    lines = text_of(file).splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith(("import ", "#"))]
