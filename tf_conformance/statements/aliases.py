"""Ids that statements had before. An id that was once released names its statement for good."""

from __future__ import annotations

# The earlier id, and the one that the statement has now.
ALIASES = {
    "evaluate.misspelt": "evaluate.misspelled",
    "flatten.nothing-learnt": "flatten.nothing-learned",
    "reduce-lr.behaviour": "reduce-lr.behavior",
    "sequential.misspelt-argument": "sequential.misspelled-argument",
}


def current_id(id_: str) -> str:
    """The id that a statement has now, by that or an earlier one."""
    return ALIASES.get(id_, id_)


def ids_of(id_: str) -> list[str]:
    """All ids of a statement: the one that it has now, then earlier ones."""
    return [id_, *(earlier for earlier, now in ALIASES.items() if now == id_)]
