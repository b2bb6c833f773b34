"""ReFrame, and the kit that it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ROOT

REFRAME = Path(sys.executable).with_name("reframe")
CONTRIB = ROOT / "contrib" / "reframe"


@dataclass
class Session:
    """What ReFrame said: its report of one test, and all that it printed."""

    report: dict[str, object]
    output: str


class ReFrame:
    """ReFrame with contrib/reframe, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, test: str, kit: Path, *options: str, **variables: str) -> Session:
        """Runs the variant of a test for CPUs with a kit; variables go into ReFrame's environment."""
        report = self._folder / "report.json"
        chosen = ["--report-file", str(report), "-n", f"^{test}%device=cpu$"]
        settings = ["-S", f"kit={kit}", "-S", f"python={sys.executable}"]
        output = self._ask("-r", *chosen, *settings, *options, **variables)
        assert report.exists(), output
        (case,) = json.loads(report.read_text(encoding="utf-8"))["runs"][0]["testcases"]
        return Session(case, output)

    def scripts(self, system: str) -> dict[str, str]:
        """The script of the job of each test that fits a partition, by the test's name; none is submitted."""
        output = self._ask("--dry-run", "--system", system)
        scripts = {path.parent.name.partition("_")[0]: path for path in self._folder.rglob("rfm_job.sh")}
        assert scripts, output
        return {name: path.read_text(encoding="utf-8") for name, path in scripts.items()}

    def _ask(self, *options: str, **variables: str) -> str:
        command = [str(REFRAME), "--nocolor", "-C", str(CONTRIB / "site.py"), "-c", str(CONTRIB)]
        ran = subprocess.run(
            [*command, "--prefix", str(self._folder), *options],
            cwd=str(self._folder),
            env={**os.environ, **variables, "HOME": str(self._folder), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return ran.stdout + ran.stderr


@pytest.fixture
def reframe(tmp_path):
    """ReFrame, if it is installed."""
    if not REFRAME.exists():
        pytest.skip("ReFrame is not installed: tox run -e reframe, slurm")
    return ReFrame(tmp_path)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory):
    """A bundle of this checkout, for this Python."""
    folder = tmp_path_factory.mktemp("kit") / "bundle"
    make = [sys.executable, "-m", "tf_conformance", "bundle", str(folder)]
    subprocess.run([*make, "--for-python", f"{sys.version_info[0]}.{sys.version_info[1]}"], cwd=str(ROOT), check=True)
    return folder
