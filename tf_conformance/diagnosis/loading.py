"""Why TensorFlow cannot be judged: it is absent, cannot be imported, or cannot be started; in plain words."""

from __future__ import annotations

import gc
import importlib.util
import os
import subprocess
import sys
from dataclasses import dataclass, field
from enum import Enum
from typing import Iterable, Iterator, Sequence

from tf_conformance.diagnosis.advice import advise
from tf_conformance.diagnosis.causes import REINSTALL, SIGNALS, Cause
from tf_conformance.diagnosis.culprits import chain_of, culprit_files, files_in, last_line, trace_of
from tf_conformance.diagnosis.death import IMPORTED, Death
from tf_conformance.diagnosis.errors import cause_of
from tf_conformance.diagnosis.finding import finding_behind
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.diagnosis.plugins import plugin_behind
from tf_conformance.diagnosis.raiser import cause_by_raiser, cause_in
from tf_conformance.diagnosis.suspects import Places, paths_in
from tf_conformance.install.environment import Environment
from tf_conformance.install.fitting import older_python
from tf_conformance.install.install import NOT_INSTALLED, Install
from tf_conformance.install.installer import Installer
from tf_conformance.install.limits import Shortage
from tf_conformance.install.precedence import tensorflow_elsewhere
from tf_conformance.install.problem import IMPORT, Problem

NOT_TRIED = "found before the import, which was not tried, as it is certain to fail"

# What a process does that only shows whether TensorFlow can be used, and what it prints on the way.
STARTED = "started"
PROBE = f"""
import sys
import tensorflow as tf
tf.keras.layers
sys.stderr.write({IMPORTED!r})
sys.stderr.flush()
tf.zeros(())
print({STARTED!r}, flush=True)
"""


class Stage(Enum):
    """What TensorFlow cannot do, and how that stage is called in a cause."""

    JUDGE = "TensorFlow cannot be judged", ""
    IMPORT = "TensorFlow cannot be imported", "its import"
    START = "TensorFlow is imported, but cannot be started", "its start"

    @property
    def failure(self) -> str:
        """What an obstacle at this stage says first."""
        return self.value[0]

    def __str__(self) -> str:
        return self.value[1]


def is_unusable(obstacle: Obstacle) -> bool:
    """Whether TensorFlow cannot be used at all, rather than only not as the user requires."""
    return obstacle.what in {stage.failure for stage in Stage}


def why_unfit(install: Install, environment: Environment) -> Obstacle | None:
    """Why nothing here can be judged, if no TensorFlow 2 is installed; None if one is."""
    installer = Installer.of(environment)
    if install.tensorflow == NOT_INSTALLED:
        package = importlib.util.find_spec("tensorflow")
        if package and package.origin:
            move = f"move {os.path.dirname(package.origin)} away"
            return Obstacle(
                Stage.JUDGE.failure,
                "neither its metadata nor the package itself gives its version",
                f"it is in {package.origin}",
                (move, installer.install("tensorflow")),
            )
        place, do = tensorflow_elsewhere(environment)
        but = f"; there is one in {place}, where this Python does not look" if place else ""
        evidence = f"{sys.executable} has no distribution that provides it{but}"
        advice = tuple(filter(None, (do, older_python(environment.python))))
        return Obstacle(Stage.IMPORT.failure, "no TensorFlow is installed", evidence, advice)
    if install.versions()["tensorflow"].major < 2:
        evidence = f"its version is {install.tensorflow}"
        advice = (installer.upgrade("tensorflow>=2"),)
        return Obstacle(Stage.JUDGE.failure, "it is not TensorFlow 2", evidence, advice)
    return None


def import_tensorflow() -> None:
    """Imports TensorFlow and its Keras, which newer TensorFlows import only when it is first used.

    What the first import makes is kept, so nothing is collected meanwhile, or ever: looking for garbage in it takes its time.
    """
    is_first = "tensorflow" not in sys.modules
    gc.disable()
    try:
        import tensorflow as tf

        tf.keras.layers  # noqa: B018
    finally:
        if is_first:
            gc.freeze()
        gc.enable()


@dataclass(frozen=True)
class Diagnosis:
    """Explains what goes wrong when TensorFlow is imported or started.

    Whoever put a file in TensorFlow's way is believed first, then what was found before the import, then what the error
    says, also of variables. ``places`` are those of the process in which TensorFlow is imported.
    """

    environment: Environment
    problems: Sequence[Problem] = ()
    places: Places = field(default_factory=Places.here)

    def foretold(self) -> Obstacle | None:
        """The obstacle that needs no import to be seen, as a problem that was found is certain to break it; or None."""
        problem = next((each for each in self.problems if each.breaks == IMPORT), None)
        return Obstacle(Stage.IMPORT.failure, problem.says, NOT_TRIED, (problem.do,)) if problem else None

    def of_error(self, error: BaseException, stage: Stage) -> Obstacle:
        """The obstacle behind an exception; what it was raised from reveals more than what was raised last."""
        lines = [last_line(each) for each in chain_of(error)]
        trace = trace_of(error)
        causes = {line: cause_of(line, self._installed_libraries()) for line in lines}
        telling = (line for line, cause in causes.items() if cause or self.places.variable_in(line))
        evidence = next(telling, lines[0])
        cause = cause_by_raiser(causes[evidence], error, str(stage), self.environment)
        suspected = self._suspected(stage, culprit_files(error), evidence, trace)
        return suspected or self._obstacle(stage, cause, evidence, trace)

    def of_death(self, death: Death) -> Obstacle:
        """The obstacle behind a process that ended while it began to use TensorFlow."""
        stage = _stage_of(death)
        revealed = next(
            filter(None, (cause_of(line, self._installed_libraries()) for line in reversed(death.said))), None
        )
        evidence = "; ".join(filter(None, [death.end, death.last_word, death.place]))
        suspected = self._suspected(stage, files_in(death.words), evidence, death.words)
        if suspected:
            return suspected
        shortage = self.environment.limits.shortage_behind(evidence)
        if shortage:
            return self.of_shortage(shortage, stage, evidence)
        if revealed and death.signal in ("", "SIGSEGV", "SIGABRT"):
            owners = filter(None, map(self.environment.distributions.owner, paths_in(death.last_word)))
            cause = cause_in(next(owners, None), revealed, self.environment)
            return self._obstacle(stage, cause, evidence, death.words)
        elsewhere = (f"see what {death.reading} does; --ignore={death.reading} checks the rest",)
        end = Cause("{stage} ends the process", elsewhere if death.reading else REINSTALL)
        by_signal = SIGNALS.get(death.signal, end)
        first = ("try without LD_PRELOAD: unset LD_PRELOAD",) if self.places.variables.get("LD_PRELOAD") else ()
        cause = Cause(by_signal.cause.replace("{stage}", _doing(death)), (*first, *by_signal.advice))
        return self._obstacle(stage, cause, evidence, death.words)

    def of_hang(self, limit: float, death: Death) -> Obstacle:
        """The obstacle behind an import, or a start, that did not end within the limit, in seconds."""
        advice = ("look for a slow or unreachable file system, driver or network; --import-limit waits longer",)
        evidence = f"not done after {limit:g} s{f' in {death.place}' if death.place else ''}"
        return self._obstacle(_stage_of(death), Cause(f"{_doing(death)} does not end", advice), evidence)

    def of_shortage(self, shortage: Shortage, stage: Stage, seen: str = "") -> Obstacle:
        """The obstacle behind a resource that is too scarce; ``seen``: how it showed, if not by a count alone."""
        resource, evidence = shortage.resource, "; ".join(filter(None, [shortage.evidence, seen]))
        return Obstacle(stage.failure, resource.cause, evidence, (resource.do,))

    def probe(self, limit: float) -> Obstacle | None:
        """Imports and starts TensorFlow in a fresh process, to learn why another one died; None if it succeeds."""
        command = [sys.executable, "-X", "faulthandler", "-c", PROBE]
        try:
            done = subprocess.run(command, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired as error:
            return self.of_hang(limit, Death(None, (error.stderr or b"").decode("utf-8", "replace")))
        except OSError as error:
            return self.of_error(error, Stage.IMPORT)
        if STARTED.encode() in done.stdout.split():
            return None
        return self.of_death(Death(done.returncode, done.stderr.decode("utf-8", "replace")))

    def of_breakdown(self, traceback: str) -> Obstacle | None:
        """The obstacle behind a failure of pytest itself; None unless a plugin or a file of others has caused it."""
        evidence = traceback.rstrip().rpartition("\n")[2]
        plugin = plugin_behind(traceback, self.environment)
        if plugin is None:
            return self._suspected(Stage.JUDGE, files_in(evidence), evidence, traceback)
        uninstall = Installer.of(self.environment).uninstall(str(plugin.distribution.name))
        return Obstacle(
            Stage.JUDGE.failure,
            f"{plugin}, fails",
            evidence,
            (f"leave it out: pytest -p no:{plugin.name}", f"or be rid of it: {uninstall}"),
            traceback,
        )

    def of_repetition(self, death: Death, cases: int) -> Obstacle:
        """The obstacle behind a death that ended several cases in the same manner."""
        evidence = "; ".join(filter(None, [death.end, death.last_word]))
        unknown = Cause(f"{cases} cases end in the same way", REINSTALL)
        return self._obstacle(Stage.JUDGE, cause_of(death.last_word) or unknown, evidence, death.words)

    def finds_reason_for(self, death: Death) -> bool:
        """Whether a variable, or a problem that was found before the import, explains what was logged as fatal."""
        last_word = death.last_word
        return bool(self.places.variable_in(last_word) or finding_behind(last_word, self.problems, ""))

    def _suspected(self, stage: Stage, files: Iterable[str], evidence: str, trace: str) -> Obstacle | None:
        """The obstacle if one of the files that take part in an error is not where it belongs, or may not be read."""
        suspect = self.places.to_blame(files, f"{evidence}\n{trace}")
        return Obstacle(stage.failure, suspect.cause, evidence, (suspect.do,), trace) if suspect else None

    def _obstacle(self, stage: Stage, cause: Cause, evidence: str, trace: str = "") -> Obstacle:
        finding = finding_behind(f"{evidence}\n{trace}", self.problems, cause.cause)
        if finding:
            return Obstacle(stage.failure, finding.says, evidence, (finding.do,), trace)
        variable = self.places.variable_in(evidence, cause.cause)
        if variable:
            return Obstacle(stage.failure, variable.cause, evidence, (variable.do,), trace)
        return Obstacle(stage.failure, cause.cause, evidence, advise(cause, self.environment, self.problems), trace)

    def _installed_libraries(self) -> Iterator[str]:
        """The names of the shared libraries of TensorFlow and its dependencies that are where they were installed."""
        for distribution in self.environment.distributions.stack:
            for file in distribution.files or ():
                name = os.path.basename(file.path)
                if ".so" in name and os.path.exists(distribution.locate(file.path)):
                    yield name


def _stage_of(death: Death) -> Stage:
    """How far a process had come."""
    if death.reading:
        return Stage.JUDGE
    return Stage.START if death.had_imported else Stage.IMPORT


def _doing(death: Death) -> str:
    """What a process was at, as a cause says it."""
    return f"reading {death.reading}" if death.reading else str(_stage_of(death))
