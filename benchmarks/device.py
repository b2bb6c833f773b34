"""How much arithmetic a training step asks for, and how much a device can do."""

from __future__ import annotations

from functools import lru_cache
from time import perf_counter
from typing import Any, Callable

import numpy as np
import tensorflow as tf

from benchmarks.precision import compute_dtype

REPETITIONS = 20
PEAK_SECONDS = 0.1
SIDE = {"CPU": 2048, "GPU": 8192}

_peaks: dict[tuple[str, str], float] = {}


def flops_of_step(model: Any, batch: int) -> int:
    """Floating-point operations of a training step on ``batch`` examples, by its matrix products and convolutions.

    Each costs two operations a weight and place forward, and as many again for each gradient: that of its weights, and
    that of its inputs, which the first layer does not need.
    """
    forward = [_forward_flops(layer) for layer in model.layers]
    products = [flops for flops in forward if flops]
    return batch * (3 * sum(products) - products[0])


def _forward_flops(layer: Any) -> int:
    if not hasattr(layer, "kernel"):
        return 0
    places = [int(size) for size in layer.output.shape[1:-1]]
    return int(2 * np.prod(layer.kernel.shape) * np.prod(places))


def peak_flops(device: str, precision: str) -> float:
    """Floating-point operations a second of a large matrix product on the device: the best that this session has seen.

    It is measured anew each time, for something else may keep the machine busy for a while.
    """
    side, product = _matrix_product(device, compute_dtype(precision))
    seen = 2 * side**3 / _best_seconds(product, PEAK_SECONDS)
    _peaks[device, precision] = max(seen, best_peak(device, precision))
    return best_peak(device, precision)


def best_peak(device: str, precision: str) -> float:
    """The best that has been measured so far; 0 where nothing has."""
    return _peaks.get((device, precision), 0.0)


@lru_cache(maxsize=None)
def _matrix_product(device: str, dtype: str) -> tuple[int, Callable[[], Any]]:
    """The side of the matrices, and a function that multiplies two of them on the device."""
    side = SIDE[device.partition(":")[0]]
    with tf.device(device):
        matrix = tf.cast(tf.random.stateless_uniform((side, side), seed=(1, 2)), dtype)
        product = tf.function(lambda: tf.matmul(matrix, matrix)[0, 0])
        product()
    # Fetching one number is enough to know that the product is there.
    return side, lambda: product().numpy()


@lru_cache(maxsize=None)
def dispatch_floor(device: str) -> float:
    """Seconds that it takes to call a tf.function that does nothing: no step can be faster."""
    with tf.device(device):
        nothing, scalar = tf.function(lambda x: x), tf.constant(0.0)

        def calls() -> None:
            for _ in range(REPETITIONS):
                nothing(scalar)

        return _best_seconds(calls, PEAK_SECONDS) / REPETITIONS


def _best_seconds(work: Callable[[], Any], for_seconds: float) -> float:
    work()
    best, begin = float("inf"), perf_counter()
    while perf_counter() - begin < for_seconds:
        start = perf_counter()
        work()
        best = min(best, perf_counter() - start)
    return best
