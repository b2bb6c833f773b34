"""Each defect names where it was reported, or has a text in docs/upstream/ to report it with."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests import ROOT
from tf_conformance.install.environment import Environment
from tf_conformance.install.install import describe
from tf_conformance.statements.form import Kind

TEXTS = sorted((ROOT / "docs" / "upstream").glob("*.md"))
TEXT = re.compile(
    r"# .+\n\nTo be filed at \[(?P<project>[\w-]+/[\w-]+)\]\(https://github\.com/(?P=project)/issues\)\.\n\n"
    r"## Environment\n\n(?P<environment>.+?)\n\n## Script\n\n```python\n(?P<script>.+?)```\n\n"
    r"## What it prints\n\n```text\n(?P<printed>.+?)```\n\n## What is expected\n\n.+",
    re.DOTALL,
)
# Scripts as the first argument, in one process: importing TensorFlow takes longer than running all of them.
RUN_EACH = """
import contextlib, io, json, sys
for script in json.loads(sys.argv[1]):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(script, {"__name__": "__main__"})
    print(json.dumps(printed.getvalue()))
"""


@pytest.fixture(scope="module")
def unreported(catalogue):
    """The forms of defects that name no report, by the id of their statement."""
    forms = [form for statement in catalogue for form in statement.forms if form.kind is Kind.DEFECT]
    return {form.statement: form for form in forms if not form.reported}


def test_texts(unreported):
    """There is a text for each defect that names no report, and for no other statement."""
    assert [path.stem for path in TEXTS] == sorted(unreported)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_parts(path):
    """A text has a title, a project, an environment, a script, what it printed, and what was expected."""
    assert TEXT.fullmatch(path.read_text(encoding="utf-8"))


def test_scripts(unreported, tmp_path):
    """On the TensorFlow at hand, a script prints what its text says; those for GPUs need the package for GPUs."""
    versions = describe(Environment.gather()).versions()
    found = [
        TEXT.fullmatch(path.read_text(encoding="utf-8")) for path in TEXTS if unreported[path.stem].era.covers(versions)
    ]
    texts = [text for text in found if "CPU" in text["environment"]]
    command = [sys.executable, "-W", "ignore", "-c", RUN_EACH, json.dumps([text["script"] for text in texts])]
    ran = subprocess.run(command, cwd=str(tmp_path), capture_output=True, text=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [text["printed"] for text in texts]
