"""Equality of numbers up to rounding, with a message that points at the worst one.

NumPy is imported only when numbers are compared: statements can be listed without it.
"""

from __future__ import annotations

from typing import Any


class Near:
    """Compares equal to numbers of the same shape that differ by at most ``atol + rtol * abs(expected)``."""

    # Without this NumPy would compare element by element and never ask Near.
    __array_ufunc__ = None

    def __init__(self, expected: Any, rtol: float, atol: float) -> None:
        self.expected = _numbers(expected)
        self.rtol = rtol
        self.atol = atol

    def __eq__(self, seen: object) -> bool:
        numbers = _numbers(seen)
        return numbers.shape == self.expected.shape and bool(self._excess(numbers).max(initial=0.0) <= 1)

    def _excess(self, seen: Any) -> Any:
        """Each difference as a multiple of what is allowed."""
        import numpy as np

        with np.errstate(invalid="ignore", divide="ignore"):
            excess = np.abs(seen - self.expected) / (self.atol + self.rtol * np.abs(self.expected))
        return np.where(seen == self.expected, 0.0, np.where(np.isnan(excess), np.inf, excess))

    def describe(self, seen: object) -> tuple[str, str]:
        """The expected and the seen value in a few words: the shapes where they differ, else the worst element."""
        numbers = _numbers(seen)
        if numbers.shape != self.expected.shape:
            return f"shape {self.expected.shape}", f"shape {numbers.shape}"
        if not numbers.shape:
            return f"{self.expected:.7g}", f"{numbers:.7g}"
        import numpy as np

        excess = self._excess(numbers)
        worst = np.unravel_index(int(np.argmax(excess)), excess.shape)
        place = f"[{', '.join(map(str, worst))}]"
        beyond = f"{(excess > 1).sum()} of {excess.size} beyond rtol {self.rtol:g}, atol {self.atol:g}"
        return f"{self.expected[worst]:.7g} at {place}", f"{numbers[worst]:.7g} ({beyond})"

    def __repr__(self) -> str:
        import numpy as np

        return f"near({np.array2string(self.expected, threshold=20, precision=7, separator=', ')})"


def _numbers(values: Any) -> Any:
    import numpy as np

    return np.asarray(values, dtype=np.float64)


def near(expected: Any, rtol: float = 1e-5, atol: float = 1e-6) -> Near:
    """``seen == near(expected)``: the shapes agree, and every number up to ``atol + rtol * abs(expected)``.

    The defaults are meant for float32 results of short sums against a float64 oracle.
    """
    return Near(expected, rtol, atol)
