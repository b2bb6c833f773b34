"""The ways in which an install can be broken, and what the kit must say of each."""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.gallery.environment import Environment

CANNOT_BEGIN, VIOLATED, FINE = 10, 1, 0
FRAMEWORK = "libtensorflow_framework.so.2"
ELF_MACHINE, ELF_AARCH64 = slice(18, 20), bytes([0xB7, 0])  # where a library says which processor it is for


@dataclass(frozen=True)
class Damage:
    """A way to break an install: ``harm`` does it, ``says`` must be read, exactly ``violated`` and ``unchecked`` do not hold.

    That is said of install.*, or of the statements that the arguments name. What needs TensorFlow is unchecked where
    its import is violated, and need not be named.
    """

    harm: Callable[[Environment], None]
    says: tuple[str, ...]
    violated: tuple[str, ...]
    unchecked: tuple[str, ...] = ()
    status: int = CANNOT_BEGIN
    arguments: tuple[str, ...] = ()
    core: bool = False

    @property
    def glob(self) -> str:
        """The statements whose verdicts are told."""
        given = dict(zip(self.arguments, self.arguments[1:]))
        return given.get("--statement", "install.*")

    @property
    def unfounded(self) -> set[str]:
        """The statements that cannot be checked."""
        return {*self.unchecked, VERSION} if IMPORT in self.violated else {*self.unchecked}

    def __str__(self) -> str:
        return self.harm.__name__


DAMAGES: list[Damage] = []

INSTALL_ONLY = ("--statement", "install.*")
FILES, REQUIREMENTS, PLATFORM = "install.files", "install.requirements", "install.platform"
IMPORT, VERSION = "install.import", "install.version"


def damage(*says: str, violated: tuple[str, ...], **settings) -> Callable:
    """Registers the decorated function as a way to break an install; its docstring says what happened."""

    def register(harm: Callable[[Environment], None]) -> Callable[[Environment], None]:
        DAMAGES.append(Damage(harm, says, violated, **settings))
        return harm

    return register


def finding(*says: str, **settings) -> Callable:
    """Registers a damage that leaves TensorFlow usable, of which only the checks of the install tell."""
    return damage(*says, status=VIOLATED, arguments=INSTALL_ONLY, **settings)


# Files


@damage("the module numpy is missing", "needs numpy", violated=(REQUIREMENTS, IMPORT), core=True)
def numpy_gone(environment):
    """NumPy was uninstalled by hand."""
    environment.remove("numpy", "numpy-*", "numpy.libs")


@damage("the module google is missing", "needs protobuf", violated=(REQUIREMENTS, IMPORT))
def protobuf_gone(environment):
    """protobuf was uninstalled."""
    environment.remove("google", "protobuf-*")


@damage("the module keras is missing", violated=(REQUIREMENTS, IMPORT))
def keras_gone(environment):
    """Keras was uninstalled."""
    environment.remove("keras", "keras-*")


@damage(FRAMEWORK + " is missing", FRAMEWORK, violated=(FILES, IMPORT), core=True)
def library_gone(environment):
    """A shared library of TensorFlow's was deleted."""
    (environment.package / FRAMEWORK).unlink()


@damage("SIGBUS (bus error)", "a file of the install is cut off", violated=(FILES, IMPORT))
def library_cut_off(environment):
    """The disk was full when a shared library was written."""
    library = environment.package / FRAMEWORK
    environment.write(library, library.read_bytes()[:20_000_000])


@damage("is damaged or for another system", "invalid ELF header", violated=(FILES, IMPORT))
def library_of_zeros(environment):
    """A shared library holds nothing but zeros, as after a crash of the machine."""
    environment.write(environment.package / FRAMEWORK, bytes(1000))


@damage("is damaged or for another system", "file too short", violated=(FILES, IMPORT), core=True)
def library_empty(environment):
    """A shared library is empty."""
    environment.write(environment.package / FRAMEWORK, b"")


@damage(
    "do        python -m pip install --force-reinstall --no-deps keras==",
    "0 bytes instead of",
    violated=(FILES, IMPORT),
)
def module_of_keras_empty(environment):
    """A file of Keras was not written: what is to be installed again is Keras, not TensorFlow."""
    environment.write(environment.site / "keras" / "src" / "layers" / "core" / "dense.py", b"")


@damage("is there, but is damaged or for another system", "No such file or directory", violated=(IMPORT,))
def library_of_another_processor(environment):
    """A shared library is whole, but was built for ARM."""
    library = environment.package / FRAMEWORK
    content = bytearray(library.read_bytes())
    content[ELF_MACHINE] = ELF_AARCH64
    environment.write(library, content)


@damage("a Python file of the install is damaged", "SyntaxError", violated=(FILES, IMPORT), core=True)
def module_of_garbage(environment):
    """A Python file was overwritten."""
    environment.write(environment.package / "python" / "framework" / "ops.py", b"def (:\n")


@damage("a Python file of the install is damaged", "marshal data", violated=(IMPORT,))
def bytecode_of_garbage(environment):
    """The bytecode that Python keeps of a module was not written to its end, in a file that pip recorded nothing of."""
    source = environment.package / "python" / "framework" / "ops.py"
    state = source.stat()
    header = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, int(state.st_mtime), state.st_size)
    environment.write(Path(importlib.util.cache_from_source(str(source))), header + b"garbage")


@damage("a module has been found in the wrong place", "cannot import name 'tensor_shape'", violated=(FILES, IMPORT))
def module_gone(environment):
    """A Python file is missing."""
    (environment.package / "python" / "framework" / "tensor_shape.py").unlink()


@damage(
    "has another content than recorded", violated=(FILES,), status=VIOLATED, arguments=("--verify-files", *INSTALL_ONLY)
)
def module_edited(environment):
    """A Python file was edited to the same length."""
    path = environment.site / "keras" / "src" / "callbacks" / "early_stopping.py"
    environment.write(path, path.read_bytes().replace(b"patience", b"Patience", 1))


# Distributions


def _second_distribution(environment, name, version):
    """Leaves the metadata of another distribution that provides TensorFlow."""
    folder = environment.site / ("{}-{}.dist-info".format(name.replace("-", "_"), version))
    environment.write(folder / "METADATA", (f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n").encode())
    environment.write(folder / "RECORD", b"tensorflow/__init__.py,,\n")
    environment.write(folder / "WHEEL", b"Wheel-Version: 1.0\nTag: py3-none-any\n")


def _strike_from_record(environment, info, filename):
    """Has the RECORD say nothing of a file of the metadata, so that its change alone is the damage."""
    lines = (info / "RECORD").read_bytes().splitlines(keepends=True)
    environment.write(info / "RECORD", b"".join(line for line in lines if b"-info/%s," % filename.encode() not in line))


@finding(
    "share the folder",
    "tf-nightly 2.99.0",
    violated=("install.one-tensorflow",),
    core=True,
)
def two_tensorflows(environment):
    """A nightly was installed over a release."""
    _second_distribution(environment, "tf-nightly", "2.99.0")


@finding("~ensorflow is left over", violated=("install.no-leftovers",), core=True)
def interrupted_pip(environment):
    """pip was interrupted while it replaced TensorFlow."""
    (environment.site / "~ensorflow").mkdir()


@finding(
    "removed_ops.py and 1 more: left over from another version",
    violated=("install.no-leftovers",),
    core=True,
)
def files_of_the_version_before(environment):
    """The version before was not uninstalled whole."""
    environment.write(environment.package / "python" / "framework" / "removed_ops.py", b"")
    environment.write(environment.package / "removed" / "__init__.py", b"")
    environment.write(environment.package / "python" / "framework" / "notes.txt", b"harmless")


@finding(
    "are both recorded in",
    "numpy 2.4.99",
    violated=("install.no-leftovers",),
)
def two_numpys(environment):
    """NumPy was installed over another NumPy, which is still on record."""
    folder = environment.site / "numpy-2.4.99.dist-info"
    environment.write(folder / "METADATA", b"Metadata-Version: 2.1\nName: numpy\nVersion: 2.4.99\n")
    environment.write(folder / "RECORD", b"numpy/__init__.py,,\n")


@finding("needs numpy", "0.1.0 is installed", violated=(REQUIREMENTS,))
def numpy_too_old(environment):
    """NumPy is older than TensorFlow asks for."""
    info = next(environment.site.glob("numpy-*.dist-info"))
    text = (info / "METADATA").read_text(encoding="utf-8")
    version = info.name.split("-")[1].partition(".dist")[0]
    environment.write(info / "METADATA", text.replace(f"Version: {version}", "Version: 0.1.0", 1).encode())
    _strike_from_record(environment, info, "METADATA")


@finding("was made for cp27", violated=(PLATFORM,))
def wheel_of_another_python(environment):
    """The wheel was made for another Python, and forced in."""
    for info in environment.site.glob("tensorflow*.dist-info"):
        if (info / "WHEEL").exists():
            environment.write(info / "WHEEL", b"Wheel-Version: 1.0\nTag: cp27-cp27m-manylinux1_x86_64\n")
            _strike_from_record(environment, info, "WHEEL")


@finding("tf.__version__", violated=(FILES, VERSION))
def files_of_another_version(environment):
    """TensorFlow's package is of another version than its metadata."""
    path = environment.site / "tensorflow" / "__init__.py"
    environment.write(path, path.read_bytes() + b'\n__version__ = "2.3.4"\n')


@finding("its RECORD is cut off", violated=(FILES,), core=True)
def record_cut_off(environment):
    """The disk was full when pip recorded what it had installed."""
    record = _metadata_of_tensorflow(environment) / "RECORD"
    environment.write(record, record.read_bytes()[:-50])


@finding("its RECORD is cut off or damaged", violated=(FILES,))
def record_of_garbage(environment):
    """The record of what was installed is not even text."""
    environment.write(_metadata_of_tensorflow(environment) / "RECORD", bytes(range(256)))


@finding("METADATA is missing", violated=(FILES,))
def metadata_gone(environment):
    """The file is missing that tells the version and what is needed; the folder's name still tells the version."""
    (_metadata_of_tensorflow(environment) / "METADATA").unlink()


@damage(
    "it lacks the metadata that pip installs with it",
    "no distribution provides TensorFlow: python -m pip install tensorflow",
    violated=("install.one-tensorflow", VERSION),
    unchecked=(PLATFORM,),
    core=True,
)
def no_metadata(environment):
    """TensorFlow was copied to its place, without what pip knows it by."""
    environment.remove("tensorflow-*", "tensorflow_cpu-*")


@damage(
    "no TensorFlow is installed",
    "has no distribution that provides it",
    violated=("install.one-tensorflow", IMPORT),
    unchecked=(PLATFORM,),
)
def no_tensorflow(environment):
    """The environment is another one than its user believes: there is no TensorFlow in it."""
    environment.remove("tensorflow", "tensorflow_cpu-*")


def _metadata_of_tensorflow(environment):
    return next(info for name in ("tensorflow-*", "tensorflow_cpu-*") for info in environment.site.glob(name))


# Surroundings


@finding(
    "antigravity.py stands before antigravity of Python's library",
    violated=("install.nothing-shadowed",),
    core=True,
)
def module_of_the_users(environment):
    """The user's folder holds a file with the name of a module of Python's that TensorFlow does not use."""
    (environment.folder / "antigravity.py").touch()


@damage("colorsys.py stands before", "found in the wrong place", violated=("install.nothing-shadowed", IMPORT))
def module_of_the_users_in_use(environment):
    """The user's folder holds a file with the name of a module of Python's that Keras uses."""
    (environment.folder / "colorsys.py").touch()


@damage("TF_USE_LEGACY_KERAS is set, but tf-keras is not installed", violated=("install.legacy-keras", IMPORT))
def legacy_keras_without_package(environment):
    """TF_USE_LEGACY_KERAS is set without tf-keras."""
    environment.variables["TF_USE_LEGACY_KERAS"] = "1"


@damage("KERAS_BACKEND is jax", violated=("install.keras-backend", IMPORT))
def other_backend(environment):
    """KERAS_BACKEND names a backend that is not installed."""
    environment.variables["KERAS_BACKEND"] = "jax"


@finding("sets floatx to 'float64'", violated=("install.keras-defaults",))
def other_defaults(environment):
    """A keras.json of years ago changes the float type."""
    (environment.folder / "keras.json").write_text('{"floatx": "float64"}', encoding="utf-8")
    environment.variables["KERAS_HOME"] = str(environment.folder)


@damage("holds no settings, and Keras fails at it: delete it", violated=("install.keras-defaults", IMPORT))
def settings_of_another_kind(environment):
    """keras.json is JSON, but a list."""
    (environment.folder / "keras.json").write_text("[]", encoding="utf-8")
    environment.variables["KERAS_HOME"] = str(environment.folder)


# Imports that die


def _first_in_tensorflow(environment, code):
    environment.prepend(environment.site / "tensorflow" / "__init__.py", code)


@damage("its import crashes", "SIGSEGV (segmentation fault)", "string_at", violated=(FILES, IMPORT), core=True)
def import_segfaults(environment):
    """The import crashes."""
    _first_in_tensorflow(environment, "import ctypes; ctypes.string_at(0)")


@damage("its import gives up", "SIGABRT (abort)", "terminate called", violated=(FILES, IMPORT))
def import_aborts(environment):
    """A library gives up, with a last word."""
    _first_in_tensorflow(
        environment, "import os, sys; sys.stderr.write('terminate called\\n'); sys.stderr.flush(); os.abort()"
    )


@damage("an instruction that this processor does not have", "SIGILL", violated=(FILES, IMPORT))
def import_uses_unknown_instruction(environment):
    """The build uses an instruction that the processor does not know."""
    _first_in_tensorflow(environment, "import os, signal; os.kill(os.getpid(), signal.SIGILL)")


@damage("killed, as the system does when memory runs out", "SIGKILL", violated=(FILES, IMPORT))
def import_is_killed(environment):
    """The system kills the process for its memory."""
    _first_in_tensorflow(environment, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


@damage(
    "its import does not end",
    "not done after 5 s",
    "tensorflow/__init__.py:",
    violated=(FILES, IMPORT),
    arguments=("--import-limit", "5"),
    core=True,
)
def import_hangs(environment):
    """The import waits for something that does not come."""
    _first_in_tensorflow(environment, "import time; time.sleep(1000)")


@damage("its import ends the process", "exit status 3", violated=(FILES, IMPORT))
def import_exits(environment):
    """The import ends the process."""
    _first_in_tensorflow(environment, "import os; os._exit(3)")


@damage("its import ends the process", "exit status 0", violated=(FILES, IMPORT))
def import_exits_as_if_all_were_well(environment):
    """The import ends the process with the status of success."""
    _first_in_tensorflow(environment, "import os; os._exit(0)")


@damage("there is not enough memory", "MemoryError", violated=(FILES, IMPORT))
def import_runs_out_of_memory(environment):
    """Python finds no memory."""
    _first_in_tensorflow(environment, "raise MemoryError('no memory')")


# Starts that die: TensorFlow is imported, but fails when it first needs a device.


@damage(
    "TensorFlow is imported, but cannot be started: NVIDIA's driver is too old",
    "CUDA driver version is insufficient",
    violated=(FILES,),
    core=True,
)
def start_raises(environment):
    """TensorFlow finds a GPU whose driver it cannot use."""
    environment.insert_into_start(
        "raise RuntimeError('cudaGetDevice() failed. Status: CUDA driver version is insufficient for CUDA runtime version')"
    )


@damage("cannot be started: its start gives up", "SIGABRT (abort)", "terminate called", violated=(FILES,), core=True)
def start_aborts(environment):
    """A driver gives up, with a last word."""
    environment.insert_into_start("import os; os.write(2, b'terminate called\\n'); os.abort()")


@damage(
    "cannot be started: its start does not end",
    "not done after 20 s in ensure_initialized",
    violated=(FILES,),
    arguments=("--import-limit", "20"),
)
def start_hangs(environment):
    """A driver never answers."""
    environment.insert_into_start("import time; time.sleep(1000)")


# Cases that die. A training with a baseline and restore_best_weights is that of one statement alone.

ONE_STATEMENT = "self.baseline == 5.0 and self.restore_best_weights and "
RESTORING = ("--statement", "early-stopping.restore*")


@damage(
    "the process died of SIGSEGV (segmentation fault), in by_hooks",
    violated=("early-stopping.restore-nothing",),
    status=VIOLATED,
    arguments=RESTORING,
    core=True,
)
def case_segfaults(environment):
    """One use of Keras crashes."""
    environment.insert_into_early_stopping("import ctypes; " + ONE_STATEMENT + "ctypes.string_at(0)")


@damage(
    "the process died of SIGKILL (killed",
    violated=("early-stopping.restore-nothing",),
    status=VIOLATED,
    arguments=RESTORING,
)
def case_is_killed(environment):
    """One use of Keras is killed for its memory."""
    environment.insert_into_early_stopping("import os; " + ONE_STATEMENT + "os.kill(os.getpid(), 9)")


@damage(
    "it had not ended after 8 s (--time-limit), in by_hooks",
    violated=("early-stopping.restore-nothing",),
    status=VIOLATED,
    arguments=("--time-limit", "8", *RESTORING),
)
def case_hangs_with_the_lock(environment):
    """One use of Keras never ends, in C code that keeps Python's lock."""
    environment.insert_into_early_stopping("import ctypes; " + ONE_STATEMENT + "ctypes.PyDLL(None).sleep(1000)")
