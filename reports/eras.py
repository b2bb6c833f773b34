"""Eras in words that users of TensorFlow know: "TensorFlow 2.16 and later with Keras 3"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from tf_conformance.statements.era import Era

FIRST_TENSORFLOW = Version("2.0")
KERAS_3 = Version("3")
FIRST_WITH_KERAS_3 = Version("2.16")
# From this version on each TensorFlow has, as its Keras 2, the one of its own version.
FIRST_IN_STEP = Version("2.6")


@dataclass(frozen=True)
class Span:
    """The versions from ``first`` up to but excluding ``end``; or a single one, ``only``; and those that are left out."""

    first: Version | None = None
    end: Version | None = None
    only: Version | None = None
    without: tuple[Version, ...] = ()

    @classmethod
    def of(cls, requirements: Iterable[Requirement]) -> Span:
        """The versions that meet all of these requirements. Raises KeyError for operators that no era uses."""
        found: dict[str, list[Version]] = {">=": [], "<": [], "==": [], "!=": []}
        for specifier in (each for requirement in requirements for each in requirement.specifier):
            found[specifier.operator].append(Version(specifier.version))
        return cls(
            max(found[">="], default=None),
            min(found["<"], default=None),
            next(iter(found["=="]), None),
            tuple(sorted(found["!="])),
        )


def era_in_words(era: Era) -> str:
    """The era as a title, such as "Every version"; alternatives are separated by semicolons, unusual eras stay as they are."""
    if not era.text:
        return "Every version"
    try:
        words = "; ".join(_in_words(_spans(requirements)) for requirements in era.alternatives)
    except (KeyError, InvalidVersion):  # a requirement such as ~=2.2 or ==2.2.*
        return f"`{era.text}`"
    return words[0].upper() + words[1:]


def _spans(requirements: Sequence[Requirement]) -> dict[str, Span]:
    """The versions of each package in one alternative of an era."""
    names = dict.fromkeys(requirement.name for requirement in requirements)
    return {name: Span.of(each for each in requirements if each.name == name) for name in names}


def _in_words(spans: dict[str, Span]) -> str:
    tensorflow, keras = spans.pop("tensorflow", None), spans.pop("keras", None)
    if keras and not tensorflow:
        tensorflow, keras = _as_tensorflow(keras)
    parts = [_tensorflow(tensorflow)] if tensorflow else []
    accompanying = [_keras(keras)] if keras else []
    accompanying += [f"{name.capitalize()} {_versions(span)}" for name, span in spans.items()]
    return " with ".join(filter(None, [*parts, " and ".join(accompanying)]))


def _as_tensorflow(keras: Span) -> tuple[Span | None, Span | None]:
    """The TensorFlows that come with these versions of Keras, and what is still to be said of Keras."""
    first, end = keras.first, keras.end
    if keras == Span(first=KERAS_3):
        return Span(FIRST_WITH_KERAS_3), keras
    if keras == Span(end=KERAS_3):
        return Span(), keras
    in_step = first is None or FIRST_IN_STEP <= first <= FIRST_WITH_KERAS_3
    if not in_step or keras.only or keras.without or (first is None and end and end > KERAS_3):
        return None, keras
    if end is None or end <= FIRST_WITH_KERAS_3:
        return keras, None
    return Span(first, end if end < KERAS_3 else None), Span(end=max(end, KERAS_3))


def _tensorflow(span: Span) -> str:
    if span == Span(FIRST_TENSORFLOW):
        return "every version"
    if not (span.first or span.end or span.only):
        return "every TensorFlow" + (f" but {_listed(span.without)}" if span.without else "")
    return f"TensorFlow {_versions(Span(span.first or FIRST_TENSORFLOW, span.end, span.only, span.without))}"


def _keras(span: Span) -> str:
    if span in (Span(end=KERAS_3), Span(KERAS_3)):
        return "Keras 2" if span.end else "Keras 3"
    if not (span.first or span.end or span.only):
        return f"every Keras but {_listed(span.without)}"
    return f"Keras {_versions(span)}"


def _versions(span: Span) -> str:
    """A span in words, without the name of the package."""
    if span.only:
        words = str(span.only)
    elif span.end is None:
        words = f"{span.first} and later"
    elif span.first is None:
        words = f"before {span.end}"
    else:
        words = _range(span.first, span.end)
    return words + (f", but not {_listed(span.without)}" if span.without else "")


def _range(first: Version, end: Version) -> str:
    if end.micro or not end.minor:
        return f"{first} before {end}"
    begin = str(first) if first.micro else f"{first.major}.{first.minor}"
    last = f"{end.major}.{end.minor - 1}"
    if begin == last:
        return begin
    return f"{begin} {'and' if end.minor == first.minor + 2 else 'to'} {last}"


def _listed(versions: Iterable[Version]) -> str:
    return " and ".join(map(str, versions))
