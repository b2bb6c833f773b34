"""What a run writes for others while it judges: text whose reader may stop reading, and a JUnit file that may not be writable."""

from __future__ import annotations

from typing import Generator

import pytest

from tf_conformance.plugin import compat


class Output:
    """The hooks of the process that prints: what cannot be written costs no verdict."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None, object, object]:
        """Before pytest prints anything."""
        compat.outlive_reader(self._config)
        self._try_junit_file()
        return (yield)

    def _try_junit_file(self) -> None:
        """Writes the JUnit file now: pytest does so only at the end, where an error would hide the verdict."""
        path = compat.junit_file(self._config)
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab"):
                pass
        except OSError as error:
            raise pytest.UsageError(f"--junitxml: cannot write {path}: {error.strerror}") from None

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Writes what is left: Python itself, at its end, would exit with 120 if nobody reads it."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.flush()
