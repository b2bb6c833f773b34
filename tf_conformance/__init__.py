"""The machinery of tf-conformance, an executable specification of TensorFlow 2."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tf_conformance.statements.form import changed, defect, holds, misstated
    from tf_conformance.statements.near import near
    from tf_conformance.statements.refused import Mismatch, refused
    from tf_conformance.statements.unchecked import unchecked

__version__ = "1.0.0"

__all__ = ["Mismatch", "changed", "defect", "holds", "misstated", "near", "refused", "unchecked"]

_MODULES = {"near": "near", "Mismatch": "refused", "refused": "refused", "unchecked": "unchecked"}


def __getattr__(name: str) -> Any:
    """Imports what spec files use when it is first asked for: it needs more than the standard library.

    The kit's first steps (tf_conformance.start) must not need more, since they explain why the rest cannot be imported.
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"tf_conformance.statements.{_MODULES.get(name, 'form')}")
    return getattr(module, name)
