"""Forms: what the decorators of a spec file make."""

from __future__ import annotations

import pytest

from tf_conformance.statements.form import Impact, Kind, changed, defect, holds, misstated


@pytest.mark.parametrize(
    ("form", "kind", "era", "instead", "impact"),
    [
        (holds("a.b"), Kind.HOLDS, "every version", "", None),
        (holds("a.b", when="keras<3"), Kind.HOLDS, "keras<3", "", None),
        (changed("a.b", when="keras>=3", instead="x", impact="looks"), Kind.CHANGED, "keras>=3", "x", Impact.LOOKS),
        (misstated("a.b", instead="x", impact="silent"), Kind.MISSTATED, "every version", "x", Impact.SILENT),
        (defect("a.b", when="keras>=3", instead="x", impact="error"), Kind.DEFECT, "keras>=3", "x", Impact.ERROR),
    ],
)
def test_decorators(form, kind, era, instead, impact):
    """Each decorator makes a form of its kind; only a form that does not hold has advice and an impact."""
    assert (form.kind, str(form.era), form.instead, form.impact) == (kind, era, instead, impact)


def test_decorated_function():
    """A decorator returns the function itself."""

    def function():
        pass

    assert holds("a.b")(function) is function


def test_equal_forms():
    """Two functions check the same form if their decorators say the same."""
    one, same = (changed("a.b", when="keras>=3", instead="x", impact="error") for _ in range(2))
    other = changed("a.b", when="keras>=3", instead="x", impact="looks")
    assert len({one, same, other}) == 2


@pytest.mark.parametrize("id_", ["", "dropout", "dropout.", "Dropout.rate", "dropout.rate.one", "dropout rate.one"])
def test_bad_id(id_):
    """An id that is not two hyphenated words joined by a dot is refused by an error that shows a good one."""
    with pytest.raises(ValueError, match=f"'{id_}' is not an id; write for example dropout.rate-one"):
        holds(id_)


def test_bad_impact():
    """Another impact than the three is refused."""
    with pytest.raises(ValueError, match="'loud'"):
        changed("a.b", when="", instead="x", impact="loud")


def test_reports():
    """A defect names where it was reported or fixed: by issue, pull request or commit."""
    form = defect("a.b", when="", instead="x", impact="error", reported="o/r#7, o/r@0123456789")
    assert form.reports == {
        "o/r#7": "https://github.com/o/r/issues/7",
        "o/r@0123456789": "https://github.com/o/r/commit/0123456789",
    }
    assert defect("a.b", when="", instead="x", impact="error").reports == {}


@pytest.mark.parametrize("report", ["#7", "o/r", "o/r#", "o/r@main", "https://github.com/o/r/issues/7", "o/r#7 o/r#8"])
def test_bad_report(report):
    """What names no issue, pull request or commit is refused by an error that shows a good one."""
    with pytest.raises(ValueError, match=f"'{report}' is not a report; write for example keras-team/keras#21107"):
        defect("a.b", when="", instead="x", impact="error", reported=report)


def test_words():
    """Kinds and impacts print as they are written in spec files."""
    assert [str(kind) for kind in Kind] == ["holds", "changed", "misstated", "defect"]
    assert [f"{impact}" for impact in Impact] == ["silent", "error", "looks"]


def test_traces():
    """A form has traces, or the reason why there are none; forms that differ only in these are equal."""
    arguments = {"when": "keras>=3", "instead": "x", "impact": "error"}
    plain, traced = changed("a.b", **arguments), changed("a.b", **arguments, traces=["$MODEL.x"])
    untraced = changed("a.b", **arguments, traces="none: it depends on the data")
    assert (traced.traces, traced.no_trace) == (("$MODEL.x",), "")
    assert (untraced.traces, untraced.no_trace) == ((), "it depends on the data")
    assert plain == traced == untraced


def test_traces_without_brackets():
    """A text that does not begin with "none: " is refused: it may be a pattern outside a list."""
    with pytest.raises(ValueError, match="list of patterns"):
        misstated("a.b", instead="x", impact="error", traces="$MODEL.x")
