"""What the texts of errors mean, in plain words."""

from __future__ import annotations

import re

import pytest

from tf_conformance.diagnosis.causes import REINSTALL, SIGNALS, Cause
from tf_conformance.diagnosis.errors import ERRORS, cause_of

NUMPY = "TensorFlow, or a package that it uses, was built with a different version of NumPy than the installed one"
NO_TF_KERAS = "tf-keras is requested, but is not installed"
NO_KERAS = "TensorFlow's Keras is not installed, or not in a version that this TensorFlow supports"
PROTOBUF = "TensorFlow was built with a different version of protobuf than the installed one"
KERAS = "the installed Keras is not the version that TensorFlow needs"
OTHER_PYTHON = "a package is for another version of Python, which has another {}"
NEWER_PYTHON = "a package is for a newer Python than this one"
OTHER_GPU = "this TensorFlow has no code for this GPU: it was built for older or for newer ones"
TWICE = "TensorFlow's native code is loaded twice into one process"
NO_SHARED_MEMORY = "there are no semaphores or shared memory: /dev/shm is missing, or cannot be written"
DAMAGED = "a Python file of the install is damaged"
HIDDEN_SIX = "/a/six.py is imported instead of the module six"
MUSL = "this system's C library is musl (Alpine), for which no TensorFlow on PyPI is built"
OTHER_PROCESSOR = "Python and a library of the install are built for different processors"
FULL = "a file cannot be written: the disk is full, or this user's share of it"
NO_HOME = "this user has no home folder, or is not known to the system"
THREADS = "the system refuses to start another thread or process"
PAGING_FILE = "there is not enough memory: the paging file of Windows is too small"
FORBIDDEN = "the system forbids it: a security profile (seccomp, AppArmor, SELinux, fapolicyd) or a missing right"
MAC_REFUSES = "macOS refuses to load a library because of its code signature"
OLD_MAC = "this macOS is older than the install needs: its {} lacks a symbol"

CAUSES = {
    "ImportError: numpy.core.multiarray failed to import": NUMPY,
    "ImportError: numpy.core.umath failed to import": NUMPY,
    "AttributeError: _ARRAY_API not found": NUMPY,
    "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0.0": NUMPY,
    "ValueError: numpy.dtype size changed, may indicate binary incompatibility": NUMPY,
    "RuntimeError: module compiled against ABI version 0x1000009 but this version of numpy is 0x2000000": NUMPY,
    "AttributeError: module 'numpy' has no attribute 'object'": NUMPY,
    "TypeError: Unable to convert function return value to a Python type! The signature was\n\t() -> handle": NUMPY,
    "ImportError: /lib/libstdc++.so.6: version `CXXABI_1.3.9' not found (required by google/protobuf/_message.so)": (
        "the C++ library /lib/libstdc++.so.6 is older than TensorFlow needs: it lacks CXXABI_1.3.9"
    ),
    "ImportError: cannot import name '__version__' from 'keras' (unknown location)": "the package keras is incomplete",
    "ModuleNotFoundError: No module named 'imp'": "Python 3.12 and newer have no module imp",
    "NotFoundError: dlopen(/a/tensorflow-plugins/libmetal_plugin.dylib, 6): Symbol not found: _TF_AssignUpdate": (
        "/a/tensorflow-plugins/libmetal_plugin.dylib, a TensorFlow plugin, was built for a different version of TensorFlow"
        " or of the system"
    ),
    "Warning! ***HDF5 library version mismatched error***": (
        "h5py finds a different HDF5 library than the one that it was built with"
    ),
    "OMP: Error #15: Initializing libiomp5.so, but found libiomp5.so already initialized.": (
        "two copies of the OpenMP library are loaded, libiomp5.so and another one"
    ),
    "TypeError: this __dict__ descriptor does not support '_DictWrapper' objects": (
        "the installed wrapt is newer than this TensorFlow can use"
    ),
    "AttributeError: module 'pkgutil' has no attribute 'ImpImporter'. Did you mean: 'zipimporter'?": (
        "the installed setuptools is older than this Python needs"
    ),
    "AttributeError: module 'gast' has no attribute 'Num'": (
        "the installed gast is not the version that its importer needs, or a file of the same name hides it"
    ),
    "ImportError: Keras cannot be imported. Check that it is installed.": NO_KERAS,
    "ModuleNotFoundError: No module named 'keras'": NO_KERAS,
    "ModuleNotFoundError: No module named 'tf_keras'": NO_TF_KERAS,
    "ImportError: Keras 2 requested, but tf_keras is not installed": NO_TF_KERAS,
    "ValueError: Unable to import backend : theano": "Keras is set to use the backend theano",
    "AttributeError: module 'keras.utils' has no attribute 'x'": (
        "the installed Keras is not the version that TensorFlow needs"
    ),
    "ImportError: cannot import name 'register_load_context_function'": (
        "the installed Keras is not the version that TensorFlow needs"
    ),
    "AttributeError: module 'tensorflow' has no attribute 'keras'": "the package tensorflow is incomplete",
    "ModuleNotFoundError: No module named 'absl'": "the module absl is missing",
    "ModuleNotFoundError: No module named 'absl.logging'": "the module absl.logging is missing",
    "TypeError: Descriptors cannot be created directly.": PROTOBUF,
    "TypeError: Descriptors cannot not be created directly.": PROTOBUF,
    "ImportError: cannot import name 'runtime_version' from 'google.protobuf'": PROTOBUF,
    "VersionError: Detected incompatible Protobuf Gencode/Runtime versions": PROTOBUF,
    "ImportError: libcudart.so.12: cannot open shared object file: No such file": (
        "the shared library libcudart.so.12 is missing"
    ),
    "ImportError: /lib/libm.so.6: version `GLIBC_2.34' not found (required by x.so)": (
        "this system's C library is older than TensorFlow needs: it lacks GLIBC_2.34"
    ),
    "ImportError: /lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found": (
        "the C++ library /lib/libstdc++.so.6 is older than TensorFlow needs: it lacks GLIBCXX_3.4.29"
    ),
    "ModuleNotFoundError: No module named '_lzma'": "this Python was built without _lzma",
    "zipimport.ZipImportError: can't decompress data; zlib not available": "this Python was built without zlib",
    "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/app']": (
        "no folder for temporary files can be written"
    ),
    "OSError: [Errno 116] Stale file handle: '/nfs/tensorflow'": "the disk or the file server fails",
    "OSError: [Errno 5] Input/output error: '/nfs/ops.py'": "the disk or the file server fails",
    "ImportError: cannot load module more than once per process": (
        "NumPy's native code is loaded twice into one process"
    ),
    "ImportError: this version of pandas is incompatible with numpy < 1.22.4": (
        "the installed pandas needs another NumPy than the installed one"
    ),
    "ImportError: numpy._core.multiarray failed to import": (
        "TensorFlow, or a package that it uses, was built with a different version of NumPy than the installed one"
    ),
    "ImportError: x.so: undefined symbol: _ZN3absl": (
        "two parts of the install were built for different versions of each other: the symbol _ZN3absl is missing"
    ),
    "ImportError: /a/x.so: invalid ELF header": ("the shared library /a/x.so is damaged or built for another system"),
    "OSError: /a/x.so: file too short": "the shared library /a/x.so is damaged or built for another system",
    "ImportError: x.so: failed to map segment from shared object": (
        "the system refuses to load x.so: there is no memory, or its folder is mounted noexec"
    ),
    "ImportError: libgomp.so.1: cannot allocate memory in static TLS block": (
        "a library that was loaded before libgomp.so.1 has used up static memory"
    ),
    "InternalError: cudaGetDevice() failed. Status: CUDA driver version is insufficient for CUDA runtime version": (
        "NVIDIA's driver is too old for the CUDA that TensorFlow uses"
    ),
    "failed call to cuInit: CUDA_ERROR_OUT_OF_MEMORY": "the GPU has no memory left",
    "RuntimeError: cudaSetDevice() on GPU:0 failed. Status: out of order": (
        "the GPU or its driver reports an error: out of order"
    ),
    "Unknown flag in XLA_FLAGS: --xla_nonsense": ("XLA_FLAGS contains a flag that this TensorFlow does not know"),
    "OSError: [Errno 24] Too many open files: 'x'": "the system refuses to open another file",
    "RuntimeError: can't start new thread": THREADS,
    "BlockingIOError: [Errno 11] Resource temporarily unavailable": THREADS,
    "MemoryError: no": "there is not enough memory",
    "OSError: [Errno 12] Cannot allocate memory": "there is not enough memory",
    "ImportError: bad magic number in 'six': b'garb'": DAMAGED,
    "EOFError: marshal data too short": DAMAGED,
    "SyntaxError: invalid syntax (ops.py, line 7)": DAMAGED,
    "ValueError: source code string cannot contain null bytes": DAMAGED,
    "AttributeError: partially initialized module 'random' has no attribute 'Random'": (
        "a file of the same name is imported instead of the module random, or the module is incomplete"
    ),
    "ImportError: cannot import name 'x' from 'six' (/a/six.py)": HIDDEN_SIX,
    "ImportError: cannot import name 'x' from partially initialized module 'six' (most likely due to a circular import) "
    "(/a/six.py)": HIDDEN_SIX,
    "AttributeError: module 'random' has no attribute 'Random' (consider renaming '/a/random.py' since it has the same "
    "name as the standard library module named 'random')": (
        "/a/random.py is imported instead of a module of the same name"
    ),
    "ImportError: cannot import name 'x' from 'six' (/a/site-packages/six.py)": (
        "the installed six is not the version that its importer needs, or is incomplete"
    ),
    "ImportError: cannot import name 'context' from 'tensorflow.python.eager' (unknown location)": (
        "the package tensorflow is incomplete"
    ),
    "ImportError: This version of TensorFlow Probability requires TensorFlow version >= 2.5; Detected 2.4.1": (
        "tensorflow-probability is for a different version of TensorFlow than the installed one"
    ),
    "ModuleNotFoundError: No module named 'tensorflow.python._pywrap_tensorflow_internal'": (
        "TensorFlow's native module tensorflow.python._pywrap_tensorflow_internal is missing, "
        "or was built for another Python"
    ),
    "ImportError: cannot import name 'pywrap_tensorflow'": (
        "TensorFlow's native module pywrap_tensorflow is missing: this may be the folder of TensorFlow's sources"
    ),
    "ModuleNotFoundError: No module named 'tensorflow.compat'": (
        "the package tensorflow is incomplete, or a file of its name hides it: it has no module tensorflow.compat"
    ),
    "ModuleNotFoundError: No module named 'pkg_resources'": (
        "the module pkg_resources is missing, which newer versions of setuptools do not have"
    ),
    "ModuleNotFoundError: No module named 'distutils'": "Python 3.12 and newer have no module distutils",
    "descriptor_database.cc:642] File already exists in database: a/b.proto": (
        "two copies of the same native library are loaded: both register a/b.proto"
    ),
    "ImportError: DLL load failed while importing x: A dynamic link library (DLL) initialization routine failed.": (
        "a Windows library that TensorFlow needs is missing or too old"
    ),
    "ImportError: libcuda.so.1: cannot open shared object file: No such file": (
        "NVIDIA's driver is not installed here: libcuda.so.1 cannot be loaded"
    ),
    "ImportError: libtensorflow_framework.so.2: cannot open shared object file: No such file": (
        "TensorFlow's own library libtensorflow_framework.so.2 is missing"
    ),
    "ImportError: x.so: cannot enable executable stack as shared object requires: Permission denied": (
        "the system refuses to load a library: it cannot enable executable stack"
    ),
    "ImportError: x.so: cannot restore segment prot after reloc: Permission denied": (
        "the system refuses to load a library: it cannot restore segment prot"
    ),
    "ImportError: x.so: undefined symbol: PyUnicodeUCS4_FromString": (
        "a library was built for another Python: this one has no PyUnicodeUCS4_FromString"
    ),
    "NotFoundError: /a/site-packages/tensorflow_text/x.so: undefined symbol: _ZN3tsl5mutexC1Ev": (
        "tensorflow_text was built for a different version of TensorFlow than the installed one"
    ),
    "The TensorFlow library was compiled to use AVX instructions, but these aren't available on your machine.": (
        "TensorFlow uses AVX instructions, which this processor does not have"
    ),
    "RuntimeError: module compiled against API version 0x10 but this version of numpy is 0xf": (
        "TensorFlow, or a package that it uses, was built with a newer NumPy than the installed one"
    ),
    "ImportError: Importing the numpy C-extensions failed.": "NumPy is damaged, or was built for another Python",
    "ModuleNotFoundError: import of absl halted; None in sys.modules": (
        "code that Python runs at startup keeps absl from being imported"
    ),
    "OSError: [Errno 27] File too large": "the system refuses to write a larger file",
    "PermissionError: [Errno 13] Permission denied: '/a/x.py'": "/a/x.py cannot be read",
    "ImportError: /a/x.so: cannot open shared object file: Permission denied": "/a/x.so cannot be read",
    "F xla/parse_flags_from_env.cc:227] Unknown flags in TF_XLA_FLAGS: --x": (
        "TF_XLA_FLAGS contains a flag that this TensorFlow does not know"
    ),
    'F0000 parse_flags_from_env.cc:171] Could not open file "x" to read flags for environment variable "XLA_FLAGS". (We': (
        "XLA_FLAGS names the file x, which cannot be opened"
    ),
    "OSError: Permission denied": "a file of the install cannot be read",
    "AttributeError: `np.complex_` was removed in the NumPy 2.0 release. Use `np.complex128` instead.": NUMPY,
    "TypeError: Couldn't build proto file into descriptor pool!": PROTOBUF,
    "ImportError: Keras requires TensorFlow 2.2 or higher. Install TensorFlow via `pip install tensorflow`": (
        "the installed Keras is not the version that TensorFlow needs"
    ),
    "ImportError: /a/libcrypto.so.3: version `OPENSSL_3.3.0' not found (required by /b/_ssl.so)": (
        "the library /a/libcrypto.so.3 is older than /b/_ssl.so needs: it lacks OPENSSL_3.3.0"
    ),
    "ImportError: Error relocating /a/_pywrap_tensorflow_internal.so: __memcpy_chk: symbol not found": MUSL,
    "ImportError: Error loading shared library ld-linux-x86-64.so.2: No such file or directory": MUSL,
    "ImportError: dlopen(/a/x.so): tried: '/a/x.so' (mach-o file, but is an incompatible architecture (have 'x86_64', "
    "need 'arm64'))": OTHER_PROCESSOR,
    "OSError: [WinError 193] %1 is not a valid Win32 application": OTHER_PROCESSOR,
    "OSError: [WinError 126] The specified module could not be found": (
        "a Windows library that TensorFlow needs is missing or too old"
    ),
    "FileNotFoundError: [WinError 206] The filename or extension is too long": "a path is longer than Windows allows",
    "OSError: [WinError 1455] The paging file is too small for this operation": PAGING_FILE,
    "ImportError: DLL load failed while importing x: Not enough memory resources are available": PAGING_FILE,
    "OMP: Error #34: System unable to allocate necessary resources for OMP thread:": THREADS,
    "ImportError: dlopen(/a/x.so): Library not loaded: @rpath/libtensorflow_framework.2.dylib": (
        "TensorFlow's own library @rpath/libtensorflow_framework.2.dylib is missing"
    ),
    "ImportError: dlopen(/a/x.so): Library not loaded: @rpath/libhdf5.dylib": (
        "the shared library @rpath/libhdf5.dylib is missing"
    ),
    "OSError: [Errno 30] Read-only file system: '/a/.keras'": "/a/.keras cannot be written: the file system is read-only",
    "OSError: [Errno 30] Read-only file system": "a file cannot be written: the file system is read-only",
    "OSError: [Errno 28] No space left on device": FULL,
    "OSError: [Errno 122] Disk quota exceeded": FULL,
    "PermissionError: [Errno 13] Permission denied: '/.keras'": (
        "/.keras cannot be written: HOME is /, as for a user without a home folder"
    ),
    "KeyError: 'getpwuid(): uid not found: 1000'": NO_HOME,
    "RuntimeError: Could not determine home directory.": NO_HOME,
    "ImportError: This platform lacks a functioning sem_open implementation": NO_SHARED_MEMORY,
    "F0000 env.cc:410] Check failed: -1 != path_length (-1 vs. -1)": (
        "TensorFlow cannot find out which program it runs in: /proc is missing"
    ),
    "UnicodeDecodeError: 'ascii' codec can't decode byte 0xe2 in position 6260: ordinal not in range(128)": (
        "a text is not in the locale's encoding, ascii"
    ),
    "UnicodeDecodeError: 'gbk' codec can't decode byte 0x80": "a text is not in the locale's encoding, gbk",
    'ImportError: generic_type: type "Status" is already registered!': (
        "TensorFlow's native code is loaded twice into one process"
    ),
    "ImportError: urllib3 v2 only supports OpenSSL 1.1.1+, currently the 'ssl' module is compiled with 'OpenSSL 1.0.2k'": (
        "the installed urllib3 needs a newer OpenSSL than that of this Python"
    ),
    "RuntimeError: NumPy was built with baseline optimizations: (X86_V2) but your machine doesn't support: (X86_V2).": (
        "NumPy uses instructions (X86_V2) that this processor does not have"
    ),
    "qemu: uncaught target signal 6 (Aborted) - core dumped": "an emulator of another processor ends the process",
    "AlreadyExistsError: Another metric with the same name already exists.": KERAS,
    "AssertionError: Duplicate registrations for type 'experimentalOptimizer'": KERAS,
    "AttributeError: module 'tensorflow.compat.v2.experimental' has no attribute 'dtensor'": KERAS,
    "ImportError: cannot import name 'dtensor' from 'tensorflow.compat.v2.experimental' (/site-packages/x.py)": KERAS,
    "TypeError: __new__() got an unexpected keyword argument 'serialized_options'": PROTOBUF,
    "RuntimeError: The current Numpy installation ('x') fails to pass a sanity check due to a bug in the windows runtime.": (
        "the installed NumPy does not work with the C library of this Windows"
    ),
    "TypeError: Metaclasses with custom tp_new are not supported.": "the installed protobuf is older than this Python needs",
    "ImportError: cannot import name 'Mapping' from 'collections' (/lib/python3.10/collections/__init__.py)": (
        OTHER_PYTHON.format("collections")
    ),
    "AttributeError: module 'inspect' has no attribute 'getargspec'": OTHER_PYTHON.format("inspect"),
    "AttributeError: type object 'Callable' has no attribute '_abc_registry'": OTHER_PYTHON.format("Callable"),
    "SyntaxError: future feature annotations is not defined": NEWER_PYTHON,
    "TypeError: 'type' object is not subscriptable": NEWER_PYTHON,
    "TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'": NEWER_PYTHON,
    "ValueError: numpy.ndarray size changed, may indicate binary incompatibility. Expected 88 from C header": NUMPY,
    "AttributeError: type object 'h5py.h5.H5PYConfig' has no attribute '__reduce_cython__'": (
        "h5py is damaged, or mixed with another version"
    ),
    "ImportError: Could not find 'cudart64_101.dll'. TensorFlow requires that this DLL be installed": (
        "NVIDIA's library cudart64_101.dll, of the CUDA that this TensorFlow uses, is missing"
    ),
    "ImportError: Could not find the DLL(s) 'msvcp140_1.dll'.": (
        "a Windows library that TensorFlow needs is missing or too old"
    ),
    "FileExistsError: [Errno 17] File exists: '/home/u/.keras'": (
        "/home/u/.keras is not the file or folder that it should be (File exists)"
    ),
    "OSError: [Errno 40] Too many levels of symbolic links: '/site-packages/keras/src'": (
        "/site-packages/keras/src is not the file or folder that it should be (Too many levels of symbolic links)"
    ),
    "F op.cc:56] Non-OK-status: RegisterAlreadyLocked(deferred_[i]) status: ALREADY_EXISTS": TWICE,
    "OMP: Error #178: Function Can't open SHM2 failed:": NO_SHARED_MEMORY,
    "Intel MKL FATAL ERROR: Cannot load libmkl_avx512.so or libmkl_def.so.": (
        "Intel's MKL does not find libmkl_avx512.so, or finds one of another version"
    ),
    "mkl-service + Intel(R) MKL: MKL_THREADING_LAYER=INTEL is incompatible with libgomp.so.1 library.": (
        "MKL and the OpenMP library of another package cannot share a process"
    ),
    "libc++abi: terminating due to uncaught exception: mutex lock failed: Invalid argument": (
        "the C++ code of another package disturbs TensorFlow's, as that of pyarrow does on macOS"
    ),
    "Inconsistency detected by ld.so: dl-version.c: 205: _dl_check_map_versions": (
        "the loader meets a C library of another system"
    ),
    "zipimport.ZipImportError: bad local file header: '/site-packages/x.egg'": (
        "the archive /site-packages/x.egg is damaged"
    ),
    "AttributeError: module 'lib' has no attribute 'X509_V_FLAG_NOTIFY_POLICY'": (
        "the installed pyOpenSSL is older than its cryptography needs"
    ),
    "PermissionError: [Errno 1] Operation not permitted": FORBIDDEN,
    "ImportError: /a/x.so: cannot open shared object file: Operation not permitted": FORBIDDEN,
    "ImportError: dlopen(/a/x.so, 2): tried: '/a/x.so' (code signature in <3F> '/a/x.so' not valid for use": MAC_REFUSES,
    "ImportError: dlopen(/a/x.so, 2): tried: '/a/x.so' (library load disallowed by system policy)": MAC_REFUSES,
    "Symbol not found: _x Referenced from: /a/x.so Expected in: /usr/lib/libSystem.B.dylib": OLD_MAC.format(
        "/usr/lib/libSystem.B.dylib"
    ),
    "Symbol not found: _x Referenced from: <3F> /a/x.so Expected in: <5A> /usr/lib/libc++.1.dylib": OLD_MAC.format(
        "/usr/lib/libc++.1.dylib"
    ),
    "ImportError: DLL load failed while importing x: An Application Control policy has blocked this file.": (
        "Windows refuses to load a library of the install: An Application Control policy has blocked this file."
    ),
    "ImportError: DLL load failed while importing x: %1 is not a valid Win32 application.": OTHER_PROCESSOR,
    "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udce9' in position 2: surrogates not allowed": (
        "a path of this environment is not in UTF-8, and native modules cannot be loaded from there"
    ),
    "OSError: [Errno 116] Stale NFS file handle: '/a/x'": "the disk or the file server fails",
    "OSError: [Errno 112] Host is down: '/a/x.py'": "the system cannot use /a/x.py: Host is down",
    "OSError: [Errno 37] Unable to create file (unable to lock file, error message = 'No locks available')": (
        "another program has locked a file, or its file system does not support locks"
    ),
    "ERROR: something wrong with flag 'fatal'. One possibility: file 'x' is being linked both statically and dynamically": TWICE,
    "ImportError: dlopen: cannot load any more object with static TLS": (
        "libraries that were loaded before have used up static memory"
    ),
    "InternalError: no kernel image is available for execution on the device": OTHER_GPU,
    "InternalError: 'cuLaunchKernel(function)' failed with 'CUDA_ERROR_INVALID_HANDLE'": OTHER_GPU,
    "FailedPreconditionError: DNN library initialization failed. Look at the errors above for more details.": (
        "cuDNN cannot begin: the GPU has no memory left, or cuDNN is not the version that TensorFlow needs"
    ),
}


@pytest.mark.parametrize(("text", "cause"), CAUSES.items())
def test_cause(text, cause):
    """An error's text reveals its cause, with the name of the part that is concerned, and what to do."""
    found = cause_of(text)
    assert found.cause == cause
    assert found.advice


def test_unknown_error():
    """A text that reveals nothing has no cause."""
    assert cause_of("RuntimeError: something else") is None
    assert cause_of("UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff") is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("TypeError: unsupported operand type(s) for |: 'Tensor' and 'bool'", None),
        ("FileExistsError: [Errno 17] File exists: 'checkpoints'", None),
        ("RuntimeWarning: numpy.ufunc size changed, may indicate binary incompatibility. Expected 192", None),
        ("failed to query event: CUDA_ERROR_INVALID_HANDLE: invalid resource handle", None),
        ("AttributeError: partially initialized module 'enum' has no attribute 'IntFlag'", "a file of the same name"),
        (
            "ImportError: cannot import name 'multi_gpu_model' from 'tensorflow.keras.utils' (/site-packages/x.py)",
            "the installed tensorflow.keras.utils is not the version that its importer needs",
        ),
        (
            "AttributeError: module 'tensorflow._api.v2.train' has no attribute 'AdamOptimizer'",
            "the installed tensorflow._api.v2.train is not the version that its importer needs",
        ),
        (
            "ImportError: cannot import name 'tensor_shape' from 'tensorflow.python.framework' (/site-packages/x.py)",
            "the installed tensorflow.python.framework is not the version that its importer needs",
        ),
    ],
)
def test_text_of_another_cause(text, cause):
    """What only resembles a known error blames neither Keras nor another innocent part."""
    found = cause_of(text)
    assert found is cause or found.cause.startswith(cause)


def test_every_known_error_is_tried():
    """Each known error is the first match of one of the texts here, so that no other one hides it."""
    first = {next(expression for expression in ERRORS if re.search(expression, text)) for text in CAUSES}
    assert [expression for expression in ERRORS if expression not in first] == []


def test_name_in_the_advice():
    """What to do names the part that is concerned, too."""
    assert cause_of("Unknown flag in TF_XLA_FLAGS: --x").advice == ("correct or unset TF_XLA_FLAGS",)


@pytest.mark.parametrize(
    ("installed", "cause"),
    [
        ([], "the shared library libx.so.2 is missing"),
        (["liby.so.2"], "the shared library libx.so.2 is missing"),
        (
            ["liby.so.2", "libx.so.2"],
            "the shared library libx.so.2 is present, but damaged or built for another system",
        ),
    ],
)
def test_library_that_cannot_be_opened(installed, cause):
    """A library that cannot be opened although it is where it was installed is damaged or for another system."""
    assert cause_of("ImportError: libx.so.2: cannot open shared object file: No such file", installed).cause == cause


def test_library_that_is_installed_but_damaged():
    """For a damaged library, installing TensorFlow again is what helps."""
    assert cause_of("libx.so: cannot open shared object file", ["libx.so"]) == Cause(
        "the shared library libx.so is present, but damaged or built for another system", REINSTALL
    )


@pytest.mark.parametrize(
    "advice", [*(advice for _, *advice in ERRORS.values()), *(cause.advice for cause in SIGNALS.values())]
)
def test_steps(advice):
    """What to do is one short step per line; a command is left to the installer at hand."""
    assert advice
    for step in advice:
        assert "\n" not in step
        assert len(step) < 120
        assert "pip install" not in step


def test_word_that_is_no_path():
    """A word as long as a picture in a log does not keep the search for paths busy."""
    error = "ImportError: libx.so.2: cannot open shared object file: No such file"
    assert cause_of(f"{'x' * 10**6}\n{error}") == cause_of(error)


def test_library_that_is_there(tmp_path):
    """A library that the loader does not find although it is there is for another processor."""
    library = tmp_path / "x.so"
    said = f"ImportError: {library}: cannot open shared object file: No such file or directory"
    assert cause_of(said).cause == f"the shared library {library} is missing"
    library.touch()
    assert cause_of(said).cause == f"the shared library {library} is present, but damaged or built for another system"
