"""Blocks of Python in Markdown and reStructuredText."""

from __future__ import annotations

import re
from typing import Iterator, List, Tuple

# Lines, the number of the first one, and whether the block is said to be Python.
Lines = Tuple[List[str], int, bool]

# What code that is Python, or may be, says of its language.
LANGUAGES = {"", "python", "py", "python3", "python2", "ipython", "ipython3", "pycon", "code-cell", "code-block"}
FENCE = re.compile(r"(?P<indent>\s*(?:(?:>|[-*+]|\d+[.)])\s+)*)(?P<fence>`{3,}|~{3,})\s*(?P<language>[^\s`]*)")
QUOTED = re.compile(r"\s*> ?")
DIRECTIVE = re.compile(
    r"(?P<indent>\s*)\.\. (?:code-block|code|sourcecode|ipython|testcode|jupyter-execute)::\s*(?P<language>\S*)"
)
LITERAL = re.compile(r"(?P<indent>\s*)(?!\.\. ).*::\s*$")
OPTION = re.compile(r"\s*:[\w-]+:")
PROMPT = re.compile(r">>> ?|\.\.\. ?|In \[\d+\]: ?| +\.\.\.: ?")


def blocks_of_markdown(lines: list[str]) -> Iterator[Lines]:
    """What stands between fences, unless they name another language."""
    begin, fence = 0, None
    for number, line in enumerate(lines):
        found = FENCE.match(line)
        if fence is None:
            begin, fence = number + 1, found
        elif found and found["fence"].startswith(fence["fence"]) and not found["language"]:
            language = fence["language"].lower().split(",")[0].strip("{}.")
            if language in LANGUAGES:
                block = lines[begin:number]
                block = [QUOTED.sub("", line, 1) for line in block] if ">" in fence["indent"] else block
                yield _code(block), begin + 1, bool(language)
            fence = None


def blocks_of_rst(lines: list[str]) -> Iterator[Lines]:
    """The blocks of directives for code, literal blocks, and examples with prompts."""
    number = 0
    while number < len(lines):
        directive = DIRECTIVE.match(lines[number])
        opened = directive or LITERAL.match(lines[number])
        end = _end_of_block(lines, number + 1, len(opened["indent"])) if opened else number + 1
        if opened:
            language = directive["language"].lower() if directive else ""
            if language in LANGUAGES:
                yield _code(lines[number + 1 : end]), number + 2, bool(directive)
        elif lines[number].lstrip().startswith(">>> "):
            while end < len(lines) and lines[end].strip():
                end += 1
            yield _code(lines[number:end]), number + 1, True
        number = end


def _end_of_block(lines: list[str], begin: int, indent: int) -> int:
    end = begin
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > indent):
        end += 1
    return end


def _code(lines: list[str]) -> list[str]:
    """The lines without options and their common indentation; of an interactive session, what was typed."""
    lines = ["" if OPTION.match(line) else line for line in _without_settings(lines)]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    code = [line[indent:] for line in lines]
    if not any(line.startswith((">>>", "In [")) for line in code):
        return code
    found = [PROMPT.match(line) for line in code]
    return [line[prompt.end() :] if prompt else "" for line, prompt in zip(code, found)]


def _without_settings(lines: list[str]) -> list[str]:
    """The lines without settings between --- at the top, as MyST has them."""
    if not lines or lines[0].strip() != "---":
        return lines
    end = next((number for number, line in enumerate(lines) if number and line.strip() == "---"), 0)
    return [*[""] * (end + 1), *lines[end + 1 :]]
