"""Mutants of a small source file: each differs in one place, and runs."""

from __future__ import annotations

from tests.mutants.mutant import mutants_of

SOURCE = '''
class Meter:
    def limited(self, value, limit=10, *, strict=False):
        """The value, or the limit if it is larger."""
        if value > limit and not strict:
            self.warn(f"{value} is too large", once=True)
            return limit
        if value > 100:
            raise ValueError("far too large")
        return value

    def counter(self):
        def count(step=1):
            return self.number + step

        return count
'''
CHANGES = {
    "3 limited: limit is 11 by default",
    "3 limited: strict is True by default",
    "5 limited: value > limit and (not strict) → not (value > limit and (not strict))",
    "5 limited: value > limit and (not strict) → value > limit or not strict",
    "5 limited: value > limit → value >= limit",
    "7 limited: return limit returns nothing",
    "8 limited: value > 100 → not value > 100",
    "8 limited: value > 100 → value >= 100",
    "8 limited: 100 → 101",
    "10 limited: return value returns nothing",
    "14 counter: return self.number + step returns nothing",
    "14 counter: self.number + step → self.number - step",
    "16 counter: return count returns nothing",
}


def mutants():
    """The mutants of the file, by what is changed."""
    return {each.name.partition(":")[2]: each for each in mutants_of("meter.py", SOURCE)}


def test_changes():
    """Comparisons, conditions, constants, results and defaults change; docstrings, errors and warnings do not."""
    assert set(mutants()) == CHANGES


def meter():
    """The class of the file."""
    namespace = {}
    exec(compile(SOURCE, "meter.py", "exec"), namespace)
    return namespace["Meter"]


def test_one_change_each():
    """The code of a mutant is that of the function but for the change."""
    limited = meter().limited
    assert limited(None, 3) == 3
    limited.__code__ = mutants()["8 limited: 100 → 101"].code
    assert (limited(None, 3), limited(None, 101, 200)) == (3, 101)
    limited.__code__ = mutants()["10 limited: return value returns nothing"].code
    assert limited(None, 3) is None


def test_function_within_a_function():
    """A change of a function within another takes the place of the outer one, which is there before it is called."""
    made = meter()
    made.number = 5
    made.counter.__code__ = mutants()["14 counter: self.number + step → self.number - step"].code
    assert made().counter()() == 4
