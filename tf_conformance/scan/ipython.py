"""What IPython understands and Python does not: magics, shell lines, help."""

from __future__ import annotations

import re
import textwrap
from typing import Iterable, Iterator

# A cell magic after which the rest of the cell is in another language, and one that writes it to a file that is not Python.
FOREIGN_MAGIC = re.compile(
    r"\s*%%(?:!|(?:R|bash|bigquery|cmd|cython|html|HTML|javascript|js|latex|markdown|perl|powershell|ruby|script|sh|sql|svg|SVG|"
    r"system|sx)\b|(?:write)?file\b(?!.*\.py\s*$))"
)
LINE = re.compile(
    r"(?P<indent>\s*)(?:%(?:time|timeit|prun)\s+(?:-\w\s*\d*\s+)*(?P<code>\w.*)|[%!?]|[\w.]+\?{1,2}\s*$"
    r"|(?P<target>[\w.,\s]+=)\s*[!%]|(?:pip3?|conda)\s+install\s)"
)
# A cell magic after which the rest of the cell surely is Python.
PYTHON_MAGIC = re.compile(r"%%(?:capture|prun|time|timeit|tensorflow_version|(?:write)?file)\b")


def is_python(lines: list[str]) -> bool:
    """Whether a cell is sure to be Python: a magic that is not known may be of any language."""
    first = _first(lines).lstrip()
    return not first.startswith("%%") or bool(PYTHON_MAGIC.match(first))


def python_of(lines: list[str]) -> list[str]:
    """The lines of a cell, with ``pass`` for what is not Python; none of a cell in another language."""
    if FOREIGN_MAGIC.match(_first(lines)):
        return [""] * len(lines)
    return list(_without_ipython(textwrap.dedent("\n".join(lines)).split("\n")))


def _first(lines: list[str]) -> str:
    return next((line for line in lines if line.strip()), "")


def _without_ipython(lines: Iterable[str]) -> Iterator[str]:
    """The lines, with ``pass`` or an unknown value for a magic or a shell line, and nothing for those that continue it."""
    open_brackets = 0
    continued = quoted = False
    for line in lines:
        found = None if quoted or continued else LINE.match(line)
        if found or continued:
            yield _instead_of(found) if found else ""
            if found and found["code"]:
                continue
            open_brackets += sum(line.count(sign) for sign in "([{") - sum(line.count(sign) for sign in ")]}")
            continued = line.rstrip().endswith("\\") or open_brackets > 0
            open_brackets = max(open_brackets, 0) if continued else 0
        else:
            yield line
            quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1


def _instead_of(found: re.Match[str]) -> str:
    """Python in place of a line: ``%time f()`` runs code, ``files = !ls`` binds a name to what is not known."""
    return found["indent"] + (found["code"] or (f"{found['target'].strip()} ..." if found["target"] else "pass"))
