"""The environment variables that TensorFlow, Keras and protobuf read, by what they do.

The names come from the sources and the libraries of TensorFlow 2.0 to 2.21 and Keras 2 and 3, and from the images that
NVIDIA and others publish. A variable that is neither in :data:`VARIABLES` nor harmless is unknown: perhaps a typo.
"""

from __future__ import annotations

import datetime
import os
import re
from typing import Callable, Iterator, NamedTuple

from packaging.requirements import Requirement
from packaging.version import Version

from tf_conformance.install.environment import Environment
from tf_conformance.install.nvidia import has_device_files
from tf_conformance.install.problem import IMPORT, USE

READ_BY_TENSORFLOW = ("TF_", "XLA_", "KERAS_")


class Variable(NamedTuple):
    """A variable, and what it does where it has one of these values.

    ``breaks``: what fails of it for certain, as of a :class:`Problem`; nothing where it only changes what TensorFlow does;
    ``when``: whether a value has the effect; ``versions``: of which distribution, such as keras>=3.10, or empty;
    ``unless``: a module that keeps it from having the effect.
    """

    name: str
    breaks: str
    says: str
    when: Callable[[str], bool]
    versions: str = ""
    unless: str = ""

    def acts(self, environment: Environment) -> bool:
        """Whether the variable has this effect in an environment."""
        value = environment.variables.get(self.name)
        if value is None or not self.when(value) or not has(self.versions, environment):
            return False
        return not (self.unless and environment.modules.is_present(self.unless))

    def do(self) -> str:
        """How to get rid of the effect."""
        return f"unset {self.name}"


def _is_true(value: str) -> bool:
    return value.lower() in ("1", "true")


def _is_no_boolean(value: str) -> bool:
    """Whether ReadBoolFromEnvVar refuses a value."""
    return value.lower() not in ("0", "1", "true", "false")


def _integer(value: str) -> int | None:
    try:
        return int(value)
    except ValueError:
        return None


def _limits(value: str) -> bool:
    """Whether Keras takes a value for a limit; 0 is none."""
    return bool(_integer(value))


def _is_no_integer(value: str) -> bool:
    return _integer(value) is None


def _is_no_int64(value: str) -> bool:
    """Whether ReadInt64FromEnvVar refuses a value."""
    number = _integer(value)
    return number is None or not -(2**63) <= number < 2**63


def _is_positive(value: str) -> bool:
    return (_integer(value) or 0) > 0


def _is_over_10_000(value: str) -> bool:
    return (_integer(value) or 0) > 10_000


def _is_negative(value: str) -> bool:
    return (_integer(value) or 0) < 0


def _is_no_day(value: str) -> bool:
    """Whether a value is no number of days that can be added to a date; an empty one is ignored."""
    try:
        return bool(value) and not datetime.date(2026, 1, 1) + datetime.timedelta(days=int(value))
    except (ValueError, OverflowError):
        return True


def _is_absent_file(value: str) -> bool:
    return bool(value) and not os.path.exists(value)


def _names_absent_file(value: str) -> bool:
    """Whether a value is the name of a file of flags, as it begins with no flag, and there is no such file."""
    return _is_absent_file(value.strip()) and not value.lstrip().startswith("--")


def _lacks_cpu(value: str) -> bool:
    return bool(value) and "CPU" not in value.upper().split(",")


def _has_flag(expression: str) -> Callable[[str], bool]:
    return lambda value: re.search(expression, value) is not None


def _is(*values: str) -> Callable[[str], bool]:
    return lambda value: value.lower() in values


def _forces_tf32(value: str) -> bool:
    """Whether NVIDIA's libraries compute in TF32 whatever they are asked for, if there is a GPU."""
    return _is_positive(value) and has_device_files()


def _asks_for_module(value: str) -> bool:
    return value in ("true", "1")


def _is_no_implementation(value: str) -> bool:
    return value not in ("python", "cpp", "upb")


CHANGES = ""  # breaks nothing
KNOWS_NNX = "keras>=3.11"  # also from keras.json
FILESYSTEM = "tensorflow_io_gcs_filesystem"
NO_NUMBER, NO_FILE = "is not a number, and makes {} fail", "names a file that does not exist, and {}"
LESS_PRECISE = "lets oneDNN compute float32 with less precision"
LESS_PRECISE_MODES = _is("bf16", "f16", "any", "tf32")
# What TensorFlow reads with a function that refuses all but four values, and the version since when.
BOOLEANS = {
    "TF_DETERMINISTIC_OPS": "2.7",
    "TF_DETERMINISTIC_ORDER": "2.8",
    "TF_ENABLE_ASYNC_WAIT_FOR_REMOTE_FUNCTION": "2.2",
    "TF_MKL_OPTIMIZE_PRIMITIVE_MEMUSE": "2.5",
    "TF_ONEDNN_ASSUME_FROZEN_WEIGHTS": "2.8",
    "TF_ONEDNN_THREADPOOL_USE_CALLER_THREAD": "2.12",
    "TF_ONEDNN_USE_SYSTEM_ALLOCATOR": "2.9",
}
# Likewise, all but integers of 64 bits.
INTEGERS = {
    "TF_MKL_ALLOC_MAX_BYTES": "2.9",
    "TF_PER_DEVICE_MEMORY_LIMIT_MB": "2.0",  # read by XLA
    "TF_PFLR_PARALLEL_INSTANTIATE_THRESHOLD": "2.17",
}
NO_INTEGER = "is not a number, or too large, and makes TensorFlow abort"
NO_BOOLEAN = "is not 0, 1, true or false, and makes TensorFlow abort"

VARIABLES = (
    *(Variable(name, USE, NO_BOOLEAN, _is_no_boolean, f"tensorflow>={since}") for name, since in BOOLEANS.items()),
    *(Variable(name, USE, NO_INTEGER, _is_no_int64, f"tensorflow>={since}") for name, since in INTEGERS.items()),
    Variable("KERAS_MAX_EPOCHS", CHANGES, "ends every fit after that many epochs", _limits, "keras>=3.10"),
    Variable("KERAS_MAX_EPOCHS", IMPORT, NO_NUMBER.format("Keras"), _is_no_integer, "keras>=3.10"),
    Variable("KERAS_MAX_STEPS_PER_EPOCH", CHANGES, "ends every epoch after that many steps", _limits, "keras>=3.10"),
    Variable("KERAS_MAX_STEPS_PER_EPOCH", IMPORT, NO_NUMBER.format("Keras"), _is_no_integer, "keras>=3.10"),
    Variable("KERAS_NNX_ENABLED", IMPORT, "makes Keras ask for Flax, which works with JAX only", _is_true, KNOWS_NNX, "flax"),
    Variable("TF_FUNCTION_JIT_COMPILE_DEFAULT", CHANGES, "makes tf.function compile everything with XLA", _is_true, "tensorflow>=2.8"),
    Variable("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", IMPORT, NO_NUMBER.format("TensorFlow's import"), _is_no_day),
    Variable("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", USE, "is negative, and makes TensorFlow fail", _is_negative, "tensorflow>=2.3"),
    Variable("TF_XLA_FLAGS", CHANGES, "makes XLA compile parts of every graph", _has_flag(r"--tf_xla_auto_jit=[12]")),
    Variable("TF_XLA_FLAGS", USE, NO_FILE.format("ends TensorFlow"), _names_absent_file, "tensorflow>=2.5"),
    Variable("TF_JITRT_FLAGS", USE, NO_FILE.format("ends TensorFlow"), _names_absent_file, "tensorflow>=2.9"),
    Variable("XLA_FLAGS", CHANGES, "lets XLA compute less precisely", _has_flag(r"--\w*fast_math(?!=false)")),
    Variable("XLA_FLAGS", CHANGES, NO_FILE.format("ends what uses XLA"), _names_absent_file),
    Variable("TF_USE_MODULAR_FILESYSTEM", IMPORT, "needs a module that is not installed", _asks_for_module, "tensorflow>=2.7", FILESYSTEM),
    Variable("TF_ENABLED_DEVICE_TYPES", USE, "excludes the CPU, without which TensorFlow fails", _lacks_cpu, "tensorflow>=2.7"),
    Variable("TF_PLUGGABLE_DEVICE_LIBRARY_PATH", IMPORT, NO_FILE.format("makes the import fail"), _is_absent_file, "tensorflow>=2.13"),
    Variable("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", IMPORT, "asks for what protobuf no longer has", _is("cpp"), "protobuf>=4"),
    Variable("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", IMPORT, "asks for what protobuf never had", _is_no_implementation, "protobuf>=4"),
    Variable("TF_NUM_INTRAOP_THREADS", USE, "is negative, and makes TensorFlow abort", _is_negative),
    Variable("TF_NUM_INTRAOP_THREADS", USE, "asks for so many threads that TensorFlow hardly starts", _is_over_10_000),
    Variable("AUTOGRAPH_VERBOSITY", USE, NO_NUMBER.format("AutoGraph"), _is_no_integer),
    Variable("AUTOGRAPH_STRICT_CONVERSION", USE, NO_NUMBER.format("AutoGraph"), _is_no_integer),
    Variable("AUTOGRAPH_STRICT_CONVERSION", CHANGES, "turns warnings of AutoGraph into errors", _is_positive),
    Variable("TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_SIMULATE_GPU", CHANGES, "lowers the precision of graphs", _is_true, "tensorflow>=2.10"),
    Variable("NVIDIA_TF32_OVERRIDE", CHANGES, "makes GPUs compute float32 in TF32, whatever TensorFlow asks for", _forces_tf32),
    Variable("TF_SET_ONEDNN_FPMATH_MODE", CHANGES, LESS_PRECISE, LESS_PRECISE_MODES),
    Variable("ONEDNN_DEFAULT_FPMATH_MODE", CHANGES, LESS_PRECISE, LESS_PRECISE_MODES),
)  # fmt: skip

# Of other variables neither the verdicts nor the import depend: logs, threads, memory, tuning, clusters, builds, image metadata.
HARMLESS_PREFIXES = (
    "TF_CPP_", "TF_DEBUG_", "TF_DUMP_", "TF_CUDA_", "TF_CUDNN_", "TF_NEED_", "TF_NCCL_", "TF_TENSORRT_", "TF_TRT_", "TF_GPU_",
    "TF_GRPC_", "TF_RUN_HANDLER_", "TF_SQLITE_", "TF_PROFILER_", "TF_DATA_", "TF_LITE_", "TF_TPU_", "TF_COORDINATOR_", "TF_PS_",
    "TF_PSS_", "TF_NP_", "TF_ONEDNN_", "TF_MKL_", "TF_QUANT_", "TF_AUTO_MIXED_PRECISION_", "TF_CPU_", "TF_ADJUST_",
    "TF_FP16_", "TF_MLIR_", "TF_EAGER_", "TF_XLA_", "XLA_PYTHON_", "XLA_PJRT_",
    "KERAS_DISTRIBUTION_",
    # Terraform's, and one of Azure's pipelines.
    "TF_BUILD", "TF_VAR_", "TF_CLI_", "TF_LOG", "TF_TOKEN_", "TF_REGISTRY_", "TF_PLUGIN_", "TF_IN",
)  # fmt: skip
_HARMLESS_NAMES = """
    TF_CONFIG TF_USE_LEGACY_KERAS TF2_BEHAVIOR TF_AUTOTUNE_THRESHOLD TF_BFC_MEMORY_DUMP TF_CONV2D_USE_FP16_ACCUMULATE
    TF_COST_MEASUREMENT_TYPE TF_GRAPH_CACHING TF_GRAPH_TO_HLO_COMPILER_DUMP_DIR TF_JIT_COMPILE_REWRITE
    TF_JOB_NAME TF_CLUSTER_COORDINATOR_WATCH_DOG_TIMEOUT TF_MATMUL_AUTOTUNE_ENABLE TF_NODE_FILE_WRITER_DIRECTORY
    TF_OPTIONALS_IN_GRADIENTS TF_OVERRIDE_GLOBAL_THREADPOOL TF_REALLY_LOAD_UNSAFE_PACKAGES TF_REMOTE_HANDLE_SKIP_WAIT_FOR_READY
    TF_REPLAY_LOG_FILE TF_REQUEST_COST_ACCESSOR_TYPE TF_SEND_AS_PROTOS_WHEN_POSSIBLE TF_SYNC_ON_FINISH
    TF_TABLE_INDEX_CACHE_SIZE_IN_MB TF_RUN_EAGER_OP_AS_FUNCTION TF_CLIENT_NON_FATAL_RESTART_EXIT_CODE
    TF_DEFAULT_PREEMPTION_NOTICE_KEY TF_DEVICE_FOR_UNINITIALIZED_VARIABLE_REPORTING
    TF_WORKER_NUM_FORWARDED_LOG_MESSAGES TF_VERSION TF_PYTHON_VERSION TF_WORKSPACE TF_DISABLE_CUBLAS_TENSOR_OP_MATH
    TF_DISABLE_CUDNN_RNN_TENSOR_OP_MATH TF_DISABLE_CUDNN_TENSOR_OP_MATH TF_DISABLE_JIT_KERNELS TF_DISABLE_MKL
    TF_DISABLE_PROFILING TF_DISABLE_REDUCED_PRECISION_REDUCTION TF_DISABLE_TENSOR_FLOAT_32_EXECUTION TF_ENABLE_AUTO_GC
    TF_ENABLE_AUTO_MIXED_PRECISION TF_ENABLE_COND_V2 TF_ENABLE_AUTO_MIXED_PRECISION_GRAPH_REWRITE
    TF_ENABLE_AUTO_MIXED_PRECISION_LOSS_SCALING TF_ENABLE_CONTROL_FLOW_V2 TF_ENABLE_CUBLAS_TENSOR_OP_MATH_FP32
    TF_ENABLE_CUDNN_FRONTEND TF_ENABLE_CUDNN_RNN_TENSOR_OP_MATH_FP32 TF_ENABLE_CUDNN_TENSOR_OP_MATH_FP32
    TF_ENABLE_EAGER_CLIENT_STREAMING_ENQUEUE TF_ENABLE_GPU_GARBAGE_COLLECTION TF_ENABLE_LAYOUT_NHWC
    TF_ENABLE_MAXPOOL_NANPROP TF_ENABLE_MKL_NATIVE_FORMAT TF_ENABLE_NHWC TF_ENABLE_NVTX_RANGES TF_ENABLE_ONEDNN_OPTS
    TF_ENABLE_ONEDNN_SPMM TF_ENABLE_OSS_CPU_PROFILER TF_ENABLE_TENSOR_ARRAY_V2 TF_ENABLE_WHILE_V2
    TF_ENABLE_WINOGRAD_NONFUSED TF_ENABLE_XLA TF_ENABLE_ZENDNN_OPTS TF_FORCE_GPU_ALLOW_GROWTH TF_FORCE_UNIFIED_MEMORY
    TF_NUM_BATCH_THREADS TF_NUM_INTEROP_THREADS TF_USE_CUBLASLT TF_USE_CUDNN TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT
    TF_USE_DEEP_CONV2D TF_USE_EIGEN_PARALLEL_FOR_IN_WORK_SHARDER TF_USE_SINGLE_THREAD_MLIR_CONTEXT
    XLA_ALLOW_GET_DEFAULT_PLATFORM XLA_HLO_DEBUG XLA_IR_DEBUG KERAS_BACKEND KERAS_HOME KERAS_TORCH_DEVICE
"""
HARMLESS = frozenset(_HARMLESS_NAMES.split())
# What Kubernetes tells each container of a service that is called tf-serving or the like.
OF_A_SERVICE = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$")


def acting_variables(environment: Environment) -> Iterator[Variable]:
    """The variables that change or break this install, in the order of the table."""
    return (variable for variable in VARIABLES if variable.acts(environment))


def unknown_variables(environment: Environment) -> list[str]:
    """Variables that are named like TensorFlow's or Keras's, and that neither is known to read."""
    known = {*HARMLESS, *(variable.name for variable in VARIABLES)}
    alike = (name for name in sorted(environment.variables) if name.startswith(READ_BY_TENSORFLOW))
    others = (name for name in alike if not name.startswith(HARMLESS_PREFIXES) and not OF_A_SERVICE.search(name))
    return [name for name in others if name not in known]


def has(versions: str, environment: Environment) -> bool:
    """Whether an environment has one of these versions, such as keras>=3.10; anyone has if none are named."""
    if not versions:
        return True
    requirement = Requirement(versions)
    owner = {"tensorflow": environment.tensorflow, "keras": environment.keras}
    name = requirement.name
    distribution = owner[name] if name in owner else environment.distributions.first([name])
    if distribution is None:
        return False
    return requirement.specifier.contains(Version(distribution.version).base_version)
