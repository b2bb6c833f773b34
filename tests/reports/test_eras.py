"""Eras in words."""

from __future__ import annotations

import re

import pytest

from reports.eras import era_in_words
from tests import CATALOGUE
from tf_conformance.statements.era import Era


@pytest.mark.parametrize(
    ("era", "words"),
    [
        ("", "Every version"),
        ("tensorflow>=2.0", "Every version"),
        ("tensorflow<2.1", "TensorFlow 2.0"),
        ("tensorflow<2.2", "TensorFlow 2.0 and 2.1"),
        ("tensorflow<2.13", "TensorFlow 2.0 to 2.12"),
        ("tensorflow>=2.2,<2.3", "TensorFlow 2.2"),
        ("tensorflow>=2.12 and tensorflow<2.14", "TensorFlow 2.12 and 2.13"),
        ("tensorflow==2.21.0", "TensorFlow 2.21.0"),
        ("tensorflow!=2.21.0", "Every TensorFlow but 2.21.0"),
        ("keras>=3", "TensorFlow 2.16 and later with Keras 3"),
        ("keras<3", "Every TensorFlow with Keras 2"),
        ("keras<2.11", "TensorFlow 2.0 to 2.10"),
        ("keras>=2.11", "TensorFlow 2.11 and later"),
        ("keras>=2.11 and keras<3", "TensorFlow 2.11 and later with Keras 2"),
        ("keras<2.18", "TensorFlow 2.0 to 2.17 with Keras 2"),
        ("keras>=2.18", "Keras 2.18 and later"),
        ("keras<2.4", "TensorFlow 2.0 to 2.3"),
        ("keras>=2.11 and keras<3.3", "TensorFlow 2.11 and later with Keras before 3.3"),
        ("keras>=3 and keras<3.2", "Keras 3.0 and 3.1"),
        ("keras>=3,<3.0.3", "Keras 3 before 3.0.3"),
        ("keras>=3.0.2 and keras<3.16", "Keras 3.0.2 to 3.15"),
        ("keras!=3.3.0", "Every Keras but 3.3.0"),
        ("tensorflow>=2.7 and keras<3", "TensorFlow 2.7 and later with Keras 2"),
        ("tensorflow<2.13 or keras>=3.3,!=3.3.2", "TensorFlow 2.0 to 2.12; Keras 3.3 and later, but not 3.3.2"),
        ("keras>=2.16 and python>=3.12", "TensorFlow 2.16 and later with Python 3.12 and later"),
        ("python<3.12", "Python before 3.12"),
        ("tensorflow~=2.2", "`tensorflow~=2.2`"),
        ("tensorflow==2.2.*", "`tensorflow==2.2.*`"),
    ],
)
def test_words(era, words):
    """An era in words has no operators, and names a TensorFlow where one comes with the Keras that it asks for."""
    assert era_in_words(Era(era)) == words


def test_specification():
    """Every era of the specification has words."""
    eras = {form.era for statement in CATALOGUE for form in statement.forms}
    assert [era.text for era in eras if re.search(r"[<>=!~`]", era_in_words(era))] == []
