"""How the names in patterns compare with the paths by which files import things."""

from __future__ import annotations

from functools import lru_cache

from tf_conformance.scan.api import canonical
from tf_conformance.scan.certainty import NO, POSSIBLE, YES, Certainty
from tf_conformance.scan.pattern import CLASS, metavariable


@lru_cache(maxsize=100_000)
def match_path(wanted: str, path: str) -> Certainty:
    """Compares a name with the path by which a file imported something; up to Keras 2, ``tf.compat.v1`` has older classes."""
    as_imported = wanted.startswith(("tensorflow.", "keras."))
    if as_imported or not path:
        return YES if path and match_dotted(wanted, path) else NO
    now = path.replace(".compat.v1.", ".")
    return (YES if now == path else POSSIBLE) if match_dotted(canonical(wanted), canonical(now)) else NO


@lru_cache(maxsize=100_000)
def match_any_path(names: tuple[str, ...], path: str) -> Certainty:
    """The same for several names, any of which will do."""
    return max(match_path(name, path) for name in names)


def match_dotted(wanted: str, name: str) -> bool:
    """Whether a dotted name is as a pattern writes it, part by part."""
    parts, given = wanted.split("."), name.split(".")
    return len(parts) == len(given) and all(map(_match_part, parts, given))


def _match_part(wanted: str, given: str) -> bool:
    name = metavariable(wanted)
    if name == CLASS:
        return given[:1].isupper()  # keras.optimizers.adam is a module, or nothing
    return bool(name) or wanted == given
