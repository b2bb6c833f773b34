"""Properties that are computed once."""

from __future__ import annotations

from tf_conformance.install.cached import cached


class Counting:
    """Counts how often its property is computed."""

    count = 0

    @cached
    def value(self):
        """A value."""
        self.count += 1
        return self.count


def test_computed_once_for_each_object():
    """A cached property is computed when it is first read, for each object."""
    one, other = Counting(), Counting()
    other.count = 10
    assert (one.value, one.value, other.value) == (1, 1, 11)


def test_on_the_class():
    """On the class a cached property is itself, with the docstring of its function."""
    assert Counting.value.__doc__ == "A value."
