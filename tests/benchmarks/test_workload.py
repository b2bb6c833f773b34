"""What can be trained: the names are those of the networks and modes that exist, and are known without TensorFlow."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.networks import MODELS
from benchmarks.training import TRAININGS
from benchmarks.workload import MODES, NETWORKS, Workload
from tests import ROOT


def test_names():
    """Each network has a model, each mode a training, and there are no others."""
    assert sorted(MODELS) == sorted(NETWORKS)
    assert sorted(TRAININGS) == sorted(MODES)


def test_names_need_no_tensorflow():
    """The names can be imported without TensorFlow and NumPy."""
    code = "import sys, benchmarks.workload; sys.exit(bool({'tensorflow', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=str(ROOT)).returncode == 0


@pytest.mark.parametrize(
    ("network", "precision", "tolerance"),
    [
        ("cnn", "float32", 2**-11),
        ("cnn", "float32 (TF32)", 2**-7),
        ("cnn", "mixed_float16", 2**-7),
        ("dense", "mixed_bfloat16", 2**-4),
        ("resnet50", "float32", 5e-2),
        ("resnet50", "mixed_bfloat16", 2**-4),
        ("/home/me/model.py:build", "float32", 5e-2),
    ],
)
def test_loss_tolerance(network, precision, tolerance):
    """The tolerance of losses is that of the precision, or of gradients that are not as exact if that is larger."""
    assert Workload(network, precision=precision).loss_tolerance == tolerance


def test_same_losses():
    """Losses may differ by the tolerance, relative to the loss before the first step."""
    workload = Workload("cnn")
    assert workload.same_losses([2.0, 0.1], [2.0, 0.1 + 2.0 * 2**-12])
    assert not workload.same_losses([2.0, 0.1], [2.0, 0.1 + 2.0 * 2**-10])


def test_title():
    """A workload is named by its parts, except for the usual precision."""
    assert str(Workload("cnn", 64)) == "cnn · SGD · batch 64"
    assert str(Workload("dense", 16, "Adam", "mixed_float16")) == "dense · Adam · batch 16 · mixed_float16"


def test_own_network():
    """A network of one's own goes by the name of its file, without the folder."""
    workload = Workload("/home/me/model.py:build", 16, inputs=("128:int32",))
    assert str(workload) == "model.py:build · SGD · batch 16"
    assert workload.as_json() == {
        "network": "model.py:build",
        "batch": 16,
        "optimizer": "SGD",
        "precision": "float32",
        "inputs": ["128:int32"],
    }
