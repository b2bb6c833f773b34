"""Following an advice to the letter: files are renamed and deleted, variables unset, and commands run.

The commands are uv's, which installs from its cache in seconds what takes pip minutes; those of pip differ in words only.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Callable, Iterator

from tests.gallery.environment import FOR_EVER, HEADERS, Environment, clean_variables, mirror

PREFLIGHT = """
import json
import sys
sys.path.append(sys.argv[1])
from tf_conformance.install.checks import find_problems
from tf_conformance.install.environment import Environment
environment = Environment.gather(verify_files="--verify-files" in sys.argv)
print(json.dumps([[problem.says, problem.do] for problem in find_problems(environment)]))
"""


def use_uv(environment: Environment) -> None:
    """Makes uv the installer of a copy, for advice that it takes."""
    settings = environment.prefix / "pyvenv.cfg"
    environment.write(settings, settings.read_bytes() + b"uv = 0.9\n")
    for path in environment.site.glob("*.dist-info/INSTALLER"):
        environment.write(path, b"uv")


def problems_of(environment: Environment, *arguments: str) -> list[tuple[str, str]]:
    """What is found before the import, and what is to be done about it."""
    run = _shell(
        [str(environment.prefix / "bin" / "python"), "-c", PREFLIGHT, str(environment.tree), *arguments], environment
    )
    assert run.returncode == 0, run.stderr
    return [(says, do) for says, do in json.loads(run.stdout)]


def follow(step: str, environment: Environment) -> bool:
    """Does what a step says, to the letter. Returns whether it can be done here: not if it is about the machine."""
    for expression, act in STEPS.items():
        match = re.fullmatch(expression, step)
        if match:
            act(environment, *match.groups())
            return True
    return False


def _own_every_folder(environment: Environment) -> None:
    """Lets no folder lead out of a copy, as installers write and delete in them; TensorFlow's headers are left out."""
    links = [*_linked_folders(environment.prefix)]
    while links:  # those of the template have links in them
        for link in links:
            linked = link.resolve()
            link.unlink()
            if link == environment.package / HEADERS:
                link.mkdir()
            else:
                mirror(linked, link, lambda entry: False)
        links = [*_linked_folders(environment.prefix)]


def _linked_folders(prefix: Path) -> Iterator[Path]:
    """The folders that lead out of an environment."""
    for folder, names, _ in os.walk(prefix):
        links = (Path(folder, name) for name in names if Path(folder, name).is_symlink())
        yield from (link for link in links if os.path.isabs(os.readlink(link)))


def _unset(environment: Environment, variable: str) -> None:
    del environment.variables[variable]


def _take_out(environment: Environment, entry: str, variable: str) -> None:
    entries = environment.variables[variable].split(os.pathsep)
    entries.remove(entry)
    environment.variables[variable] = os.pathsep.join(entries)


def _rename(environment: Environment, path: str) -> None:
    Path(path).rename(f"{path}.renamed")


def _delete_line(environment: Environment, name: str, path: str) -> None:
    lines = Path(path).read_text(encoding="utf-8").splitlines(keepends=True)
    Path(path).write_text("".join(line for line in lines if f'"{name}":' not in line), encoding="utf-8")


def _delete(environment: Environment, paths: str) -> None:
    for path in map(Path, paths.split(" and ")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _run(environment: Environment, command: str) -> None:
    """Runs a command line where the environment is activated; from what is cached, if that will do."""
    _own_every_folder(environment)
    runs = [_shell(command, environment, UV_OFFLINE="1")]
    if runs[0].returncode:
        runs.append(_shell(command, environment))
    assert runs[-1].returncode == 0, "\n".join([command, *(run.stdout + run.stderr for run in runs)])


def _shell(command: str | list[str], environment: Environment, **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{environment.prefix / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=environment.folder,
        env={**clean_variables(), **environment.variables, "PATH": path, **variables},
        capture_output=True,
        text=True,
        timeout=FOR_EVER,
        check=False,
    )


STEPS: dict[str, Callable[..., None]] = {
    r"unset (\w+)": _unset,
    r"remove (\S+) from (\w+)": _take_out,
    r"rename or move (\S+)": _rename,
    r"move (\S+) away": _rename,
    r"delete the line of (\w+) in (\S+)": _delete_line,
    r"delete (\S+(?: and \S+)*)": _delete,
    r"(rm -r \S+|uv pip .+)": _run,
}
