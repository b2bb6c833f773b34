"""What the texts of errors mean, in plain words, and what to do."""

from __future__ import annotations

import os
import re
from typing import Iterable

from tf_conformance.diagnosis.causes import NO_TEMPORARY_FOLDER, NO_UTF_8, REINSTALL, Cause
from tf_conformance.diagnosis.culprits import BUILD_AGAIN, COMPILED_MODULES
from tf_conformance.install.limits import RESOURCES

RUN_WITHOUT_GPU = "to run without GPUs: CUDA_VISIBLE_DEVICES=-1"
SEE_NVIDIA_SMI = "see what nvidia-smi says"
BEHIND_A_NAME = r"'([\w.]+)'[^(]*(?:\(most likely[^)]*\))?[^(]*"
OWN_FILE = r"\((?P<path>(?![^()]*(?:(?:site|dist)-packages|[\\/][Ll]ib[\\/](?:python3|\w+\.py)))[^()]+\.py)\)"

# What an error says, as an expression -> the cause that it reveals, and then what to do, step by step. ``{found}`` is the first
# group that matches, ``{name}`` the group of that name. The first match counts.
ERRORS: dict[str, tuple[str, ...]] = {
    r"(?P<path>\S+): version [`']?(?P<symbol>(?:GLIBCXX|CXXABI)_[\d.]+)'? not found": (
        "the C++ library {path} is older than TensorFlow needs: it lacks {symbol}",
        "if its folder is on LD_LIBRARY_PATH, take it off",
        "otherwise install a newer one (libstdcxx-ng in conda, the module of a newer GCC on a cluster)",
    ),
    r"version [`']?(GLIBC_[\w.]+)'? not found": (
        "this system's C library is older than TensorFlow needs: it lacks {found}",
        "use a newer system, or a container of one",
    ),
    r"(?P<path>\S+): version [`'](?P<version>\S+)' not found \(required by (?P<other>[^)]+)\)": (
        "the library {path} is older than {other} needs: it lacks {version}",
        "if its folder is on LD_LIBRARY_PATH, take it off",
        "otherwise update the package that brings it",
    ),
    r"Error relocating |Error loading shared library ld-linux": (
        "this system's C library is musl (Alpine), for which no TensorFlow on PyPI is built",
        "use a system or an image with the GNU C library: Debian's python:3-slim instead of python:3-alpine",
    ),
    r"incompatible architecture \(have|mach-o, but wrong architecture|WinError 193|not a valid Win32 application": (
        "Python and a library of the install are built for different processors",
        "make the environment again with a Python for this machine: python -c 'import platform; print(platform.machine())'",
    ),
    r"code signature .*not valid|library load disallowed by system policy": (
        "macOS refuses to load a library because of its code signature",
        "use a Python that does not check the signatures of libraries, such as that of Homebrew or conda",
    ),
    r"consider renaming '([^']+)'": ("{found} is imported instead of a module of the same name", "rename {found}"),
    rf"(?:partially initialized module|cannot import name .* from) {BEHIND_A_NAME}{OWN_FILE}": (
        "{path} is imported instead of the module {found}",
        "rename or move {path}",
    ),
    r"Importing the numpy C-extensions failed|you should not try to import numpy from|fails to pass simple sanity checks"
    r"|^numpy: Error importing numpy": (
        "NumPy is damaged, or was built for another Python",
        "{reinstall numpy}",
        "if PYTHONPATH names folders of another Python, unset it",
    ),
    r"fails to pass a sanity check due to a bug in the windows runtime": (
        "the installed NumPy does not work with the C library of this Windows",
        "{upgrade numpy}",
        "update Windows",
    ),
    r"compiled against (?:API|ABI) version (?:0x)?[0-9a-f]+ but this version of numpy is (?:0x)?[0-9a-f]\b": (
        "TensorFlow, or a package that it uses, was built with a newer NumPy than the installed one",
        "{upgrade numpy}",
    ),
    r"compiled using NumPy 1|_ARRAY_API not found|numpy\._?core\.\w+ failed to import|numpy\.core\._multiarray_umath"
    r"|(?<!Warning: )numpy\.\w+ size changed|compiled against (?:API|ABI) version|module 'numpy' has no attribute"
    r"|`np\.\w+` was removed in the NumPy 2"
    r"|No module named 'numpy\._?core"
    # What the bindings of TensorFlow 2.7 to 2.14 say if they cannot use NumPy's C API.
    r"|Unable to convert function return value to a Python type! The signature was\s+\(\) -> handle": (
        "TensorFlow, or a package that it uses, was built with a different version of NumPy than the installed one",
        "{upgrade numpy}",
    ),
    r"(?:requires the `?tf_keras`?|tf_keras is not installed|No module named 'tf_keras'|[Ff]ailed to import TF-?[Kk]eras"
    r"|do not have the tf_keras package|Keras 2 requested|Failed to import tf_keras)": (
        "tf-keras is requested, but is not installed",
        "{upgrade tf-keras}",
    ),
    r"Keras cannot be imported|No module named '(?:keras|keras_nightly)'|No module named 'tf_keras\.|`tf_keras`": (
        "TensorFlow's Keras is not installed, or not in a version that this TensorFlow supports",
        "{keras}",
    ),
    r"Unable to import backend ?: ?'?(\w+)": (
        "Keras is set to use the backend {found}",
        "unset KERAS_BACKEND",
        "delete the line of backend in ~/.keras/keras.json",
    ),
    r"cannot import name '\w+' from '(tensorflow|google|keras)[\w.]*' \(unknown location\)"
    r"|(?<!initialized )module '(tensorflow)' has no attribute": (
        "the package {found} is incomplete",
        "{replace {found}}",
    ),
    r"register_load_context_function|module 'keras[\w.]*' has no attribute|No module named 'keras\.([\w.]+)'"
    r"|cannot import name '\w+' from '(?:keras|tf_keras)[\w.]*'|module 'tensorflow\.[\w.]*__internal__' has no"
    r"|No module named 'tensorflow\.python\.(?:trackable|distribute\.load_context|training\.tracking)"
    r"|Keras requires TensorFlow|metrics? with the same name|Duplicate registrations for type"
    # The name by which Keras imports TensorFlow, and hardly anybody else.
    r"|(?<!initialized )module 'tensorflow\.(?:_api\.v[12]\.)?compat\.v2[\w.]*' has no attribute"
    r"|cannot import name '\w+' from 'tensorflow\.compat\.v2[\w.]*'": (
        "the installed Keras is not the version that TensorFlow needs",
        "{keras}",
    ),
    r"(?:[Tt]his version of TensorFlow Probability requires TensorFlow version)": (
        "tensorflow-probability is for a different version of TensorFlow than the installed one",
        "{install tensorflow-probability}",
    ),
    r"cannot import name '?(_?pywrap_tensorflow\w*)'?": (
        "TensorFlow's native module {found} is missing: this may be the folder of TensorFlow's sources",
        "leave the working folder, if it holds TensorFlow's sources",
        *REINSTALL,
    ),
    r"No module named '([\w.]*_pywrap_\w+)'": (
        "TensorFlow's native module {found} is missing, or was built for another Python",
        *REINSTALL,
    ),
    r"No module named '(tensorflow(?:_core)?\.[\w.]+)'": (
        "the package tensorflow is incomplete, or a file of its name hides it: it has no module {found}",
        "rename a file or folder of your own that is called tensorflow",
        "{replace}",
    ),
    r"No module named '(pkg_resources)'": (
        "the module {found} is missing, which newer versions of setuptools do not have",
        "{upgrade setuptools}",
    ),
    r"No module named '(distutils)(?:\.\w+)*'": ("Python 3.12 and newer have no module {found}", "{provide {found}}"),
    r"No module named '(imp)'": ("Python 3.12 and newer have no module {found}", "{python}"),
    r"(?:(?<!initialized )module|from) '(collections|inspect|ast|typing|enum|types|configparser|importlib(?:\.metadata)?)'"
    r"|type object '(Callable)' has no attribute '_abc_registry": (
        "a package is for another version of Python, which has another {found}",
        "{python}",
        "uninstall packages that replace modules of Python, for older ones: dataclasses, enum34, typing",
    ),
    r"future feature \w+ is not defined|'type' object is not subscriptable"
    r"|unsupported operand type\(s\) for \|: '(?:type|dict|_\w+|\w+Meta)'": (
        "a package is for a newer Python than this one",
        "use a newer Python, or an older version of the package whose file is the last in the traceback (-v shows it)",
    ),
    rf"No module named '({'|'.join(COMPILED_MODULES)})'|(zlib) not available": (
        "this Python was built without {found}",
        BUILD_AGAIN,
    ),
    r"import of ([\w.]+) halted; None in sys\.modules": (
        "code that Python runs at startup keeps {found} from being imported",
        "look for {found} in sitecustomize.py, usercustomize.py and the .pth files of this environment",
    ),
    r"No module named '?([\w.]+)'?|To use Keras, you need to have `(\w+)` installed": (
        "the module {found} is missing",
        "{provide {found}}",
    ),
    r"File already exists in database: ([\w./-]+)": (
        "two copies of the same native library are loaded: both register {found}",
        "unset LD_PRELOAD, and LD_LIBRARY_PATH if it names another TensorFlow or protobuf",
        "see which packages bring another copy of libtensorflow or libprotobuf",
    ),
    r"Descriptors (?:cannot|should)(?: not)? (?:not )?be created directly|runtime_version"
    r"|Detected (?:incompatible|mismatched) Protobuf|has no attribute '(?:GetPrototype|GetMessageClass)'"
    r"|requires version [\d.]+ of the Protocol Buffer runtime library|'message_types_by_name'"
    r"|build proto file into descriptor pool|__\(\) got an unexpected keyword argument '(?:serialized_options|create_key|syntax)'"
    r"|google/protobuf|google\.protobuf": (
        "TensorFlow was built with a different version of protobuf than the installed one",
        "{upgrade protobuf}",
    ),
    r"Metaclasses with custom tp_new are not supported": (
        "the installed protobuf is older than this Python needs",
        "{upgrade protobuf}",
    ),
    r"type object '(\w+)\.[\w.]+' has no attribute '__reduce_cython__'": (
        "{found} is damaged, or mixed with another version",
        "{reinstall {found}}",
    ),
    r"Could not find '(cu\w+\.dll)'": (
        "NVIDIA's library {found}, of the CUDA that this TensorFlow uses, is missing",
        "install the CUDA that has {found}, and add its folder to PATH",
    ),
    r"paging file is too small|Not enough memory resources|WinError 1455\b": (
        "there is not enough memory: the paging file of Windows is too small",
        "end other programs, or have Windows manage the size of its paging file",
    ),
    r"DLL load failed[^:]*: (.*\bpolicy\b.*|Access is denied)|WinError (?:1260|4551)\b": (
        "Windows refuses to load a library of the install: {found}",
        "allow it in Windows Security, or ask who manages this computer",
    ),
    r"DLL load failed|WinError (?:126|127|1114)\b|Could not find the DLL": (
        "a Windows library that TensorFlow needs is missing or too old",
        "install the latest Microsoft Visual C++ Redistributable (x64)",
        *REINSTALL,
    ),
    r"(lib(?:cuda|nvidia[\w-]*)\.so[\w.]*): (?:cannot open shared object file|file too short)": (
        "NVIDIA's driver is not installed here: {found} cannot be loaded",
        "install NVIDIA's driver; in a container, start it with the GPUs (--gpus all)",
    ),
    r"(?:\[Errno 1\]|cannot open shared object file:) Operation not permitted": (
        "the system forbids it: a security profile (seccomp, AppArmor, SELinux, fapolicyd) or a missing right",
        "see what the system's log says (dmesg), and allow it: --security-opt seccomp=unconfined in a container",
    ),
    r"(\S+): cannot open shared object file: Permission denied": (
        "{found} cannot be read",
        "correct the permissions of {found}",
    ),
    r"([^\s(]+tensorflow-plugins[^\s,)]+).*(?:undefined symbol|[Ss]ymbol not found|Library not loaded)": (
        "{found}, a TensorFlow plugin, was built for a different version of TensorFlow or of the system",
        "update the package that brings {found}, or uninstall it",
    ),
    r"Expected in: '?(?:<[^>]*> )?(/(?:usr/lib|System)/[^\s']+)": (
        "this macOS is older than the install needs: its {found} lacks a symbol",
        "use a newer macOS, or an older TensorFlow",
    ),
    r"(\S*libtensorflow_(?:framework|cc)\.so[\w.]*|\S*_pywrap_\w+\.so): cannot open shared object file"
    r"|Library not loaded: (\S*tensorflow\S+)": ("TensorFlow's own library {found} is missing", *REINSTALL),
    r"(\S+): cannot open shared object file|Library not loaded: (\S+)": (
        "the shared library {found} is missing",
        "install the package that contains {found}",
        "if it is installed, add its folder to LD_LIBRARY_PATH",
    ),
    r"WinError 206": (
        "a path is longer than Windows allows",
        "allow long paths (LongPathsEnabled in the registry), or make the environment in a folder near the root",
    ),
    r"No usable temporary directory": (NO_TEMPORARY_FOLDER.cause, *NO_TEMPORARY_FOLDER.advice),
    r"Read-only file system(?:: '(?P<path>[^']+)')?": (
        "{path} cannot be written: the file system is read-only",
        "set HOME, KERAS_HOME and TMPDIR to folders that can be written",
    ),
    r"(?:No space left on device|Disk quota exceeded)(?:: '(?P<path>[^']+)')?": (
        "{path} cannot be written: the disk is full, or this user's share of it",
        "free space there, or set HOME, KERAS_HOME and TMPDIR to folders on another disk",
    ),
    r"Permission denied: '(?P<path>/\.\w[^']*)'": (
        "{path} cannot be written: HOME is /, as for a user without a home folder",
        "set HOME to a folder that can be written: docker run --env HOME=/tmp",
    ),
    r"KeyError: 'HOME'|determine home directory|uid not found": (
        "this user has no home folder, or is not known to the system",
        "set HOME and USER: docker run --env HOME=/tmp --env USER=me",
    ),
    r"functioning sem_open implementation|\[Errno 38\] Function not implemented|Can't open SHM": (
        "there are no semaphores or shared memory: /dev/shm is missing, or cannot be written",
        "mount it: docker run --tmpfs /dev/shm",
    ),
    r"\[Errno \d+\] (?P<why>File exists|Not a directory|Is a directory|Too many levels of symbolic links): '(?P<path>/[^']+)'": (
        "{path} is not the file or folder that it should be ({why})",
        "move {path} away, and reinstall the package to which it belongs, if any",
    ),
    r"-1 != path_length": (
        "TensorFlow cannot find out which program it runs in: /proc is missing",
        "mount it: mount -t proc proc /proc",
    ),
    r"Unicode(?:De|En)codeError: '(?!utf)([\w-]+)' codec": (
        "a text is not in the locale's encoding, {found}",
        "set PYTHONUTF8=1, or LC_ALL=C.UTF-8",
    ),
    r"UnicodeEncodeError: 'utf-?8' .*surrogates not allowed": (NO_UTF_8.cause, *NO_UTF_8.advice),
    r"(?:Input/output error|Stale (?:NFS )?file handle|Remote I/O error|Transport endpoint is not connected)": (
        "the disk or the file server fails",
        "see whether the file that the evidence names can be copied, and what the system's log says (dmesg)",
    ),
    r"unable to lock file": (
        "another program has locked a file, or its file system does not support locks",
        "set HDF5_USE_FILE_LOCKING=FALSE",
    ),
    r"linked both statically and dynamically"
    r"|generic_type: type \"\w+\" is already registered|RegisterAlreadyLocked|Op with name \w+ already": (
        "TensorFlow's native code is loaded twice into one process",
        "look for a second TensorFlow on PYTHONPATH, and for code that imports it again after a failure",
    ),
    r"cannot load module more than once per process|CPU dispatcher tracer already ini": (
        "NumPy's native code is loaded twice into one process",
        "look for a second NumPy on PYTHONPATH, and for code that deletes NumPy from sys.modules",
    ),
    r"MKL FATAL ERROR: Cannot load (\S+)": (
        "Intel's MKL does not find {found}, or finds one of another version",
        "if LD_LIBRARY_PATH or LD_PRELOAD names a folder with MKL's libraries, take it off",
        "otherwise update mkl and what uses it together: conda update mkl mkl-service numpy",
    ),
    r"MKL_THREADING_LAYER=\w+ is incompatible with|or set the threading layer accordingly": (
        "MKL and the OpenMP library of another package cannot share a process",
        "set MKL_THREADING_LAYER=GNU",
    ),
    r"mutex lock failed: Invalid argument": (
        "the C++ code of another package disturbs TensorFlow's, as that of pyarrow does on macOS",
        "update or uninstall pyarrow, which Keras imports through pandas",
    ),
    r"Inconsistency detected by ld\.so|cannot handle TLS data": (
        "the loader meets a C library of another system",
        "take folders with a libc.so.6 off LD_LIBRARY_PATH, and unset LD_PRELOAD",
    ),
    r"ZipImportError: [^:]+: '([^']+)'": ("the archive {found} is damaged", "install what is in {found} again"),
    r"module 'lib' has no attribute '\w*X509": (
        "the installed pyOpenSSL is older than its cryptography needs",
        "{upgrade pyopenssl}",
    ),
    r"urllib3 v2 only supports OpenSSL": (
        "the installed urllib3 needs a newer OpenSSL than that of this Python",
        "{upgrade urllib3}",
    ),
    r"this version of (\w+) is incompatible with numpy": (
        "the installed {found} needs another NumPy than the installed one",
        "{update {found}}",
    ),
    r"cannot (enable executable stack|restore segment prot)": (
        "the system refuses to load a library: it cannot {found}",
        "update the package of the library that the evidence names",
    ),
    r"undefined symbol: (_?Py\w+)": ("a library was built for another Python: this one has no {found}", *REINSTALL),
    r"(?:(?:site|dist)-packages[\\/]|[\s'\"(])(?P<part>(?:tensorflow|tf)_(?!core\b)\w+)[\\/]\S*:? ?undefined symbol: ": (
        "{part} was built for a different version of TensorFlow than the installed one",
        "{update {part}}",
    ),
    r"(?:undefined symbol|Symbol not found): (\S+)": (
        "two parts of the install were built for different versions of each other: the symbol {found} is missing",
        *REINSTALL,
        "in conda, take all packages from one channel",
    ),
    r"([^\s'\[(]+): (?:invalid ELF header|file too short|ELF file's phentsize|wrong ELF class|ELF load command)": (
        "the shared library {found} is damaged or built for another system",
        *REINSTALL,
    ),
    r"(\S+): failed to map segment": (
        "the system refuses to load {found}: there is no memory, or its folder is mounted noexec",
        "if its folder is mounted noexec, install in another one",
        "otherwise free memory, or raise ulimit -v",
    ),
    r"(\S+): cannot allocate memory in static TLS block": (
        "a library that was loaded before {found} has used up static memory",
        "if LD_PRELOAD is set, unset it",
        "otherwise start Python with LD_PRELOAD={found}",
    ),
    r"dlopen: cannot load any more object with static TLS": (
        "libraries that were loaded before have used up static memory",
        "unset LD_PRELOAD, or use a system with a newer C library",
    ),
    r"NumPy was built with baseline optimizations: \(([^)]+)\)": (
        "NumPy uses instructions ({found}) that this processor does not have",
        "use a NumPy that was built for this processor",
    ),
    r"qemu: uncaught target signal|rosetta error": (
        "an emulator of another processor ends the process",
        "use an image, or an environment, for this machine's processor (docker run --platform)",
    ),
    r"was compiled to use (\w+) instructions, but these aren't available": (
        "TensorFlow uses {found} instructions, which this processor does not have",
        "use a TensorFlow that was built for this processor",
    ),
    r"no kernel image is available|CUDA_ERROR_(?:NO_BINARY_FOR_GPU|INVALID_PTX|INVALID_IMAGE)"
    r"|cuLaunchKernel.*CUDA_ERROR_INVALID_HANDLE": (
        "this TensorFlow has no code for this GPU: it was built for older or for newer ones",
        "use a TensorFlow that was built for this GPU",
        RUN_WITHOUT_GPU,
    ),
    r"DNN library initialization failed": (
        "cuDNN cannot begin: the GPU has no memory left, or cuDNN is not the version that TensorFlow needs",
        "see who uses it: nvidia-smi",
        RUN_WITHOUT_GPU,
    ),
    r"driver version is insufficient|UNSUPPORTED_PTX_VERSION": (
        "NVIDIA's driver is too old for the CUDA that TensorFlow uses",
        "install a newer driver",
        RUN_WITHOUT_GPU,
    ),
    r"CUDA_ERROR_OUT_OF_MEMORY": ("the GPU has no memory left", "see who uses it: nvidia-smi", RUN_WITHOUT_GPU),
    r"failed\. Status: (.+)": ("the GPU or its driver reports an error: {found}", SEE_NVIDIA_SMI, RUN_WITHOUT_GPU),
    r"Unknown flags? in (\w+): ": (
        "{found} contains a flag that this TensorFlow does not know",
        "correct or unset {found}",
    ),
    r"HDF5 library version mismatched": (
        "h5py finds a different HDF5 library than the one that it was built with",
        "if LD_LIBRARY_PATH names a folder with libhdf5, take it off",
        "{reinstall h5py}",
    ),
    r"OMP: Error #15: Initializing (\S+),": (
        "two copies of the OpenMP library are loaded, {found} and another one",
        "see which packages bring a copy of {found}, and keep one",
    ),
    r"does not support '_DictWrapper' objects": (
        "the installed wrapt is newer than this TensorFlow can use",
        "{install wrapt}",
    ),
    r"module 'pkgutil' has no attribute 'ImpImporter'": (
        "the installed setuptools is older than this Python needs",
        "{upgrade setuptools}",
    ),
    r"Could not open file \"(?P<path>[^\"]+)\" to read flags for environment variable \"(?P<variable>\w+)\"": (
        "{variable} names the file {path}, which cannot be opened",
        "correct or unset {variable}",
    ),
    **{resource.error: (resource.cause, resource.do) for resource in RESOURCES},
    r"null bytes|invalid syntax|unterminated|unexpected EOF|unindent|IndentationError|SyntaxError|marshal data"
    r"|unmarshal|bad magic number|Non-code object": ("a Python file of the install is damaged", *REINSTALL),
    r"cannot import name '(?!notf')\w+' from '([\w.]+)'": (
        "the installed {found} is not the version that its importer needs, or is incomplete",
        "{update {found}}",
    ),
    r"(?<!initialized )module '([\w.]+)' has no attribute": (
        "the installed {found} is not the version that its importer needs, or a file of the same name hides it",
        "{update {found}}",
    ),
    r"partially initialized module '([\w.]+)'": (
        "a file of the same name is imported instead of the module {found}, or the module is incomplete",
        "rename a file or folder of your own that is called {found}",
        "{update {found}}",
    ),
    r"Permission denied: '([^']+)'": ("{found} cannot be read", "correct the permissions of {found}"),
    # Of whatever else the system says of a file; that one is missing may well be the install's fault.
    r"\[Errno (?!2\])\d+\] (?P<why>[^:']+): b?'(?P<path>/[^']+)'": (
        "the system cannot use {path}: {why}",
        "see whether {path} can be read and copied, and what the system's log says (dmesg)",
    ),
    r"Permission denied|PermissionError": (
        "a file of the install cannot be read",
        "correct the permissions of the file",
    ),
}


# A word that is longer than any path, such as a picture in a log: the search for paths in it would take minutes.
NO_PATH = re.compile(r"\S{4097,}")


def cause_of(text: str, installed_libraries: Iterable[str] = ()) -> Cause | None:
    """The cause that an error's text reveals; None if it reveals none.

    ``installed_libraries``: the names of shared libraries that are where they were installed. If the loader does not
    find one of these, or one whose path it names and that is there, it was built for another system.
    """
    text = NO_PATH.sub("…", text)
    for expression, (cause, *advice) in ERRORS.items():
        match = re.search(expression, text)
        if match:
            found = next(filter(None, match.groups()), "")
            is_there = os.path.isabs(found) and os.path.exists(found)
            if "cannot open shared object file" in match.group() and (is_there or found in installed_libraries):
                return Cause(
                    f"the shared library {found} is present, but damaged or built for another system", REINSTALL
                )
            named = {name: (text or "a file").replace("/__init__.py", "") for name, text in match.groupdict().items()}
            named["found"] = found
            return Cause(_filled(cause, named), tuple(_filled(step, named) for step in advice))
    return None


def _filled(template: str, values: dict[str, str]) -> str:
    """A text with the values in place of their names in braces."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template
