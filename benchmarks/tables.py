"""The tables that people read: the modes of each training, and two devices side by side."""

from __future__ import annotations

from typing import Iterator

from benchmarks.step_times import (
    ARITHMETIC,
    DOUBTFUL,
    LAUNCHES,
    MEMORY,
    StepTime,
    bound_by,
    fixed_seconds,
    ratio_to_eager,
)
from benchmarks.workload import MODES, TF32, network_title

MARKS = {LAUNCHES: "L", MEMORY: "M", ARITHMETIC: "A", None: " "}
MEANINGS = {
    LAUNCHES: "most of the time goes into starting operations, whatever the batch",
    MEMORY: "it grows with the batch, but the device does less than half of the arithmetic that it could",
    ARITHMETIC: "the device does at least half of the arithmetic that it could",
}


def tables(step_times: list[StepTime]) -> Iterator[str]:
    """One table per network, optimizer, precision and device: one row per mode, one column per batch size."""
    by_title: dict[str, list[StepTime]] = {}
    for step in step_times:
        by_title.setdefault(f"{_title(step)} · {step.device}", []).append(step)
    for title, members in by_title.items():
        yield from _table(title, members)
    yield from _legend(step_times)


def _title(step: StepTime) -> str:
    return " · ".join((network_title(step.workload.network), step.workload.optimizer, step.workload.precision))


def _table(title: str, step_times: list[StepTime]) -> Iterator[str]:
    sizes = _batches(step_times)
    yield f"{title}: milliseconds per step (speedup over eager)"
    yield _row("", [f"batch {size}  " for size in sizes])
    for mode in MODES:
        cells = {step.workload.batch: _cell(step, step_times) for step in step_times if step.mode == mode}
        if cells:
            yield _row(mode, [cells.get(size, "-  ") for size in sizes])


def _batches(step_times: list[StepTime]) -> list[int]:
    return sorted({step.workload.batch for step in step_times})


def _row(name: str, cells: list[str]) -> str:
    return f"  {name:16}" + "".join(f"{cell:>24}" for cell in cells)


def _cell(step: StepTime, step_times: list[StepTime]) -> str:
    ratio = ratio_to_eager(step, step_times)
    speedup = f" ({1 / ratio:.1f})" if ratio else ""
    return f"{_milliseconds(step)}{speedup} {MARKS[bound_by(step, step_times)]}{'?' if step.doubtful else ' '}"


def _milliseconds(step: StepTime) -> str:
    return f"{1e3 * step.seconds:.3f}"


def _legend(step_times: list[StepTime]) -> Iterator[str]:
    bounds = {bound_by(step, step_times) for step in step_times}
    yield from (f"{MARKS[bound]}  {meaning}" for bound, meaning in MEANINGS.items() if bound in bounds)
    if any(step.doubtful for step in step_times):
        yield f"?  uncertain by more than {DOUBTFUL:.0%}: time it again on an idle machine"


def side_by_side(step_times: list[StepTime]) -> Iterator[str]:
    """What was timed on two devices, by batch and mode, and from which batch on the one that trains beats the other."""
    step_times = [step for step in step_times if _is_default(step, step_times)]
    for title in dict.fromkeys(map(_training, step_times)):
        members = [step for step in step_times if _training(step) == title]
        device, other = (*dict.fromkeys(step.device for step in members), None)[:2]
        found = {(step.mode, step.workload.batch, step.device): step for step in members}
        both = [(mode, size) for mode, size, name in found if name == device and (mode, size, other) in found]
        if device and other and both:
            yield f"{title}: {other} or {device}? Milliseconds per step"
            yield from _comparison(found, both, device, other)


def _is_default(step: StepTime, step_times: list[StepTime]) -> bool:
    """Whether the step is in the precision that its device has for float32 by default."""
    if step.workload.precision == "float32":
        return not any(other.device == step.device and other.workload.precision == TF32 for other in step_times)
    return step.workload.precision == TF32


def _training(step: StepTime) -> str:
    return f"{network_title(step.workload.network)} · {step.workload.optimizer}"


def _comparison(
    found: dict[tuple[str, int, str], StepTime], both: list[tuple[str, int]], device: str, other: str
) -> Iterator[str]:
    sizes = sorted({size for _, size in both})
    yield _row("", [f"batch {size}" for size in sizes])
    yield _row("", [f"{other:>10}{device:>10}" for _ in sizes])
    modes = [mode for mode in MODES if any(mode == each for each, _ in both)]
    for mode in modes:
        pairs = [(found.get((mode, size, other)), found.get((mode, size, device))) for size in sizes]
        yield _row(mode, ["".join(f"{_milliseconds(step) if step else '-':>10}" for step in pair) for pair in pairs])
    for mode in modes:
        pairs_of_mode = [
            (found[mode, size, device], found[mode, size, other]) for size in sizes if (mode, size) in both
        ]
        yield f"{mode}: {_who_wins(pairs_of_mode, list(found.values()))}"


def _who_wins(pairs: list[tuple[StepTime, StepTime]], step_times: list[StepTime]) -> str:
    """From which batch on the first of each pair is faster than the second, and why not before; in the order of batches."""
    device, other = pairs[0][0].device, pairs[0][1].device
    faster = [step.workload.batch for step, on_other in pairs if _is_faster(step, on_other)]
    slower = [step for step, on_other in pairs if not _is_faster(step, on_other)]
    if not slower:
        return f"{device} is faster at every batch"
    ever_after = [batch for batch in faster if batch > slower[-1].workload.batch]
    if ever_after:
        verdict = f"from batch {ever_after[0]} on"
    else:
        verdict = f"only at batch {', '.join(map(str, faster))}" if faster else "at no batch"
    return f"{device} is faster {verdict}; {_reason(slower[-1], step_times, other)}"


def _is_faster(step: StepTime, other: StepTime) -> bool:
    """Whether it is faster by more than the uncertainty of both times."""
    return step.seconds * (1 + step.uncertainty) < other.seconds * (1 - other.uncertainty)


def _reason(step: StepTime, step_times: list[StepTime], other: str) -> str:
    """Why the step is no faster than on the other device."""
    at = f"at batch {step.workload.batch}"
    if bound_by(step, step_times) == LAUNCHES:
        fixed = fixed_seconds(step, step_times) or 0.0
        return (
            f"{at} it spends {1e3 * fixed:.3f} of {_milliseconds(step)} ms on starting operations, whatever the batch"
        )
    return f"{at} its work takes as long as that of {other}, or longer"
