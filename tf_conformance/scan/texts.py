"""The texts that expressions of a file give."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase

from tf_conformance.scan.certainty import NO, POSSIBLE, YES, Certainty
from tf_conformance.scan.names import Names
from tf_conformance.scan.once import once
from tf_conformance.scan.origins import Origins

UNKNOWN = "\0"  # a part of a text that cannot be told
PLACEHOLDER = re.compile(r"%[-+ #0-9.]*[a-zA-Z]|\{[^{}]*\}")
# Functions that give a path that ends as the given one does, and those that give a name without an ending.
SAME_ENDING = ("str", "os.fspath", "os.path.abspath", "os.path.expanduser", "os.path.realpath")
NEW_FOLDERS = ("tempfile.TemporaryDirectory", "tempfile.mkdtemp")


class Texts:
    """The texts of one module."""

    def __init__(self, origins: Origins, names: Names) -> None:
        self._origins = origins
        self._names = names

    @once(unknown=lambda _: None)
    def text_of(self, node: ast.AST) -> str | None:
        """The text that an expression gives, with UNKNOWN in place of each part that cannot be told; None if it may be no text."""
        origin = self._origins.of(node)
        if isinstance(origin, ast.Constant):
            return origin.value if isinstance(origin.value, str) else None
        if isinstance(origin, ast.JoinedStr):
            return "".join(self._text_or_unknown(value) for value in origin.values)
        if isinstance(origin, ast.BinOp):
            return self._text_of_operation(origin)
        if isinstance(origin, ast.FormattedValue):
            return UNKNOWN if origin.format_spec or origin.conversion > 0 else self.text_of(origin.value)
        if isinstance(origin, ast.Call):
            return self._text_of_call(origin)
        texts = set(map(self.text_of, self._origins.choices(origin)))
        return texts.pop() if len(texts) == 1 else UNKNOWN if texts and None not in texts else None

    def _text_or_unknown(self, node: ast.AST) -> str:
        text = self.text_of(node)
        return UNKNOWN if text is None else text

    def _text_of_operation(self, node: ast.BinOp) -> str | None:
        left, right = self.text_of(node.left), self.text_of(node.right)
        if isinstance(node.op, ast.Mod) and left is not None:
            return PLACEHOLDER.sub(UNKNOWN, left)
        if isinstance(node.op, ast.Add) and (left is not None or right is not None):
            return self._text_or_unknown(node.left) + self._text_or_unknown(node.right)
        if isinstance(node.op, ast.Div) and right is not None:  # of paths
            return f"{self._text_or_unknown(node.left)}/{right}"
        return None

    def _text_of_call(self, call: ast.Call) -> str | None:
        api = self._names.api_of(call.func)
        if api == "os.path.join" or api.startswith("pathlib.") and call.args:
            return "/".join(map(self._text_or_unknown, call.args))
        if api in SAME_ENDING and len(call.args) == 1:
            return self._text_or_unknown(call.args[0])
        if api == "tf.keras.utils.get_file" and call.args:
            return f"{UNKNOWN}/{self._text_or_unknown(call.args[0])}"
        if api in NEW_FOLDERS and not call.args and not call.keywords:
            return f"{UNKNOWN}/tmp"
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format":
            text = self.text_of(call.func.value)
            return None if text is None else PLACEHOLDER.sub(UNKNOWN, text)
        return None


def match_text(glob: str, text: str) -> Certainty:
    """Compares a text, parts of which may be unknown, with a glob. An empty one is a blank to be filled in."""
    if not text:
        return YES if not glob else POSSIBLE
    if UNKNOWN not in text:
        return YES if fnmatchcase(text, glob) else NO
    if not any(sign in glob for sign in "?[") and fnmatchcase(text, glob):
        return YES  # only * can have matched what is unknown
    suffix, known = glob[1:], text.rpartition(UNKNOWN)[2]
    if not glob.startswith("*") or any(sign in suffix for sign in "*?["):
        return POSSIBLE
    return POSSIBLE if suffix.endswith(known) else NO
