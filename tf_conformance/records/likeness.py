"""How similar an error that a user has met is to an error on record, and to the sentence of a statement.

Texts are compared by the cosine of their words' weights (tf-idf). A word weighs more, the fewer statements use it. So do
two words in a row, and the parts of a name, at a lower share. Of what Python itself says, only the form counts, and only
together with what the program gives to it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import chain
from typing import Collection, Iterable, Mapping, NamedTuple

from tf_conformance.records.error_text import LONGEST, alike
from tf_conformance.records.paste import PastedError
from tf_conformance.records.python_messages import python_message

NAME = re.compile(r"\b(?!\w*(?:Error|Exception)\b)[A-Za-z_]\w+")  # types of errors are compared as such
PART = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}(?![a-z])")
OF_A_PROGRAM = re.compile(r".+[A-Z_\d]")  # a name such as MyLayer, no word of English
# A value that the program gave: behind =, or in quotes without being a name.
VALUE = re.compile(r"(?<==)[^\s=]+|\"[^\"\s]*[^\w.\"\s][^\"\s]*\"")
# What an English sentence is held together with, and what Python calls what has no name.
NO_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the, this that these those, it its you your, he they we i, of to in on at by for from with without as into than,"
        " and or but nor, if when while because so, is are was were be been being am, do does did, has have had, can could will"
        " would shall should may might must, not no only also, there here, which who whose what where how, all any each both"
        " more most some such, __init__ lambda locals self",
    )
)
SHARE_SAID_TOO = 0.1  # by what the sentences say, statements are told apart that have seen the same
SHARE_OF_PART = SHARE_OF_PAIR = SHARE_IN_SENTENCE = SHARE_OF_OTHER_TYPE = 0.5
# In weights of the heaviest word: what is common must outweigh it, so that one frequent word tells nothing.
DOUBT = 0.35


class Weighted(NamedTuple):
    """The share of its weight that a word counts, and the program's name that it belongs to, empty if none."""

    share: float
    name: str


class Message(NamedTuple):
    """What is compared of a text: the type of its error, its form if it is Python's, its words, and those of a refused keyword."""

    type: str
    form: str
    of_anything: bool
    keyword: Collection[str]
    words: Mapping[str, Weighted]


class Likeness:
    """Compares messages by the words of those that each statement has seen or says."""

    def __init__(self, messages_by_statement: Collection[Iterable[Message]]) -> None:
        uses = Counter(chain.from_iterable(map(_used, messages_by_statement)))
        self._heaviest = _weight(len(messages_by_statement))
        self._weights = {word: _weight(len(messages_by_statement) / count) for word, count in uses.items()}

    def of(self, asked: Message, seen: Message, said: Message) -> float:
        """From 0 to 1: what a message shares with an error, whose words may be none, and with a sentence."""
        if asked.form != seen.form:
            if asked.of_anything:
                return 0.0
            seen = message_of(PastedError("", ""))
        common, in_sentence = _shared(asked, seen), _shared(asked, said)
        if asked.keyword and not any(word in common for word in asked.keyword):
            common = {}
        told = {word: share for word, share in in_sentence.items() if word not in common}
        form = self._weights[asked.form] if asked.form and common else 0.0
        of_both = self._sum(common) + form + SHARE_IN_SENTENCE * self._sum(told)
        of_asked = self._sum(self._known(asked, {*common, *told})) + form
        of_seen = self._sum({word: each.share for word, each in seen.words.items()}) + form + self._sum(told)
        doubt = DOUBT * self._heaviest
        said_too = SHARE_SAID_TOO * self._sum(in_sentence)
        likeness = (of_both + said_too) / (math.sqrt(of_asked * of_seen) + doubt + said_too)
        return likeness * (SHARE_OF_OTHER_TYPE if len({asked.type, seen.type} - {""}) > 1 else 1)

    def _known(self, asked: Message, shared: Collection[str]) -> dict[str, float]:
        """The words of a message, but for those of the program's own names, which tell nothing unless they are shared."""
        return {
            word: share
            for word, (share, name) in asked.words.items()
            if word in shared or not name or name in self._weights
        }

    def _sum(self, shares: Mapping[str, float]) -> float:
        return math.fsum(self._weights.get(word, self._heaviest) * share for word, share in shares.items())


@lru_cache(maxsize=None)
def message_of(error: PastedError) -> Message:
    """What is compared of an error, or of a sentence, as an error without type."""
    text = alike(error.message)[:LONGEST]
    form, own, keyword, of_anything = python_message(text) or ("", text, "", False)
    return Message(error.type, form, of_anything, dict(_words(keyword)), dict(_words(VALUE.sub("", own))))


def _words(text: str) -> Iterable[tuple[str, Weighted]]:
    """The parts of names, the pairs of parts in a row, and, since what comes last counts, whole names."""
    names = NAME.findall(text)
    parts = [(part.lower(), _own(name)) for name in names for part in PART.findall(name) or [name]]
    yield from ((part, Weighted(SHARE_OF_PART, name)) for part, name in parts if part not in NO_WORDS)
    for (first, name), (second, other) in zip(parts, parts[1:]):
        if not {first, second} <= NO_WORDS:
            yield f"{first} {second}", Weighted(SHARE_OF_PAIR, name or other)
    yield from ((name.lower(), Weighted(1, _own(name))) for name in names if name.lower() not in NO_WORDS)


def _own(name: str) -> str:
    return name.lower() if OF_A_PROGRAM.match(name) else ""


def _used(messages: Iterable[Message]) -> set[str]:
    return {word for message in messages for word in (*message.words, message.form)}


def _weight(rarity: float) -> float:
    return math.log(1 + rarity) ** 2


def _shared(one: Message, other: Message) -> dict[str, float]:
    return {word: min(each.share, other.words[word].share) for word, each in one.words.items() if word in other.words}
