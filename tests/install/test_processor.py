"""The processor, as /proc/cpuinfo describes it."""

from __future__ import annotations

import platform

import pytest

from tf_conformance.install.processor import Processor

X86 = """\
processor\t: 0
model name\t: Some(R) CPU @ 2.00GHz
flags\t\t: fpu sse4_1 avx
bugs\t\t: spectre: v1

processor\t: 1
model name\t: Another CPU
flags\t\t: fpu
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd\nCPU part\t: 0xd40\n"


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Reads the processor of a machine, usually x86-64, from a /proc/cpuinfo with this text."""
    monkeypatch.setattr(platform, "processor", lambda: "")

    def of(text, machine="x86_64"):
        monkeypatch.setattr(platform, "machine", lambda: machine)
        path = tmp_path / "cpuinfo"
        path.write_text(text, encoding="utf-8")
        return Processor.read(path)

    return of


def test_first_processor(read):
    """Name and features are those of the first processor."""
    assert read(X86) == Processor("x86_64", "Some(R) CPU @ 2.00GHz", frozenset({"fpu", "sse4_1", "avx"}))


def test_arm(read):
    """On ARM the features stand under another name, and the machine stands in for the name."""
    assert read(ARM, machine="aarch64") == Processor("aarch64", "aarch64", frozenset({"fp", "asimd"}))


def test_emulated_processor(read):
    """An emulated x86-64 that sees the file of the ARM processor around it has features that are not known."""
    assert read(ARM) == Processor("x86_64", "x86_64", frozenset())


def test_nothing_to_read(read, monkeypatch, tmp_path):
    """Without /proc/cpuinfo the features are unknown."""
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    assert Processor.read(tmp_path / "absent") == Processor("x86_64", "x86_64", frozenset())
