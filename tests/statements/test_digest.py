"""Digests: they change with a spec file and with everything of the specification that it builds on."""

from __future__ import annotations

import pytest

from tf_conformance.statements.digest import digests_of

FILES = {
    "spec/__init__.py": "",
    "spec/conftest.py": "import spec.settings\n",
    "spec/settings.py": "",
    "spec/models.py": "from spec.oracles import losses as oracle\n",
    "spec/oracles/__init__.py": "",
    "spec/oracles/losses.py": "",
    "spec/oracles/unused.py": "",
    "spec/week1/conftest.py": "",
    "spec/week1/test_a.py": "from spec.models import linear\n",
    "spec/week1/test_b.py": "def test_b():\n    from spec.oracles.losses import x\n    from spec.week1 import files\n",
    "spec/week1/files.py": "",
    "spec/week2/test_c.py": "import tensorflow, numpy\nfrom os import path\n",
    "tests/helpers.py": "",
}
SPEC_FILES = [path for path in FILES if "test_" in path]


@pytest.fixture
def root(tmp_path):
    """A repository with these files."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def digests(root):
    """The digests of the spec files."""
    return digests_of([root / path for path in SPEC_FILES], root)


@pytest.mark.parametrize(
    ("edited", "changed"),
    [
        ("spec/week1/test_a.py", ["spec/week1/test_a.py"]),
        ("spec/models.py", ["spec/week1/test_a.py"]),
        ("spec/oracles/losses.py", ["spec/week1/test_a.py", "spec/week1/test_b.py"]),
        ("spec/oracles/__init__.py", ["spec/week1/test_a.py"]),
        ("spec/oracles/unused.py", []),
        ("spec/week1/files.py", ["spec/week1/test_b.py"]),
        ("spec/week1/conftest.py", ["spec/week1/test_a.py", "spec/week1/test_b.py"]),
        ("spec/conftest.py", SPEC_FILES),
        ("spec/settings.py", SPEC_FILES),
        ("spec/week2/test_c.py", ["spec/week2/test_c.py"]),
        ("tests/helpers.py", []),
    ],
)
def test_edit(root, edited, changed):
    """An edit changes exactly the digests of the spec files that build on the edited file."""
    before = digests(root)
    with (root / edited).open("a", encoding="utf-8") as file:
        file.write("# edited\n")
    after = digests(root)
    assert [path for path in SPEC_FILES if before[path] != after[path]] == changed


def decorated(root, *decorators):
    """The digests of a spec file whose case has each of these decorators."""
    found = []
    for decorator in decorators:
        (root / "spec" / "week2" / "test_c.py").write_text(f"{decorator}\ndef test_c():\n    pass\n", encoding="utf-8")
        found.append(digests(root)["spec/week2/test_c.py"])
    return found


def test_what_no_verdict_depends_on(root):
    """Traces and reports may come, change and go, and the decorator be laid out anew: the digest stays."""
    found = decorated(
        root,
        '@changed("a.b", when="keras>=3", instead="c")',
        '@changed("a.b", when="keras>=3", instead="c", traces=["f($X, k=1)", "g"])',
        '@changed("a.b", when="keras>=3", instead="c", reported="o/r#1", traces="none: silent")',
        '@changed(\n    "a.b",\n    when="keras>=3",  # since then\n    traces=["f", {"g": (1, 2)}],\n    instead="c",\n)',
        '@changed(\n    "a.b",\n    when="keras>=3",\n    instead="c",\n    reported="o/r#1",\n    traces=["f"],\n)',
        '@changed("a.b", traces=[\n    "f",\n], when="keras>=3", instead="c")',
    )
    assert len(set(found)) == 1


def test_what_verdicts_depend_on(root):
    """Any other argument of a decorator counts, also one of another decorator, or one in a call inside."""
    found = decorated(
        root,
        '@changed("a.b", when="keras>=3", instead="c")',
        '@changed("a.b", when="keras>=3.1", instead="c")',
        '@changed("a.b", when="keras>=3", instead="d", traces=["c"])',
        '@changed("a.b", when="keras>=3", instead=f(traces=1))',
        '@changed("a.b", when="keras>=3", instead=f(traces=2))',
        '@changed("a.b", when="keras>=3")',
    )
    assert len(set(found)) == len(found)


def test_line_ends(root):
    """A checkout with other line ends has the same digests."""
    before = digests(root)
    for path in FILES:
        (root / path).write_bytes((root / path).read_bytes().replace(b"\n", b"\r\n"))
    assert digests(root) == before


def test_path_of_a_spec_file(root):
    """A digest tells a spec file from another one with the same text, and is found by the path."""
    (root / "spec" / "week2" / "test_c.py").write_text(FILES["spec/week1/test_a.py"], encoding="utf-8")
    found = digests(root)
    assert list(found) == SPEC_FILES
    assert len(set(found.values())) == len(SPEC_FILES)


def test_circular_imports(root):
    """Modules that import one another are read once each."""
    (root / "spec" / "models.py").write_text("import spec.week1.test_a\n", encoding="utf-8")
    assert set(digests(root)) == set(SPEC_FILES)
