"""Sentences with their code in backticks, as Markdown has it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# What joins code and words, where it stands outside of brackets and quotes.
JOINTS = re.compile(r"(, |; |: | (?:after|and|as|before|for|from|if|in|of|on|or|rather than|to|when|with|without) )")
CODE = re.compile(
    r"[A-Za-z_]\w*\.[A-Za-z_]"  # a dotted name
    r"|^\.[a-z]"  # a file's ending
    r"|\w_|_\w"
    r"|\w[\[({=]"  # a call, an index, a keyword argument
    r"|^['\"{\[]"
    r"|\*\*"
    r"|^lambda "
)
SPACE = re.compile(r"((?<! =)\s+(?!= ))")  # but for that of an assignment
ENDS = ".,;:!?"
PAIRS = {"(": ")", "[": "]", "{": "}"}


def with_code_spans(text: str) -> str:
    """The text with code (names, calls, values) in backticks. Ordinary words stay as they are."""
    if _is_code(text):
        return _span(text)
    return "".join(_span(part) if _is_code(part) else _in_words(part) for part in _split(text))


def _is_code(text: str) -> bool:
    """Whether a text is nothing but code: Python with something in it that no sentence has, or a command of the shell."""
    return text.startswith("export ") or (bool(CODE.search(text)) and _is_python(text))


def _is_python(text: str) -> bool:
    """Whether a text is one or more statements such as users write; alternatives, "this or that", are none."""
    try:
        statements = ast.parse(f"{text} pass" if text.startswith("with ") else text).body
    except SyntaxError:
        return False
    if not all(isinstance(each, (ast.Expr, ast.Assign, ast.Return, ast.With)) for each in statements):
        return False
    values = [each.value for each in statements if isinstance(each, ast.Expr)]
    return not any(isinstance(value, (ast.BoolOp, ast.Compare, ast.Tuple)) for value in values)


def _split(text: str) -> Iterator[str]:
    """The text cut at its joints, which are parts themselves."""
    begin = 0
    for joint in JOINTS.finditer(text):
        if joint.start() >= begin and not _is_open(text[: joint.start()]):
            yield text[begin : joint.start()]
            yield joint.group()
            begin = joint.end()
    yield text[begin:]


def _in_words(text: str) -> str:
    return "".join(map(_marked, _words(text)))


def _words(text: str) -> Iterator[str]:
    """Words and the spaces between them; a word goes on until its brackets and quotes are closed."""
    word = ""
    for piece in SPACE.split(text):
        word += piece
        if not _is_open(word):
            yield word
            word = ""
    yield word


def _is_open(text: str) -> bool:
    """Whether a bracket or a quote of the text is not closed; an apostrophe within or after a word is none."""
    expected: list[str] = []
    for before, sign in zip(" " + text, text):
        if expected and expected[-1] == sign:
            expected.pop()
        elif expected and expected[-1] in "'\"":
            continue
        elif sign in PAIRS and (expected or sign != "(" or not before.isspace()):
            expected.append(PAIRS[sign])
        elif sign in "'\"" and not before.isalnum() and before not in ")]}":
            expected.append(sign)
    return bool(expected)


def _marked(word: str) -> str:
    """A word in backticks if it is code, but for the punctuation around it."""
    found = re.fullmatch(rf"(\(?)(.*?)([{ENDS}]*\)?[{ENDS}]*)", word, re.DOTALL)
    assert found
    before, inner, after = found.groups()
    if inner.count("(") > inner.count(")") and after.startswith(")"):
        inner, after = inner + ")", after[1:]
    return f"{before}{_span(inner)}{after}" if CODE.search(inner) else word


def _span(code: str) -> str:
    return f"`{code}`"
