"""The machinery of tf-conformance, an executable specification of TensorFlow 2."""

from __future__ import annotations

from tf_conformance.statements.form import changed, defect, holds, misstated
from tf_conformance.statements.near import near
from tf_conformance.statements.refused import Mismatch, refused
from tf_conformance.statements.unchecked import unchecked

__version__ = "0.1.0"

__all__ = ["Mismatch", "changed", "defect", "holds", "misstated", "near", "refused", "unchecked"]
