"""The machinery of tf-conformance, an executable specification of TensorFlow 2."""

from tf_conformance.closeness import near
from tf_conformance.form import changed, defect, holds, misstated
from tf_conformance.mismatch import Mismatch, refused
from tf_conformance.unchecked import unchecked

__version__ = "0.1.0"

__all__ = ["Mismatch", "changed", "defect", "holds", "misstated", "near", "refused", "unchecked"]
