"""The answer at the end of a run, in words."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Iterable, Iterator, Sequence

from tf_conformance.diagnosis.obstacle import Obstacle, steps
from tf_conformance.install.install import Install
from tf_conformance.install.problem import Problem
from tf_conformance.records.record import Record, StatementRecord
from tf_conformance.records.standing import Standing, is_known_deviation, is_violated, standing
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import IMPACTS, named, plural
from tf_conformance.statements.form import Impact, Word

CHECKED = [verdict for verdict in Verdict if verdict is not Verdict.UNCHECKED]
DIFFERENT = (
    Verdict.CHANGED,
    Verdict.MISSTATED,
    Verdict.DEFECT,
)  # from what the notes say, as is right for this version


class Tell(Word):
    """How much the answer says: the verdict and its reasons, also what differs from the notes, or all that there is."""

    VERDICT = "verdict"
    CHANGES = "changes"
    ALL = "all"


def answer(record: Record, tell: Tell = Tell.VERDICT, elsewhere: int = 0) -> list[str]:
    """The lines of the answer; the first is the install, the last the verdict.

    ``elsewhere`` is how many tests outside the specification failed in the same run.
    """
    selected = [statement for statement in record.statements if statement.selected]
    parts = chain(
        _accelerators(record.install),
        _counts(record.obstacle, selected),
        _told(tell, selected),
        _problems(record.problems),
        _violations(selected),
        _deviations(selected),
        _unchecked(tell, record.obstacle, selected),
        _not_needed(selected),
        _not_selected(len(record.statements) - len(selected)),
        record.obstacle.lines() if record.obstacle else (),
        _more(tell, selected),
    )
    return [str(record.install), *(f"  {line}" for line in parts), _verdict(record, selected, elsewhere)]


def _accelerators(install: Install) -> Iterator[str]:
    built_for = str(install.build.get("cuda_compute_capabilities", ""))
    for accelerator in install.accelerators:
        yield str(accelerator)
        if accelerator.is_newer_than(built_for):
            yield "  its driver compiles what TensorFlow runs there at the first use, which may take minutes, once"


def _counts(obstacle: Obstacle | None, statements: Sequence[StatementRecord]) -> Iterator[str]:
    """A table of how many statements of each subject have which verdict; with an obstacle, of what was checked only."""
    subjects = {subject: Counter(each.verdict for each in group) for subject, group in _by_subject(statements)}
    if obstacle:
        subjects = {subject: counts for subject, counts in subjects.items() if any(counts[each] for each in CHECKED)}
    verdicts = [verdict for verdict in Verdict if any(counts[verdict] for counts in subjects.values())]
    width = max(map(len, subjects), default=0)
    if subjects:
        yield "  ".join([" " * width, *map(str, verdicts)])
    for subject, counts in subjects.items():
        cells = [str(counts[verdict] or "").rjust(len(verdict)) for verdict in verdicts]
        yield "  ".join([subject.ljust(width), *cells]).rstrip()


def _by_subject(statements: Iterable[StatementRecord]) -> Iterable[tuple[str, list[StatementRecord]]]:
    """The statements of each subject; subjects are in the order in which the notes first come to them."""
    groups: dict[str, list[StatementRecord]] = {}
    for statement in statements:
        groups.setdefault(statement.subject, []).append(statement)
    return groups.items()


def _told(tell: Tell, statements: Sequence[StatementRecord]) -> Iterator[str]:
    if tell is Tell.CHANGES:
        return _differences(statements)
    return _everything(statements) if tell is Tell.ALL else iter(())


def _differences(statements: Sequence[StatementRecord]) -> Iterator[str]:
    """What differs from the notes, as is right for this version: the worst impact first, then by subject."""
    different = [statement for statement in statements if statement.verdict in DIFFERENT]
    for impact in (*Impact, None):
        group = [statement for statement in different if statement.impact is impact]
        if group:
            title = f"code that relies on the notes {IMPACTS[impact]}" if impact else "impact unknown"
            yield f"{title} ({plural(len(group), 'statement')}):"
        for subject, members in _by_subject(group):
            for statement in members:
                yield f"  {statement.id} ({subject}, {statement.verdict}): {statement.says}"
                yield from _instead(statement)


def _everything(statements: Sequence[StatementRecord]) -> Iterator[str]:
    for subject, group in _by_subject(statements):
        yield f"{subject}:"
        for statement in group:
            yield f"  {statement.verdict!s:9}  {statement.id}: {statement.says}"
            yield from _instead(statement)


def _instead(statement: StatementRecord) -> Iterator[str]:
    if statement.instead and statement.verdict in DIFFERENT:
        yield f"    instead: {statement.instead}"


def _problems(problems: Sequence[Problem]) -> Iterator[str]:
    """What was found before the import; what to do about several problems alike is said once."""
    if problems:
        yield "found before TensorFlow was imported:"
    for do in dict.fromkeys(problem.do for problem in problems):
        yield from (f"  {problem.says}" for problem in problems if problem.do == do)
        yield from steps(tuple(do.splitlines()), indent="    ")


def _violations(statements: Sequence[StatementRecord]) -> Iterator[str]:
    violated = list(filter(is_violated, statements))
    if not violated:
        return
    yield "violated:"
    for statement in violated:
        yield f"  {statement.id}: {statement.says}"
        yield f"    {statement.reason}"
    look = f"see above what was expected and what was seen; run one alone: pytest spec/ -v --statement {violated[0].id}"
    settle = (
        "if this is intended, list it as a known deviation (--deviations FILE); if not, report it with its --record"
    )
    yield from steps((look, settle), indent="  ")


def _deviations(statements: Sequence[StatementRecord]) -> Iterator[str]:
    known = [f"  {each.id}: {each.deviation}" for each in statements if is_known_deviation(each)]
    outdated = [f"  {each.id}: {what}" for each in statements for what in each.outdated]
    yield from ("known deviations:", *known) if known else ()
    yield from ("no longer violated; remove them from the file:", *outdated) if outdated else ()


def _unchecked(tell: Tell, obstacle: Obstacle | None, statements: Sequence[StatementRecord]) -> Iterator[str]:
    """What was not checked, by reason; the obstacle and optional parts have lines of their own."""
    groups: dict[str, list[StatementRecord]] = {}
    for statement in statements:
        if statement.verdict is Verdict.UNCHECKED and not statement.lacks and statement.reason != str(obstacle):
            groups.setdefault(statement.reason, []).append(statement)
    if groups:
        yield "unchecked:"
    for reason, group in groups.items():
        yield f"  {reason}: {named([statement.id for statement in group])}"
        if tell is Tell.ALL:
            yield from (f"    {line}" for statement in group for line in statement.details)


def _not_needed(statements: Sequence[StatementRecord]) -> Iterator[str]:
    """The optional parts that the install lacks; a part may say after a semicolon how to get it."""
    parts = Counter(statement.lacks for statement in statements if statement.lacks)
    words: list[str] = []
    for part, count in parts.items():
        name, _, hint = part.partition("; ")
        number = str(count) if words else plural(count, "statement")
        words.append(f"{name} ({'; '.join(filter(None, [number, hint]))})")
    if words:
        yield f"not available, and not needed: {', '.join(words)}"


def _not_selected(count: int) -> Iterator[str]:
    if count:
        yield f"not selected: {plural(count, 'statement')}"


def _more(tell: Tell, statements: Sequence[StatementRecord]) -> Iterator[str]:
    if tell is Tell.VERDICT and any(statement.verdict in DIFFERENT for statement in statements):
        yield "to see what differs from the notes, and what to write instead: --tell changes; to see every statement: --tell all"
    if tell is not Tell.ALL and any(statement.details for statement in statements):
        yield "to see everything that was left unchecked: --tell all"


def _verdict(record: Record, selected: Sequence[StatementRecord], elsewhere: int) -> str:
    cases = sum(len(statement.cases) for statement in selected)
    size = f"({plural(len(selected), 'statement')}, {plural(cases, 'case')}, {record.seconds:.0f} s)"
    failed = f" ({plural(elsewhere, 'test')} outside the specification failed)" if elsewhere else ""
    return f"verdict: {_judgment(record)} {size}{failed}"


def _judgment(record: Record) -> str:
    it_is = standing(record)
    if it_is is Standing.CANNOT_BE_JUDGED:
        return str(record.obstacle)
    if it_is is Standing.VIOLATED:
        violated = plural(sum(map(is_violated, record.statements)), "statement")
        return f"this install violates {violated}" + ("" if record.complete else "; the run did not finish")
    if it_is is Standing.INCOMPLETE:
        return "the run did not finish; nothing is violated so far"
    if it_is is Standing.NOTHING_CHECKED:
        return "nothing was checked"
    known = sum(map(is_known_deviation, record.statements))
    return f"this install does what TensorFlow {record.install.release} should" + (
        f", but for {plural(known, 'known deviation')}" if known else ""
    )
