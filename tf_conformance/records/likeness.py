"""How much an error message is like an error on record, and like the sentence of a statement."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from typing import Collection, Iterable

from tf_conformance.records.error_text import ERROR, after_traceback, alike

# A name counts as a whole, such as fit_generator, and in its parts.
NAME = re.compile(r"[A-Za-z_]\w+")
PART = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}(?![a-z])")
# The class of an object that lacks an attribute can be any. If it is one of Python's, the message is not about Keras.
OWNER = re.compile(r"'[A-Z]\w+' object(?= has no attribute)")
PYTHONS_OWNER = re.compile(r"'(?:[a-z][\w.]*|NoneType)' object has no attribute")
# What Python's own messages say, whatever they are about.
PYTHONS_WORDS = frozenset(
    re.findall(
        r"\w+",
        "cannot convert function return value to a type; type object argument must be a str, not int, float, dict or list;"
        " 'str' object is not callable, iterable; has no attribute; did you mean: name; cannot import name from module;"
        " no module named; no such file or directory (errno); got an unexpected keyword argument; unsupported types for;"
        " missing required positional arguments; takes but were given; index out of range; not supported; returned element;"
        " object of type is not json serializable; name is not defined; invalid syntax",
    )
)
# What an English sentence is held together with.
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the, this that these those, it its you your, he they we i, of to in on at by for from with without as into than,"
        " and or but nor, if when while because so, is are was were be been being am, do does did, has have had, can could will"
        " would shall should may might must, not no only also, there here, which who whose what where how, all any each both"
        " more most some such",
    )
)
WEIGHT_IN_ERROR, WEIGHT_IN_SENTENCE, WEIGHT_OF_PYTHON = 0.6, 0.4, 0.05
OTHER_TYPE = 0.5  # the share that is left of the likeness if the errors differ in type
# In weights of the heaviest word: what is common must outweigh it, so that one frequent word tells nothing.
DOUBT = 0.35


class Likeness:
    """Compares texts by their words. A word weighs more, the fewer statements use it, and little if it is Python's."""

    def __init__(self, texts_by_statement: Collection[Iterable[str]]) -> None:
        uses = Counter(word for texts in texts_by_statement for word in frozenset().union(*map(words_of, texts)))
        self._weights = {word: math.log(1 + len(texts_by_statement) / count) ** 2 for word, count in uses.items()}
        self._heaviest = math.log(1 + len(texts_by_statement)) ** 2

    def of(self, message: str, error: str, sentence: str) -> float:
        """From 0 to 1: what a message shares with an error, which may be empty, and with a sentence."""
        asked, seen, said = words_of(message), words_of(error), words_of(sentence)
        common = WEIGHT_IN_ERROR * self._weight(asked & seen) + WEIGHT_IN_SENTENCE * self._weight(asked & said)
        likeness = common / (
            math.sqrt(self._weight(asked) * self._weight(seen | asked & said)) + DOUBT * self._heaviest
        )
        types = {_type_of(message), _type_of(error)} - {""}
        return likeness * OTHER_TYPE if len(types) > 1 else likeness

    def _weight(self, words: Iterable[str]) -> float:
        return math.fsum(
            self._weights.get(word, self._heaviest) * (WEIGHT_OF_PYTHON if word in PYTHONS_WORDS else 1)
            for word in words
        )


@lru_cache(maxsize=None)
def words_of(text: str) -> frozenset[str]:
    """The words of a message, or of the last error of a traceback, in lower case."""
    message = "\n".join(after_traceback(text.splitlines()))
    if PYTHONS_OWNER.search(message):
        return frozenset()
    names = NAME.findall(alike(OWNER.sub("", message)))
    return frozenset(word.lower() for name in names for word in (name, *PART.findall(name))) - FUNCTION_WORDS


@lru_cache(maxsize=None)
def _type_of(text: str) -> str:
    """The type of the last error in a text; empty if there is none."""
    types = [match.group(1) for match in map(ERROR.match, text.splitlines()) if match]
    return types[-1] if types else ""
