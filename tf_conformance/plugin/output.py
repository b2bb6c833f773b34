"""What a run writes for others while it judges: text whose reader may stop reading, and a JUnit file that may not be writable."""

from __future__ import annotations

from pathlib import Path
from typing import Generator

import pytest

from tf_conformance.plugin import compat


class Output:
    """The hooks of the process that prints: what cannot be written costs no verdict."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_configure(self) -> None:
        """Tries to write the JUnit file, which pytest does only at the end, where an error would hide the verdict."""
        path = self._config.option.xmlpath
        if path:
            try:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
                with open(path, "ab"):
                    pass
            except OSError as error:
                raise pytest.UsageError(f"--junitxml: cannot write {path}: {error.strerror}") from None

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None, object, object]:
        """Before pytest prints anything."""
        compat.outlive_reader(self._config)
        return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        """Writes what is left: Python itself, at its end, would exit with 120 if nobody reads it."""
        if self._config.pluginmanager.has_plugin("terminalreporter"):
            self._config.get_terminal_writer().flush()
