"""Whether what TensorFlow, its Keras and their dependencies need to run is present and whole: code, libraries, some data.

What is damaged is told from what a packager has changed on purpose: a stripped library is still a whole library, a
rewritten first line is still Python, and headers, tests and documents are not needed to run anything.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Iterable, Iterator

from tf_conformance.install.checks.competing import competing_tensorflows
from tf_conformance.install.checks.whole import (
    LIBRARY,
    PYTHON,
    begins_with_interpreter,
    has_other_line_ends,
    is_blank,
    is_whole_library,
    is_whole_python,
)
from tf_conformance.install.distribution import Distribution, RecordedFile
from tf_conformance.install.environment import Environment
from tf_conformance.install.filesystem import first_unreadable
from tf_conformance.install.installer import Installer
from tf_conformance.install.problem import IMPORT, Problem

FILES = "install.files"  # the statement
RECORD = "RECORD"
SHOWN = 3

DATA = re.compile(r"\.(json|np[yz]|dat|ya?ml|zip|gz|pb|bin|h5|tflite)$|\.(dist|egg)-info/METADATA$")
MODULE = re.compile(rf"(^|/)(?!lib)[^/]*{LIBRARY.pattern}")
READ = re.compile("|".join(kind.pattern for kind in (PYTHON, LIBRARY, DATA)))
# Folders and files that slimmed images leave out, as nothing imports them; files outside of the packages are scripts and the like.
DISPENSABLE = re.compile(
    r"^(\.\.|/|[A-Za-z]:|[^/]+\.data/)"
    r"|\.(dist|egg)-info/(?!METADATA$)"
    r"|(^|/)(tests|include|docs?|examples?|benchmarks|xla_aot_runtime_src)/"
    r"|(_test|(^|/)conftest)\.py$|^tensorboard/webfiles\.zip$"
)
METADATA = re.compile(rf"^{RECORD}$|-info/METADATA$")
# Every TensorFlow 2 loads these when it is imported; LD_LIBRARY_PATH may lead to others.
LOADED_FIRST = re.compile(
    r"^tensorflow(_core)?/(libtensorflow_framework\.so\.2|python/_pywrap_tensorflow_internal\.so)$"
)
TEST_FOLDER = "/test/"
PUBLIC_NAMES = "/_api/"  # where the folder of tf.test is

COMPILED_AT_MOST = 20  # files per distribution


@dataclass
class Condition:
    """What is not as recorded in a distribution: ``damaged`` files, and those that were ``changed`` on purpose.

    ``damaged`` has what is wrong by the path, as recorded, or by RECORD if the record itself is damaged; ``rewritten``
    likewise, of Python files that are whole. ``unreadable``: a file or a folder that may not be read; nothing is known of
    what is in it. ``loadable``: False if the import of TensorFlow loads a library that is cut off.
    """

    distribution: Distribution
    damaged: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    rewritten: dict[str, str] = field(default_factory=dict)
    unreadable: str = ""
    loadable: bool = True
    compiled: int = 0

    @classmethod
    def of(cls, distribution: Distribution, verify: bool) -> Condition:
        """Compares the files of a distribution with its RECORD; ``verify``: their content, too."""
        condition = cls(distribution)
        if not distribution.has_whole_record():
            condition.damaged[RECORD] = "its RECORD is truncated or damaged"
        needed = [file for file in distribution.files or () if _is_needed(file.path)]
        for file in needed:
            condition._examine(file, verify)
        # Whoever rewrites most of the files, for instance without their comments, does so on purpose.
        python_files = sum(bool(PYTHON.search(file.path)) for file in needed)
        if len(condition.rewritten) > max(2, python_files // 2):
            condition.changed.extend(condition.rewritten.values())
        else:
            condition.damaged.update(condition.rewritten)
        return condition

    def _examine(self, file: RecordedFile, verify: bool) -> None:
        path = self.distribution.locate(file.path)
        try:
            status = os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            self._absent(file, path)
            return
        except OSError as error:
            self.damaged[file.path] = f"{file.path} cannot be read ({error.strerror})"
            self.unreadable = self.unreadable or first_unreadable(path)
            return
        if status.st_size and not getattr(status, "st_blocks", 1) and is_blank(path):
            self.damaged[file.path] = f"{file.path} holds nothing but zeros"
        elif file.size and status.st_size != int(file.size):
            self._differing(file, path, f"{file.path} has {status.st_size} bytes instead of {file.size}")
        elif verify and not _has_hash(path, file.hash):
            self._differing(file, path, f"{file.path} differs in content from what was recorded")

    def _absent(self, file: RecordedFile, path: str) -> None:
        # A packager may keep a library where the loader finds it; Python's modules have one place.
        may_be_elsewhere = not PYTHON.search(file.path) and not MODULE.search(file.path)
        if PYTHON.search(file.path) and os.path.exists(f"{path}c"):
            self.changed.append(f"{file.path} is there as bytecode only")
        elif file.size == "0" and os.path.isdir(os.path.dirname(path)):
            self.changed.append(f"{file.path}, which is empty, is left out")  # as some ways to copy files do
        elif may_be_elsewhere and self.distribution.packager and "-info/" not in file.path:
            self.changed.append(f"{file.path} is left out")
        else:
            self.damaged[file.path] = f"{file.path} is missing"

    def _differing(self, file: RecordedFile, path: str, says: str) -> None:
        """A file of another size or content than recorded."""
        if LIBRARY.search(file.path):
            self._differing_library(file, path, says)
        elif os.path.getsize(path) == 0 or is_blank(path):
            self.damaged[file.path] = says
        elif PYTHON.search(file.path):
            self._differing_python(file, path, says)
        else:
            self.changed.append(says)

    def _differing_library(self, file: RecordedFile, path: str, says: str) -> None:
        # A patched library of the same size, or a shorter one of macOS, is the work of a packager, or of a disk.
        recorded = 0 if self.distribution.packager else int(file.size or 0)
        is_whole = is_whole_library(path, recorded)
        if is_whole and os.path.getsize(path) != recorded:
            self.changed.append(says)
        else:
            self.damaged[file.path] = says
            self.loadable &= is_whole or not LOADED_FIRST.search(file.path)

    def _differing_python(self, file: RecordedFile, path: str, says: str) -> None:
        self.compiled += 1
        if self.compiled <= COMPILED_AT_MOST and not is_whole_python(path):
            self.damaged[file.path] = says
        elif (
            self.distribution.packager
            or begins_with_interpreter(path)
            or has_other_line_ends(path, int(file.size or 0))
        ):
            self.changed.append(says)
        else:
            self.rewritten[file.path] = says


def damaged_files(environment: Environment) -> Iterator[Problem]:
    """Distributions with files that are missing, cut off or overwritten. All of them are installed again by one command.

    Files that are known to deviate are left out.
    """
    conditions = (_without(environment.known_files, condition) for condition in environment.once(_conditions))
    damaged = [condition for condition in conditions if condition.damaged]
    names = (f"{each.distribution.name}=={each.distribution.version}" for each in damaged if not each.unreadable)
    again = Installer.of(environment).renew([*_in_the_way(damaged)], *names)
    # Of several TensorFlows in one folder none is whole: one is to be kept, not all of them installed again.
    competing = competing_tensorflows(environment) if environment.tensorflow else ()
    again = next((problem.do for problem in competing), again)
    for condition in damaged:
        yield Problem(
            f"{condition.distribution}: {_listed([*condition.damaged.values()])}",
            f"correct the permissions of {condition.unreadable}" if condition.unreadable else again,
            "" if condition.loadable or environment.variables.get("LD_LIBRARY_PATH") else IMPORT,
        )


def damaged_paths(environment: Environment) -> list[str]:
    """The paths of the files that are damaged, as they were recorded, whether or not they are known to be."""
    return [path for condition in environment.once(_conditions) for path in condition.damaged]


def _without(known: Iterable[str], condition: Condition) -> Condition:
    """A condition without the damage of files that match a pattern."""
    damaged = condition.damaged.items()
    unknown = {path: says for path, says in damaged if not any(fnmatchcase(path, pattern) for pattern in known)}
    return replace(condition, damaged=unknown)


def _in_the_way(damaged: list[Condition]) -> Iterator[str]:
    """What stops installers from replacing a distribution: metadata that they cannot read, files in place of its folders."""
    for condition in damaged:
        distribution = condition.distribution
        if distribution.metadata_folder and any(METADATA.search(path) for path in condition.damaged):
            yield distribution.metadata_folder
        folders = {os.path.dirname(file.path).partition("/")[0] for file in distribution.files or ()}
        yield from (path for path in map(distribution.locate, sorted(folders - {""})) if os.path.isfile(path))


def unrecorded_files(environment: Environment) -> Iterator[str]:
    """Why it is not known whether all files are intact: no record, none that can be compared, or files changed on purpose.

    If many files are changed, the reason's first line names a few; all of them follow, one per line.
    """
    if environment.has_tensorflow_without_metadata:
        yield f"{environment.tensorflow} has no metadata, and so no RECORD of its files"
    for distribution in environment.distributions.stack:
        if distribution.files is None:
            yield f"{distribution} has no RECORD of its files"
        elif not _can_be_compared(distribution, environment):
            yield f"{distribution} is in an archive or a frozen program, whose files are not compared with a RECORD"
    for condition in environment.once(_conditions):
        if condition.changed:
            by = condition.distribution.packager or "whoever made this environment"
            summary = f"{condition.distribution}: changed on purpose, it seems, by {by}: {_listed(condition.changed)}"
            yield "\n  ".join([summary, *(condition.changed if len(condition.changed) > SHOWN else ())])


def _listed(findings: list[str]) -> str:
    more = f", and {len(findings) - SHOWN} more" if len(findings) > SHOWN else ""
    return f"{', '.join(findings[:SHOWN])}{more}"


def _conditions(environment: Environment) -> list[Condition]:
    return [
        Condition.of(distribution, environment.verify_files)
        for distribution in environment.distributions.stack
        if distribution.files is not None and _can_be_compared(distribution, environment)
    ]


def _can_be_compared(distribution: Distribution, environment: Environment) -> bool:
    return not (environment.frozen or os.path.isfile(_existing_part(distribution.locate())))


def _existing_part(path: str) -> str:
    """The path, or the nearest folder or archive above it that exists."""
    while path and not os.path.exists(path) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path


def _is_needed(path: str) -> bool:
    if not READ.search(path) or DISPENSABLE.search(path):
        return False
    return TEST_FOLDER not in f"/{path}" or PUBLIC_NAMES in f"/{path}"


def _has_hash(path: str, recorded: str) -> bool:
    """Whether a file has the hash that was recorded, as RECORD writes it: ``sha256=`` and URL-safe base64 without padding.

    PDM leaves out the hash of what it links. A file that cannot be read has none.
    """
    algorithm, _, expected = recorded.partition("=")
    if not expected:
        return True
    try:
        digest = hashlib.new(algorithm)
        with open(path, "rb") as content:
            for block in iter(lambda: content.read(1 << 20), b""):
                digest.update(block)
    except (OSError, ValueError):
        return False
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode() == expected.rstrip("=")
