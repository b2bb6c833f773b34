"""The device that trains, and what it can do at best."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Callable, Collection

import tensorflow as tf

from benchmarks.precision import compute_dtype
from benchmarks.workload import UnavailableError

MEASURED_SECONDS = 0.1
CALLS = 20
CPU_FEATURES = {"mixed_float16": {"avx512_fp16", "amx_fp16"}, "mixed_bfloat16": {"avx512_bf16", "amx_bf16"}}
# Matrix units for float16 came with Volta, those for bfloat16 with Ampere.
COMPUTE_CAPABILITIES = {"mixed_float16": (7, 0), "mixed_bfloat16": (8, 0)}
SIDE_ON_CPU, SIDE_ON_GPU = 2048, 8192  # of the matrices whose product shows the peak


class TrainingDevice:
    """A device by TensorFlow's name, such as ``CPU:0``; what is measured of it is kept."""

    def __init__(self, name: str, cpu_features: Collection[str]) -> None:
        self.name = name
        self.is_gpu = name.startswith("GPU")
        self._cpu_features = cpu_features
        self._peaks: dict[str, float] = {}
        self._products: dict[str, Callable[[], Any]] = {}
        self._dispatch_floor: float | None = None

    def require_instructions(self, precision: str) -> None:
        """Raises UnavailableError if the device has no instructions for the precision and would have to emulate it."""
        if precision == "float32":
            return
        if self.is_gpu:
            seen, needed = self._compute_capability(), COMPUTE_CAPABILITIES[precision]
            if seen < needed:
                versions = "{}.{}; the GPU has {}.{}".format(*needed, *seen)
                raise UnavailableError(f"{precision} needs compute capability {versions}")
        elif not CPU_FEATURES[precision].intersection(self._cpu_features):
            wanted = " nor ".join(sorted(CPU_FEATURES[precision]))
            raise UnavailableError(f"{precision} would be emulated: the processor has neither {wanted}")

    def _compute_capability(self) -> tuple[int, int]:
        """The GPU's compute capability; (0, 0) if this TensorFlow does not tell."""
        config = tf.config.experimental
        if not hasattr(config, "get_device_details"):
            return 0, 0
        gpu = config.list_physical_devices("GPU")[int(self.name.rpartition(":")[2])]
        major, minor = config.get_device_details(gpu).get("compute_capability", (0, 0))
        return int(major), int(minor)

    def peak(self, precision: str) -> float:
        """The best rate of a large matrix product so far, in floating-point operations per second; 0 before the first."""
        return self._peaks.get(precision, 0.0)

    def measure_peak(self, precision: str) -> float:
        """Measures the peak again, for other programs may slow the machine down for a while; returns the best so far."""
        if precision not in self._products:
            self._products[precision] = self._matrix_product(precision)
        rate = 2 * self._side**3 / best_seconds(self._products[precision])
        self._peaks[precision] = max(rate, self.peak(precision))
        return self._peaks[precision]

    @property
    def _side(self) -> int:
        return SIDE_ON_GPU if self.is_gpu else SIDE_ON_CPU

    def _matrix_product(self, precision: str) -> Callable[[], Any]:
        with tf.device(self.name):
            matrix = tf.random.stateless_uniform((self._side, self._side), seed=(1, 2))
            matrix = tf.cast(matrix, compute_dtype(precision))
            product = tf.function(lambda: tf.matmul(matrix, matrix)[0, 0])
            product()
        # Fetching one number is enough to know that the product is complete.
        return lambda: product().numpy()

    def dispatch_floor(self) -> float:
        """The seconds of a call of a tf.function that does nothing: no call of a compiled step can be faster."""
        if self._dispatch_floor is None:
            with tf.device(self.name):
                identity, scalar = tf.function(lambda x: x), tf.constant(0.0)
                self._dispatch_floor = best_seconds(lambda: [identity(scalar) for _ in range(CALLS)]) / CALLS
        return self._dispatch_floor

    def reset_peak_memory(self) -> None:
        """Starts to observe the GPU's peak memory, if this TensorFlow can."""
        config = tf.config.experimental
        if self.is_gpu and hasattr(config, "reset_memory_stats"):
            config.reset_memory_stats(self.name)

    def peak_memory(self) -> int | None:
        """The most bytes of the GPU's memory in use since the reset; None on a CPU or if TensorFlow does not tell."""
        config = tf.config.experimental
        if not self.is_gpu or not hasattr(config, "get_memory_info"):
            return None
        return int(config.get_memory_info(self.name)["peak"])


def best_seconds(work: Callable[[], Any], clock: Callable[[], float] = perf_counter) -> float:
    """The shortest time that the work takes when it is repeated for a moment, after one repetition to warm up."""
    work()
    best, begin = float("inf"), clock()
    while clock() - begin < MEASURED_SECONDS:
        start = clock()
        work()
        best = min(best, clock() - start)
    return best
