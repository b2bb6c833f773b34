"""The device that trains, and the best rates that it reaches."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Any, Callable, Collection

import tensorflow as tf

from benchmarks.precision import arithmetic_of, compute_dtype, default_float32
from benchmarks.workload import UnavailableError

MEASURED_SECONDS = 0.1
CALLS = 20
CPU_FEATURES = {"mixed_float16": {"avx512_fp16", "amx_fp16"}, "mixed_bfloat16": {"avx512_bf16", "amx_bf16"}}
# Matrix units for float16 came with Volta, those for bfloat16 with Ampere.
COMPUTE_CAPABILITIES = {"mixed_float16": (7, 0), "mixed_bfloat16": (8, 0)}
SIDE_ON_CPU, SIDE_ELSEWHERE = 2048, 8192  # of the matrices whose product shows the peak


def first_accelerator() -> str | None:
    """The first device that is not a CPU, such as ``GPU:0``; None if there is none. Does not start TensorFlow's devices."""
    kinds = (device.device_type for device in tf.config.experimental.list_physical_devices())
    others = (kind for kind in kinds if kind not in ("CPU", "TPU_SYSTEM") and not kind.startswith("XLA_"))
    return next((f"{kind}:0" for kind in others), None)


class TrainingDevice:
    """A device by TensorFlow's name, such as ``CPU:0``; measurements of it are kept."""

    def __init__(self, name: str, cpu_features: Collection[str]) -> None:
        self.name = name
        self.is_cpu = name.startswith("CPU")
        self._cpu_features = cpu_features
        self._float32: str | None = None
        self._peaks: dict[str, float] = {}
        self._products: dict[str, Callable[[], Any]] = {}
        self._dispatch_floor: float | None = None
        self._convolves: dict[str, str] = {}

    @property
    def float32(self) -> str:
        """The precision in which it computes float32 by default; measured once."""
        self._float32 = self._float32 or default_float32(self.name)
        return self._float32

    def require_instructions(self, precision: str) -> None:
        """Raises UnavailableError if the precision would have to be emulated, or if TensorFlow cannot train in it."""
        if compute_dtype(precision) == "float32":
            return
        if self.is_cpu and not CPU_FEATURES[precision].intersection(self._cpu_features):
            wanted = " nor ".join(sorted(CPU_FEATURES[precision]))
            raise UnavailableError(f"{precision} would be emulated: the processor has neither {wanted}")
        seen, needed = self._compute_capability(), COMPUTE_CAPABILITIES[precision]
        if seen and seen < needed:
            versions = "{}.{}; the GPU has {}.{}".format(*needed, *seen)
            raise UnavailableError(f"{precision} needs compute capability {versions}")
        self._require_convolution(compute_dtype(precision))

    def _compute_capability(self) -> tuple[int, ...]:
        """An NVIDIA GPU's compute capability; empty for any other device, or if this TensorFlow does not tell."""
        config = tf.config.experimental
        kind, _, number = self.name.partition(":")
        physical = config.list_physical_devices(kind)
        if self.is_cpu or not hasattr(config, "get_device_details") or int(number) >= len(physical):
            return ()
        return tuple(config.get_device_details(physical[int(number)]).get("compute_capability", ()))

    def _require_convolution(self, dtype: str) -> None:
        """Raises UnavailableError unless TensorFlow has kernels; from 2.5 to 2.8, the one for bfloat16 on a CPU does nothing."""
        if dtype not in self._convolves:
            self._convolves[dtype] = self._error_of_convolution(dtype)
        if self._convolves[dtype]:
            raise UnavailableError(f"TensorFlow {tf.__version__} cannot convolve in {dtype}: {self._convolves[dtype]}")

    def _error_of_convolution(self, dtype: str) -> str:
        """The error that a convolution in this dtype raises; empty if it works."""
        with tf.device(self.name):
            images, kernel = tf.ones([1, 8, 8, 4], dtype), tf.ones([3, 3, 4, 4], dtype)
            try:
                tf.function(tf.nn.conv2d)(images, kernel, 1, "VALID").numpy()
            except tf.errors.OpError as error:
                return _reason(error.message)
        return ""

    def peak(self, precision: str) -> float:
        """The best rate of a large matrix product so far, in floating-point operations per second; 0 before the first."""
        return self._peaks.get(precision, 0.0)

    def measure_peak(self, precision: str) -> float:
        """Measures the peak again, because other programs may slow the machine down for a while; returns the best so far."""
        if precision not in self._products:
            self._products[precision] = self._matrix_product(precision)
        with arithmetic_of(precision):
            rate = 2 * self._side**3 / best_seconds(self._products[precision])
        self._peaks[precision] = max(rate, self.peak(precision))
        return self._peaks[precision]

    @property
    def _side(self) -> int:
        return SIDE_ON_CPU if self.is_cpu else SIDE_ELSEWHERE

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
        """Starts measuring the device's peak memory, if this TensorFlow can."""
        config = tf.config.experimental
        if not self.is_cpu and hasattr(config, "reset_memory_stats"):
            config.reset_memory_stats(self.name)

    def peak_memory(self) -> int | None:
        """The most bytes of the device's memory in use since the reset; None on a CPU or if TensorFlow does not tell."""
        config = tf.config.experimental
        if self.is_cpu or not hasattr(config, "get_memory_info"):
            return None
        return int(config.get_memory_info(self.name)["peak"])


def _reason(message: str) -> str:
    """The line of an error's message that says what is wrong; some TensorFlows say where in a line above it."""
    return re.sub(r"^Graph execution error:.*\nNode: [^\n]*\n", "", message, flags=re.DOTALL).splitlines()[0]


def best_seconds(work: Callable[[], Any], clock: Callable[[], float] = perf_counter) -> float:
    """The shortest time that the work takes when it is repeated for a moment, after one repetition to warm up."""
    work()
    best, begin = float("inf"), clock()
    while clock() - begin < MEASURED_SECONDS:
        start = clock()
        work()
        best = min(best, clock() - start)
    return best
