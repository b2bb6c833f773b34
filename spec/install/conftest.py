"""The cases of this folder do not need TensorFlow: they are also checked if it cannot be imported."""

import pytest

from tf_conformance import unchecked
from tf_conformance.install.checks import check_of
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import Limits


@pytest.fixture(autouse=True)
def seeded():
    """Nothing here is random."""


@pytest.fixture(autouse=True, scope="session")
def tf32_by_default():
    """Nothing here is computed."""


@pytest.fixture(scope="session")
def environment(pytestconfig):
    """The environment as it is now: imports may have changed the path since the run began."""
    return Environment.gather(Limits(), verify_files=pytestconfig.option.verify_files)


@pytest.fixture
def problems(environment):
    """Finds what is wrong according to the check of a statement; ends the case as unchecked if that cannot be known."""

    def of(statement):
        check = check_of(statement)
        found = [problem.says for problem in check.problems(environment)]
        reason = "" if found else check.why_unchecked(environment)
        if reason:
            unchecked(reason)
        return found

    return of
