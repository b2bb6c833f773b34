"""The hooks by which the parts of the plugin speak to one another: one in each direction of time."""

from __future__ import annotations

from tf_conformance.plugin.messages import Observation


def pytest_tf_conformance_imported() -> None:
    """TensorFlow has been imported in this process; what goes wrong from now on is not the import."""


def pytest_tf_conformance_observed(observation: Observation) -> None:
    """What a process that checks cases has observed, in the process that judges.

    In a single process the two are one. In a parallel run xdist carries the observation from a worker to the controller.
    """
