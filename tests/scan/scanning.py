"""Scanning for one pattern at a time."""

from __future__ import annotations

from tf_conformance.scan.bite import Bite
from tf_conformance.scan.pattern import parse_pattern
from tf_conformance.scan.scanner import scan_text
from tf_conformance.statements.form import changed


def bite(*patterns, when="tensorflow>=2.2", statement="a.b"):
    """A form of a pretended statement with these traces."""
    form = changed(statement, when=when, instead="x", impact="error", traces=list(patterns))
    return Bite(form, "It is so.", tuple(map(parse_pattern, patterns)))


def scanned(pattern, code, name="code.py", **form):
    """What comes of scanning a code, given as text or bytes, for a pattern."""
    return scan_text(name, code if isinstance(code, bytes) else code.encode(), [bite(pattern, **form)])


def lines(pattern, code, possible=False, **form):
    """The lines on which a pattern is found, or only possibly found."""
    return [hit.line for hit in scanned(pattern, code, **form).hits if hit.possible is possible]


def both(pattern, code):
    """The lines on which a pattern is found, and those on which it is only possibly found."""
    return lines(pattern, code), lines(pattern, code, possible=True)
