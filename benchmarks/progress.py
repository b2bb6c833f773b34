"""What is printed while the benchmarks run: a line for each step that was timed, as soon as it was.

If only one step was timed, its throughput is printed at the end, in a line that programs can read.
"""

from __future__ import annotations

from typing import Any, Generator

import pytest

TIMED = "timed_step"  # an attribute of reports


class Progress:
    """Prints the lines, each with its number, instead of pytest's dots."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._seen = self._total = 0
        self._rates: list[float] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Counts what will run."""
        self._total = len(session.items)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Generator[None, Any, None]:
        """Writes into the report what was timed."""
        report = (yield).get_result()
        info = getattr(getattr(item, "funcargs", {}).get("benchmark"), "extra_info", {})
        if report.when != "call" or not report.passed:
            return
        if "examples_per_second" in info:
            self._rates.append(info["examples_per_second"])
        if "step_seconds" in info:
            title = " · ".join(str(info[key]) for key in ("network", "optimizer", "precision", "mode", "device"))
            setattr(report, TIMED, f"{title} · batch {info['batch']}: {1e3 * info['step_seconds']:.3f} ms")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Tests with their own line get no dot."""
        return ("passed", "", "") if hasattr(report, TIMED) else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Prints the line."""
        self._seen += report.when == "setup"
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal and hasattr(report, TIMED):
            # write_line would have pytest repeat the file's name before the next.
            terminal.write(f"\n{self._seen:4} of {self._total}  {getattr(report, TIMED)}")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Prints the throughput if only one step was timed."""
        if len(self._rates) == 1:
            terminalreporter.write_line(f"performance: {self._rates[0]:.0f} examples/s")
