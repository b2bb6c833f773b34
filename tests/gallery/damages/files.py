"""Files are missing, or hold something else than they should."""

from __future__ import annotations

import importlib.util
import struct
import sys

from tests.gallery.damage import (
    FILES,
    OF_THE_INSTALL,
    REINSTALL,
    REINSTALL_FILES,
    REQUIREMENTS,
    Kind,
    cannot_be_imported,
)
from tf_conformance.diagnosis.loading import NOT_TRIED

KIND = Kind("files")
INTERNAL = "python/_pywrap_tensorflow_internal.so"
FRAMEWORK = "libtensorflow_framework.so.2"
REINSTALL_KERAS = "python -m pip install --force-reinstall --no-deps keras==*"
ELF_MACHINE, ELF_AARCH64 = slice(18, 20), bytes([0xB7, 0])  # where a library says which processor it is for


@KIND.damage(
    problems={"* needs numpy*, which is not installed": 'python -m pip install *"numpy*"'},
    obstacle=cannot_be_imported("* needs numpy*, which is not installed", NOT_TRIED, 'python -m pip install *"numpy*"'),
    violated=(REQUIREMENTS,),
    core=True,
)
def numpy_gone(environment):
    """NumPy was uninstalled by hand."""
    environment.uninstall("numpy", "numpy-*", "numpy.libs")


@KIND.damage(
    problems={"tensorflow* needs protobuf*, which is not installed": 'python -m pip install "protobuf*"'},
    obstacle=cannot_be_imported(
        "tensorflow* needs protobuf*, which is not installed", NOT_TRIED, 'python -m pip install "protobuf*"'
    ),
    violated=(REQUIREMENTS,),
)
def protobuf_gone(environment):
    """protobuf was uninstalled."""
    environment.uninstall("google", "protobuf-*")


@KIND.damage(
    problems={"tensorflow* needs keras*, which is not installed": 'python -m pip install "keras*"'},
    obstacle=cannot_be_imported(
        "tensorflow* needs keras*, which is not installed",
        NOT_TRIED,
        'python -m pip install "keras*"',
    ),
    violated=(REQUIREMENTS,),
)
def keras_gone(environment):
    """Keras was uninstalled."""
    environment.uninstall("keras", "keras-*")


@KIND.damage(
    problems={f"tensorflow*/{FRAMEWORK} is missing": REINSTALL_FILES},
    obstacle=cannot_be_imported(
        f"TensorFlow's own library {FRAMEWORK} is missing",
        f"*{FRAMEWORK}: cannot open shared object file*",
        REINSTALL_FILES,
    ),
    violated=(FILES,),
    core=True,
)
def library_gone(environment):
    """A shared library of TensorFlow was deleted."""
    environment.delete(environment.package / FRAMEWORK)


@KIND.damage(
    problems={f"tensorflow*/{FRAMEWORK} has 20000000 bytes instead of *": REINSTALL_FILES},
    obstacle=cannot_be_imported(f"tensorflow*/{FRAMEWORK} has 20000000 bytes instead of *", NOT_TRIED, REINSTALL_FILES),
    violated=(FILES,),
)
def library_truncated(environment):
    """The disk was full when a shared library was written."""
    library = environment.package / FRAMEWORK
    environment.write(library, library.read_bytes()[:20_000_000])


@KIND.damage(
    problems={f"tensorflow*/{FRAMEWORK} has 1000 bytes instead of *": REINSTALL_FILES},
    obstacle=cannot_be_imported(f"tensorflow*/{FRAMEWORK} has 1000 bytes instead of *", NOT_TRIED, REINSTALL_FILES),
    violated=(FILES,),
)
def library_of_zeros(environment):
    """A shared library holds nothing but zeros, as after a crash of the machine."""
    environment.write(environment.package / FRAMEWORK, bytes(1000))


@KIND.damage(
    problems={f"tensorflow*/{FRAMEWORK} has 0 bytes instead of *": REINSTALL_FILES},
    obstacle=cannot_be_imported(f"tensorflow*/{FRAMEWORK} has 0 bytes instead of *", NOT_TRIED, REINSTALL_FILES),
    violated=(FILES,),
    core=True,
)
def library_empty(environment):
    """A shared library is empty."""
    environment.write(environment.package / FRAMEWORK, b"")


@KIND.damage(
    problems={f"tensorflow*/{INTERNAL} has * bytes instead of *": REINSTALL_FILES},
    obstacle=cannot_be_imported(f"tensorflow*/{INTERNAL} has * bytes instead of *", NOT_TRIED, REINSTALL_FILES),
    violated=(FILES,),
)
def library_with_other_line_ends(environment):
    """git, or a transfer, has taken a library for a text of another system."""
    library = environment.package / INTERNAL
    environment.write(library, library.read_bytes().replace(b"\n", b"\r\n"))


@KIND.damage(
    problems={"keras *: keras/src/layers/core/dense.py has 0 bytes instead of *": REINSTALL_KERAS},
    obstacle=cannot_be_imported(
        "keras *: keras/src/layers/core/dense.py has 0 bytes instead of *",
        "*cannot import name 'Dense' from *",
        REINSTALL_KERAS,
    ),
    violated=(FILES,),
)
def module_of_keras_empty(environment):
    """A file of Keras was not written: what is to be installed again is Keras, not TensorFlow."""
    environment.write(environment.site / "keras" / "src" / "layers" / "core" / "dense.py", b"")


@KIND.damage(
    obstacle=cannot_be_imported(
        f"the shared library {FRAMEWORK} is present, but damaged or built for another system",
        f"*{FRAMEWORK}: cannot open shared object file: No such file or directory",
        REINSTALL,
    ),
)
def library_of_another_processor(environment):
    """A shared library is whole, but was built for ARM."""
    library = environment.package / FRAMEWORK
    content = bytearray(library.read_bytes())
    content[ELF_MACHINE] = ELF_AARCH64
    environment.write(library, content)


@KIND.damage(
    problems={"tensorflow*/ops.py has 7 bytes instead of *": REINSTALL_FILES},
    obstacle=cannot_be_imported(
        "tensorflow*/ops.py has 7 bytes instead of *", "SyntaxError: *ops.py, line 1)", REINSTALL_FILES
    ),
    violated=(FILES,),
    core=True,
)
def module_of_garbage(environment):
    """A Python file was overwritten."""
    environment.write(environment.package / "python" / "framework" / "ops.py", b"def (:\n")


@KIND.damage(
    obstacle=cannot_be_imported("a Python file of the install is damaged", "EOFError: marshal data *", REINSTALL)
)
def bytecode_of_garbage(environment):
    """The bytecode that Python keeps of a module was not written to its end, in a file that pip did not record."""
    source = environment.package / "python" / "framework" / "ops.py"
    state = source.stat()
    header = importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, int(state.st_mtime), state.st_size)
    bytecode = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
    environment.write(bytecode, header + b"garbage")


@KIND.damage(
    problems={"tensorflow*/tensor_shape.py is missing": REINSTALL_FILES},
    obstacle=cannot_be_imported(
        "the installed tensorflow.python.framework is not the version that its importer needs, or is incomplete",
        "*cannot import name 'tensor_shape' from *",
        REINSTALL_FILES,
    ),
    violated=(FILES,),
)
def module_gone(environment):
    """A Python file is missing."""
    environment.delete(environment.package / "python" / "framework" / "tensor_shape.py")


@KIND.damage(
    problems={
        "keras *: keras/src/callbacks/early_stopping.py differs in content from what was recorded": REINSTALL_KERAS
    },
    violated=(FILES,),
    arguments=("--verify-files", "--statement", OF_THE_INSTALL),
)
def module_edited(environment):
    """A Python file was edited without a change of its length."""
    path = environment.site / "keras" / "src" / "callbacks" / "early_stopping.py"
    environment.write(path, path.read_bytes().replace(b"patience", b"Patience", 1))
