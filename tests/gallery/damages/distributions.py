"""What pip has recorded does not agree with what is there, or with what is needed."""

from __future__ import annotations

from tests.gallery.damage import (
    FILES,
    OF_THE_INSTALL,
    PLATFORM,
    REINSTALL_FILES,
    REQUIREMENTS,
    VERSION,
    Kind,
    cannot_be_imported,
)

RENEW = f"rm -r */tensorflow*.dist-info\n{REINSTALL_FILES}"

# Unless said otherwise TensorFlow stays usable, and only the checks of the install tell.
KIND = Kind("distributions", arguments=("--statement", OF_THE_INSTALL))


def _add_distribution(environment, name, version, file):
    """Leaves the metadata of a distribution that has installed this file."""
    info = environment.site / f"{name.replace('-', '_')}-{version}.dist-info"
    environment.write(info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode())
    environment.write(info / "WHEEL", b"Wheel-Version: 1.0\nTag: py3-none-any\n")
    recorded = [file, *(f"{info.name}/{own}" for own in ("METADATA", "WHEEL", "RECORD"))]
    environment.write(info / "RECORD", "".join(f"{path},,\n" for path in recorded).encode())


@KIND.damage(
    problems={
        "tensorflow* and tf-nightly 2.99.0 share the folder *": (
            "python -m pip uninstall --yes tensorflow* tf-nightly\npython -m pip install tensorflow*==2.*"
        )
    },
    violated=("install.one-tensorflow",),
    core=True,
)
def two_tensorflows(environment):
    """A nightly was installed over a release."""
    _add_distribution(environment, "tf-nightly", "2.99.0", "tensorflow/__init__.py")


@KIND.damage(
    problems={"*/~ensorflow is left over from an interrupted installation": "delete */~ensorflow"},
    violated=("install.no-leftovers",),
    core=True,
)
def interrupted_pip(environment):
    """pip was interrupted while it replaced TensorFlow."""
    (environment.site / "~ensorflow").mkdir()


@KIND.damage(
    problems={
        "*/removed_ops.py and 1 more: left over from another version, as no distribution was installed with it": (
            "delete */removed_ops.py and */removed"
        )
    },
    violated=("install.no-leftovers",),
    core=True,
)
def files_of_the_version_before(environment):
    """The version before was not uninstalled completely."""
    environment.write(environment.package / "python" / "framework" / "removed_ops.py", b"")
    environment.write(environment.package / "removed" / "__init__.py", b"")
    environment.write(environment.package / "python" / "framework" / "notes.txt", b"harmless")


@KIND.damage(
    problems={"numpy * and numpy * are both recorded in *": "python -m pip uninstall --yes numpy\n*"},
    violated=("install.no-leftovers",),
)
def two_numpys(environment):
    """NumPy was installed over another NumPy, which is still on record."""
    _add_distribution(environment, "numpy", "2.4.99", "numpy/__init__.py")


@KIND.damage(
    problems={
        "*/numpy-1.0.0.dist-info is left over from an interrupted uninstallation": "delete */numpy-1.0.0.dist-info"
    },
    violated=("install.no-leftovers",),
)
def interrupted_uninstallation(environment):
    """The metadata of an older NumPy were deleted but for the license, for which there is a folder."""
    (environment.site / "numpy-1.0.0.dist-info" / "licenses").mkdir(parents=True)


@KIND.damage(
    problems={"* needs numpy*, but 0.1.0 is installed": 'python -m pip install "numpy*"'},
    violated=(REQUIREMENTS,),
)
def numpy_too_old(environment):
    """NumPy is older than TensorFlow requires."""
    (info,) = environment.site.glob("numpy-*.dist-info")
    version = info.name.split("-")[1].partition(".dist")[0]
    older = info.with_name("numpy-0.1.0.dist-info")
    for name in ("METADATA", "RECORD"):
        text = (info / name).read_text(encoding="utf-8").replace(info.name, older.name)
        environment.rebuild(info / name, text.replace(f"Version: {version}", "Version: 0.1.0", 1).encode())
    info.rename(older)


@KIND.damage(
    problems={
        "tensorflow* was built for cp27-cp27m-manylinux1_x86_64, not for this Python and system": REINSTALL_FILES,
    },
    violated=(PLATFORM,),
)
def wheel_of_another_python(environment):
    """The wheel was built for another Python, and installed by force."""
    environment.rebuild(environment.metadata / "WHEEL", b"Wheel-Version: 1.0\nTag: cp27-cp27m-manylinux1_x86_64\n")


@KIND.damage(violated=(VERSION,), seen="*  seen       '2.3.4'*")
def files_of_another_version(environment):
    """TensorFlow's package is of another version than its metadata."""
    path = environment.site / "tensorflow" / "__init__.py"
    environment.rebuild(path, path.read_bytes() + b'\n__version__ = "2.3.4"\n')


@KIND.damage(
    problems={"tensorflow*: its RECORD is truncated or damaged": RENEW},
    violated=(FILES,),
    core=True,
)
def record_truncated(environment):
    """The disk was full when pip recorded what it had installed."""
    record = environment.metadata / "RECORD"
    environment.write(record, record.read_bytes()[:-50])


@KIND.damage(
    problems={"tensorflow*: its RECORD is truncated or damaged": RENEW},
    violated=(FILES,),
)
def record_of_garbage(environment):
    """The record of what was installed is not even text."""
    environment.write(environment.metadata / "RECORD", bytes(range(256)))


@KIND.damage(
    problems={"tensorflow*/METADATA is missing": RENEW},
    violated=(FILES,),
)
def metadata_gone(environment):
    """The file with the version and the requirements is missing; the folder's name still tells the version."""
    environment.delete(environment.metadata / "METADATA")


@KIND.damage(unchecked=("install.one-tensorflow", "install.no-leftovers", FILES, REQUIREMENTS, PLATFORM), core=True)
def no_metadata(environment):
    """TensorFlow was copied to its place, without what pip knows it by: less is known of it, but nothing is wrong."""
    environment.uninstall("tensorflow-*", "tensorflow_cpu-*")


@KIND.damage(
    problems={"no distribution provides TensorFlow": "python -m pip install tensorflow"},
    obstacle=cannot_be_imported(
        "no TensorFlow is installed",
        "*/bin/python has no distribution that provides it",
        "python -m pip install tensorflow",
    ),
    violated=("install.one-tensorflow",),
    unchecked=(PLATFORM,),
    arguments=(),
)
def no_tensorflow(environment):
    """The environment is not the one that its user takes it for: there is no TensorFlow in it."""
    environment.uninstall("tensorflow", "tensorflow_cpu-*")
