"""What Python itself says in an error, whatever the program is about, told apart from what the program gives to it."""

from __future__ import annotations

import re
from typing import NamedTuple

CALL = r"(?:[\w<>]+\.)*?([\w<>]+?)(?:\.__init__)?\(\) "
# Each form of a message; its groups are what is the program's own.
FORMS = tuple(
    map(
        re.compile,
        (
            r"(?:^|'(?P<owner>[\w.]+)' object )(?:has )?no attribute '(\w+)'",
            r"^(?:partially initialized )?module '([\w.]+)' has no attribute '(?P<keyword>\w+)'",
            r"^type object '\w+' has no attribute '(\w+)'",
            r"^property '(\w+)' of '\w+' object has no setter",
            rf"{CALL}got an unexpected keyword argument '(?P<keyword>\w+)'",
            rf"{CALL}got multiple values for (?:keyword )?argument '(\w+)'",
            rf"{CALL}missing \d+ required [\w-]+ arguments?: (.*)",
            rf"{CALL}takes (?:from )?(?:no|\d+) (?:to \d+ )?[\w-]+ arguments?",
            r"^cannot import name '(\w+)' from '([\w.]+)'",
            r"^No module named '([\w.]+)'",
            r"^name '(\w+)' is not defined",
            r"^(?:local|cannot access local) variable '(\w+)'",
            r"^'(\w+)' object (?P<refusal>(?:is not|cannot be|does not support) .*)",
            r"^object of type '(\w+)' has no len",
            r"^Object of type (\w+) is not JSON serializable",
            r"^\w+\(\) argument must be .*? not '?(\w+)",
            r"^'\W+' not supported between instances of '(\w+)' and '(\w+)'",
            r"^unsupported operand type\(s\) for \S+ '(\w+)' and '(\w+)'",
            r"^(?:invalid syntax|closing parenthesis|expected an indented block|unindent)",
            r"^(?:list|tuple|string) index out of range",
            r"^'(?P<key>[\w ]+)'$",
            r"^\[Errno \d+\] No such file or directory:?(?:.*\.(\w+))?",
        ),
    )
)
# An object of Python, rather than one of a class of the program or of a library, which may be called anything.
OF_PYTHON = re.compile(r"[a-z]|NoneType$")


class PythonMessage(NamedTuple):
    """The form, what the program gives to it, and of that the keyword that is refused.

    ``of_anything`` is whether any program may say so: of a key, or of an object of Python's own.
    """

    form: str
    own: str
    keyword: str
    of_anything: bool


def python_message(message: str) -> PythonMessage | None:
    """The message taken apart; None if it is not one of Python's own.

    The key, Python's object, and what an object refuses belong to the form.
    """
    for form in FORMS:
        match = form.search(message)
        if match:
            named = match.groupdict()
            owner, refusal = named.get("owner") or "", named.get("refusal") or ""
            subject = named.get("key") or refusal or (owner if OF_PYTHON.match(owner) else "")
            own = " ".join(group for group in match.groups() if group and group not in (owner, refusal))
            return PythonMessage(f"{form.pattern} {subject}", own, named.get("keyword") or "", bool(subject))
    return None
