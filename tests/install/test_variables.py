"""Variables that TensorFlow and Keras read."""

from __future__ import annotations

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tests.pretended.driver import compiled
from tests.pretended.environments import environment
from tf_conformance.install import nvidia
from tf_conformance.install.checks.variables import wrong_variables
from tf_conformance.install.problem import IMPORT, USE
from tf_conformance.install.variables import acting_variables, unknown_variables


def surrounded(**variables):
    """An environment of TensorFlow 2.21 with these variables."""
    parts = (tensorflow(), distribution("keras", "3.15.1"), distribution("protobuf", "7.36.2"))
    return environment(*parts, variables=variables)


@pytest.mark.parametrize(
    ("name", "value", "breaks"),
    [
        ("TF_DETERMINISTIC_OPS", "yes", USE),
        ("TF_DETERMINISTIC_OPS", "", USE),
        ("TF_DETERMINISTIC_ORDER", "-1", USE),
        ("TF_ENABLE_ASYNC_WAIT_FOR_REMOTE_FUNCTION", "", USE),
        ("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "on", USE),
        ("TF_NUM_INTRAOP_THREADS", "-1", USE),
        ("TF_NUM_INTRAOP_THREADS", "12000", USE),
        ("AUTOGRAPH_VERBOSITY", "", USE),
        ("AUTOGRAPH_STRICT_CONVERSION", "yes", USE),
        ("AUTOGRAPH_STRICT_CONVERSION", "1", ""),
        ("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "cpp", IMPORT),
        ("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "c++", IMPORT),
        ("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "", IMPORT),
        ("KERAS_NNX_ENABLED", "true", IMPORT),
        ("KERAS_MAX_EPOCHS", "ten", IMPORT),
        ("TF_ENABLED_DEVICE_TYPES", "GPU", USE),
        ("TF_PLUGGABLE_DEVICE_LIBRARY_PATH", "/no/such", IMPORT),
        ("TF_USE_MODULAR_FILESYSTEM", "1", IMPORT),
        ("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", "a day", IMPORT),
        ("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", "9" * 20, IMPORT),
        ("TF_FORWARD_COMPATIBILITY_DELTA_DAYS", "-1", USE),
        ("TF_XLA_FLAGS", "/no/such/file", USE),
        ("TF_JITRT_FLAGS", "9" * 20, USE),
        ("TF_MKL_ALLOC_MAX_BYTES", "", USE),
        ("TF_PER_DEVICE_MEMORY_LIMIT_MB", "8 GB", USE),
        ("TF_PFLR_PARALLEL_INSTANTIATE_THRESHOLD", "yes", USE),
        ("TF_PFLR_PARALLEL_INSTANTIATE_THRESHOLD", "9" * 20, USE),
        ("KERAS_MAX_EPOCHS", "", IMPORT),
        ("KERAS_MAX_EPOCHS", "-1", ""),
        ("XLA_FLAGS", "xla_cpu_enable_fast_math=true", ""),
        ("KERAS_MAX_EPOCHS", "1", ""),
        ("KERAS_MAX_STEPS_PER_EPOCH", "1", ""),
        ("TF_FUNCTION_JIT_COMPILE_DEFAULT", "1", ""),
        ("TF_XLA_FLAGS", "--tf_xla_auto_jit=2", ""),
        ("XLA_FLAGS", "--xla_cpu_enable_fast_math=true", ""),
        ("ONEDNN_DEFAULT_FPMATH_MODE", "BF16", ""),
    ],
)
def test_effects(name, value, breaks):
    """A value that changes or breaks TensorFlow is a problem, and unsetting the variable is what to do."""
    environment = surrounded(**{name: value})
    assert [each.name for each in acting_variables(environment)] == [name]
    (problem,) = wrong_variables(environment)
    assert problem.breaks == breaks
    assert problem.says.startswith(f"{name}={value} ")
    assert problem.do == f"unset {name}"


@pytest.mark.parametrize(("value", "forced"), [("1", True), ("0", False)])
def test_forced_tf32(tmp_path, monkeypatch, value, forced):
    """NVIDIA_TF32_OVERRIDE is a problem if it forces TF32 (seen on an H100), and only where there is a driver."""
    environment = surrounded(NVIDIA_TF32_OVERRIDE=value)
    monkeypatch.setattr(nvidia, "DEVICES", tmp_path)
    assert list(wrong_variables(environment)) == []
    (tmp_path / "nvidiactl").touch()
    assert [problem.do for problem in wrong_variables(environment)] == ["unset NVIDIA_TF32_OVERRIDE"] * forced


def test_harmless_variables():
    """What images and users set for good reasons is neither a problem nor unknown."""
    environment = surrounded(
        TF_CPP_MIN_LOG_LEVEL="2",
        TF_ENABLE_ONEDNN_OPTS="0",
        TF_FORCE_GPU_ALLOW_GROWTH="true",
        TF_DETERMINISTIC_OPS="1",
        TF_DETERMINISTIC_ORDER="True",
        TF_NUM_INTRAOP_THREADS="0",
        TF_NUM_INTEROP_THREADS="-1",
        AUTOGRAPH_VERBOSITY=" 3 ",
        TF_RUN_EAGER_OP_AS_FUNCTION="1",
        TF_XLA_FLAGS="--tf_xla_cpu_global_jit",
        TF_USE_MODULAR_FILESYSTEM="0",
        KERAS_MAX_EPOCHS="0",
        KERAS_MAX_STEPS_PER_EPOCH=" 0 ",
        TF_CUDA_VERSION="12.5",
        TF_AUTOTUNE_THRESHOLD="2",
        TF_USE_CUDNN_BATCHNORM_SPATIAL_PERSISTENT="1",
        TF_VAR_password="x",
        TF_CONFIG="{}",
        TF_BUILD="True",
        TF_SERVING_PORT="tcp://10.0.0.1:8500",
        TF_SERVING_SERVICE_PORT_HTTP="8501",
        KERAS_SERVICE_HOST="10.0.0.1",
        KERAS_PORT_80_TCP_ADDR="10.0.0.1",
        NVIDIA_VISIBLE_DEVICES="all",
        CUDA_VERSION="12.5",
        XLA_FLAGS="--xla_gpu_cuda_data_dir=/usr/lib/cuda --xla_cpu_enable_fast_math=false",
        PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="python",
        KERAS_BACKEND="tensorflow",
    )
    assert list(wrong_variables(environment)) == []
    assert unknown_variables(environment) == []


@pytest.mark.parametrize("name", ["TF_CP_MIN_LOG_LEVEL", "KERAS_BACKENDS", "TF_ENABLE_ONEDNN_OPT", "XLA_FLAG"])
def test_unknown_variables(name):
    """A variable that is named like TensorFlow's and that it does not read is told, but is not a problem."""
    environment = surrounded(**{name: "1"})
    assert unknown_variables(environment) == [name]
    assert list(wrong_variables(environment)) == []


@pytest.mark.parametrize(
    ("name", "value", "package", "without", "since"),
    [
        ("KERAS_MAX_EPOCHS", "1", "keras", "3.9.2", "3.10.0"),
        ("KERAS_NNX_ENABLED", "1", "keras", "3.10.0", "3.11.0"),
        ("TF_DETERMINISTIC_OPS", "yes", "tensorflow", "2.6.5", "2.7.0"),
        ("TF_DETERMINISTIC_ORDER", "", "tensorflow", "2.7.4", "2.8.0"),
        ("TF_ENABLED_DEVICE_TYPES", "GPU", "tensorflow", "2.6.5", "2.7.0"),
        ("TF_USE_MODULAR_FILESYSTEM", "true", "tensorflow", "2.6.5", "2.7.0"),
        ("TF_FUNCTION_JIT_COMPILE_DEFAULT", "true", "tensorflow", "2.7.4", "2.8.0"),
        ("TF_XLA_FLAGS", "nonsense", "tensorflow", "2.4.4", "2.5.0"),
        ("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "cpp", "protobuf", "3.20.3", "4.21.0"),
    ],
)
def test_versions(name, value, package, without, since):
    """A version that does not read a variable, or understands the value, is not affected; the next one is."""
    for version, affected in ((without, False), (since, True)):
        given = environment(distribution(package, version), variables={name: value})
        assert [each.name for each in acting_variables(given)] == ([name] if affected else [])


@pytest.mark.parametrize(
    ("name", "module"),
    [("KERAS_NNX_ENABLED", "flax"), ("TF_USE_MODULAR_FILESYSTEM", "tensorflow_io_gcs_filesystem")],
)
def test_module_that_is_asked_for(tmp_path, name, module):
    """A variable that makes TensorFlow or Keras import a module breaks nothing if it is there."""
    (tmp_path / f"{module}.py").touch()
    parts = (tensorflow(), distribution("keras", "3.15.1"))
    given = environment(*parts, variables={name: "1"}, path=(str(tmp_path),))
    assert list(acting_variables(given)) == []


@pytest.mark.parametrize("same", [True, False])
def test_replaced_library(tmp_path, same):
    """A library that the loader finds first is a problem if it is another one than TensorFlow's own."""
    name = "libtensorflow_framework.so.2"
    for folder, content in (("site/tensorflow", b"own"), ("lib", b"own" if same else b"other")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_bytes(content)
    own = tensorflow(files=[f"tensorflow/{name}"], place=tmp_path / "site")
    surroundings = environment(own, variables={"LD_LIBRARY_PATH": f"/usr/lib:{tmp_path / 'lib'}"})
    dos = [problem.do for problem in wrong_variables(surroundings)]
    assert dos == ([] if same else [f"remove {tmp_path / 'lib'} from LD_LIBRARY_PATH"])


@pytest.mark.parametrize(("tags", "found"), [("--enable-new-dtags", 1), ("--disable-new-dtags", 0)])
def test_folders_of_a_build_come_first(tmp_path, tags, found):
    """LD_LIBRARY_PATH comes before a RUNPATH, as in TensorFlow's wheels, and after an RPATH, as Spack links by default."""
    name = "libtensorflow_framework.so.2"
    compiled(tmp_path / "site" / "tensorflow" / name, "int f;", f"-Wl,{tags},-rpath,$ORIGIN")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / name).write_bytes(b"other")
    own = tensorflow(files=[f"tensorflow/{name}"], place=tmp_path / "site")
    surroundings = environment(own, variables={"LD_LIBRARY_PATH": str(tmp_path / "lib")})
    assert len([*wrong_variables(surroundings)]) == found
