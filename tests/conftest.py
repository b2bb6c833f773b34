"""What the kit's own tests share."""

from __future__ import annotations

import pytest

import tests
from tf_conformance.statements.catalogue import CatalogueError

pytest_plugins = ["pytester"]

# The files that take longest, a minute or more each. One process works alone at the end for as long as the last file takes.
LONGEST = ("faults/test_damaged_keras.py", "gallery/test_gallery.py", "test_documentation.py")


def pytest_addoption(parser):
    """An option for the gallery of damaged installs."""
    parser.addoption(
        "--environment",
        action="append",
        default=[],
        metavar="PREFIX",
        help="break copies of this virtual environment instead of the one that runs the tests; runs only the core of the gallery",
    )


def pytest_configure(config):
    """The mark of tests that fetch packages; ``-m 'not network'`` leaves them out."""
    config.addinivalue_line("markers", "network: the test fetches packages from the index")


def pytest_collection_modifyitems(items):
    """The files that take longest come first."""
    longest = [tests.ROOT / "tests" / path for path in LONGEST]
    items.sort(key=lambda item: item.path not in longest)


@pytest.fixture(scope="session")
def catalogue():
    """The catalogue of the specification; a spec file that cannot be read fails only the tests that ask for it."""
    try:
        return tests.catalogue()
    except CatalogueError as error:
        refusal = str(error)
    pytest.fail(refusal, pytrace=False)
