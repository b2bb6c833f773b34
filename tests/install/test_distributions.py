"""The distributions that are installed; of damaged metadata, everything that can still be read is read."""

from __future__ import annotations

import platform

import pytest

from tests.pretended.distributions import distribution, tensorflow
from tf_conformance.install.distribution import UNKNOWN_VERSION
from tf_conformance.install.distributions import Distributions, by_place

METADATA = b"Metadata-Version: 2.1\nName: some-thing\nVersion: 1.2\nRequires-Python: >=3.9\n"


@pytest.fixture
def found(tmp_path):
    """The only distribution in a folder, with these files beside its metadata; None if it has no name."""

    def find(folder, **files):
        (tmp_path / folder).mkdir()
        for name, content in files.items():
            (tmp_path / folder / name).write_bytes(content)
        return Distributions.on([str(tmp_path)]).first(["some-thing"])

    return find


def test_whole_metadata(found):
    """Name, version, headers and files are those of the metadata."""
    distribution = found("some_thing-1.2.dist-info", METADATA=METADATA, RECORD=b"a.py,sha256=x,3\n")
    assert str(distribution) == "some-thing 1.2"
    assert distribution.header("Requires-Python") == ">=3.9"
    assert distribution.header("Summary") == ""
    assert distribution.files == (("a.py", "sha256=x", "3"),)
    assert distribution.read_text("RECORD") == "a.py,sha256=x,3\n"
    assert distribution.read_text("WHEEL") is None


def test_place(found, tmp_path):
    """A distribution locates its files in the folder that holds its metadata."""
    distribution = found("some_thing-1.2.dist-info", METADATA=METADATA)
    assert distribution.locate("a.py") == str(tmp_path / "a.py")
    assert distribution.locate() == str(tmp_path)


@pytest.mark.parametrize("files", [{}, {"METADATA": b""}, {"METADATA": bytes(range(128, 256))}])
def test_unreadable_metadata(found, files):
    """Without readable metadata, the name of their folder gives name and version."""
    distribution = found("some_thing-1.2.dist-info", **files)
    assert (distribution.name, distribution.version) == ("some_thing", "1.2")
    assert distribution.requirements == ()
    assert distribution.header("Requires-Python") == ""


def test_distribution_without_a_name(found, tmp_path):
    """A distribution without any name is left out."""
    found(".dist-info")
    assert list(Distributions.on([str(tmp_path)])) == []


def test_invalid_version(found):
    """A version that cannot be compared counts as unknown."""
    distribution = found("some_thing.dist-info", METADATA=METADATA.replace(b"1.2", b"a week ago"))
    assert (distribution.name, distribution.version) == ("some-thing", UNKNOWN_VERSION)


@pytest.mark.parametrize(
    ("text", "version"), [(b"2.11.0-custom", "2.11.0"), (b"1.26.4.mkl", "1.26.4"), (b"2.1+a", "2.1+a")]
)
def test_version_of_a_vendor(found, text, version):
    """Of a version that is not valid, the release counts; a local version is valid."""
    assert found("some_thing.dist-info", METADATA=METADATA.replace(b"1.2", text)).version == version


@pytest.mark.parametrize(
    ("installer", "packager"),
    [
        (b"pip\n", ""),
        (b"uv\n", ""),
        (b"Poetry 1.8.3", ""),
        (b"conda", "conda"),
        (b"rpm\n", "rpm"),
        (None, "a packager"),
    ],
)
def test_packager(found, installer, packager):
    """pip and its like put files where they belong; whatever else installs may change them."""
    files = {} if installer is None else {"INSTALLER": installer}
    assert found("some_thing-1.2.dist-info", METADATA=METADATA, **files).packager == packager


@pytest.mark.parametrize(("place", "packager"), [("/nix/store/a-b/lib", "Nix"), ("/gnu/store/a-b/lib", "Guix")])
def test_packager_by_place(place, packager):
    """Nix and Guix are known by their stores, as they install with pip, too."""
    assert distribution("six", "1", place=place).packager == packager


def test_emptied_record(found):
    """A RECORD that a packager has emptied counts as absent."""
    emptied = found("some_thing-1.2.dist-info", METADATA=METADATA, RECORD=b"", INSTALLER=b"gpep517\n")
    assert emptied.files is None
    assert emptied.has_whole_record()


def test_modules(found):
    """The names under which a distribution is imported: from its RECORD, or else from what setuptools has listed."""
    record = b"a.py,,\nb/c.py,,\n../../bin/d.py,,\nx-1.dist-info/e.py,,\nf.cpython-313.so,,\ng/data.txt,,\n"
    assert found("some_thing-1.2.dist-info", METADATA=METADATA, RECORD=record).modules == {"a", "b", "f"}


def test_listed_modules():
    """Without a RECORD the names are those that setuptools has listed."""
    assert distribution("x", "1", texts={"top_level.txt": "a\nb\n"}).modules == {"a", "b"}


def test_requirements(found):
    """Requirements are parsed; those that are invalid, or whose marker or extra does not apply, are left out."""
    lines = ["numpy<2,>=1.26", 'gast; python_version < "3"', 'six; extra == "old"', "no == requirement =="]
    metadata = METADATA + "".join(f"Requires-Dist: {line}\n" for line in lines).encode()
    (requirement,) = found("some_thing-1.2.dist-info", METADATA=metadata).requirements
    assert (requirement.name, str(requirement.specifier)) == ("numpy", "<2,>=1.26")


def test_wheel_tags(found):
    """What WHEEL says of Python, ABI and platform; a damaged tag says nothing."""
    wheel = b"Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\nTag: py3\nTag: py3-none-any\n"
    distribution = found("some_thing-1.2.dist-info", METADATA=METADATA, WHEEL=wheel)
    assert distribution.wheel_tags == ("cp311-cp311-linux_x86_64", "py3-none-any")


def test_requirements_with_an_extra(found):
    """With an extra, what it asks for is needed in addition."""
    metadata = METADATA + b'Requires-Dist: six\nRequires-Dist: gast; extra == "old"\n'
    distribution = found("some_thing-1.2.dist-info", METADATA=metadata)
    assert [str(each.name) for each in distribution.requirements_with("old")] == ["six", "gast"]
    assert [str(each.name) for each in distribution.requirements_with("new")] == ["six"]


def test_requirements_of_an_egg(found):
    """setuptools writes them beside the metadata, with the extra in a heading."""
    egg = {"PKG-INFO": METADATA, "requires.txt": b"six\n\n[old]\ngast\n"}
    distribution = found("some_thing-1.2.egg-info", **egg)
    assert [requirement.name for requirement in distribution.requirements] == ["six"]


@pytest.mark.parametrize("marker", ['platform_release > "5.4"', 'something == "x"'])
def test_condition_that_nobody_can_decide(found, monkeypatch, marker):
    """A requirement whose condition is on a version that is none, or on something unknown, asks for nothing."""
    monkeypatch.setattr(platform, "release", lambda: "5.15.0-1052-aws")
    metadata = METADATA + f"Requires-Dist: six; {marker}\nRequires-Dist: gast\n".encode()
    distribution = found("some_thing-1.2.dist-info", METADATA=metadata)
    assert distribution.requirements[-1].name == "gast"


def test_record_that_is_not_text(found):
    """A RECORD that is not text is there, but lists nothing and is not whole."""
    distribution = found("some_thing-1.2.dist-info", RECORD=bytes(range(256)))
    assert distribution.read_text("RECORD") == ""
    assert distribution.files == ()
    assert not distribution.has_whole_record()


def test_absent_record(found):
    """Without a RECORD the files are unknown, which is different from a damaged RECORD."""
    distribution = found("some_thing-1.2.dist-info", METADATA=METADATA)
    assert distribution.files is None
    assert distribution.has_whole_record()


def test_names_are_normalized():
    """Distributions are found by their normalized names, however their metadata spell them."""
    installed = Distributions([distribution("TF_Keras", "2.21.0")])
    assert list(installed) == ["tf-keras"]
    assert str(installed.first(["tf-keras"])) == "TF_Keras 2.21.0"


def test_first_and_all():
    """The first name that is installed counts, and of several distributions of one name the first on the path."""
    versions = [("keras", "3.15.1"), ("keras", "3.14.0"), ("keras-nightly", "3.16.0")]
    installed = Distributions([distribution(*each) for each in versions])
    assert str(installed.first(["tf-keras", "keras-nightly", "keras"])) == "keras-nightly 3.16.0"
    assert str(installed.first(["keras"])) == "keras 3.15.1"
    assert installed.first(["tf-keras"]) is None
    assert [str(each) for each in installed.all(["keras-nightly", "keras"])] == [
        "keras-nightly 3.16.0",
        "keras 3.15.1",
        "keras 3.14.0",
    ]


def test_stack():
    """The stack is TensorFlow, Keras and their installed dependencies, each once, even if these depend on one another."""
    installed = Distributions(
        [
            distribution("torch", "2.0", requires=["six"]),
            distribution("six", "1.16"),
            distribution("numpy", "2.5.0"),
            distribution("keras", "3.15.1", requires=["NumPy", "optree"]),
            tensorflow(requires=["keras", "numpy"]),
        ]
    )
    assert [each.name for each in installed.stack] == ["tensorflow", "keras", "numpy"]


def test_stack_of_a_circle():
    """Distributions that depend on one another are each in the stack once."""
    installed = Distributions(
        [tensorflow(requires=["keras"]), distribution("keras", "3.15.1", requires=["tensorflow"])]
    )
    assert [each.name for each in installed.stack] == ["tensorflow", "keras"]


def test_by_place():
    """Distributions are grouped by the folder that holds their packages."""
    one, two, other = (distribution(name, "1", place=place) for name, place in (("a", "/x"), ("b", "/x"), ("c", "/y")))
    assert by_place([one, other, two]) == {"/x": [one, two], "/y": [other]}
