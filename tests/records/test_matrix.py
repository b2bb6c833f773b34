"""The matrix: records side by side, where statements changed, and what is said of records that do not exist."""

from __future__ import annotations

import pytest

from tests.pretended.records import statement, write
from tf_conformance.install.accelerators import Accelerator
from tf_conformance.records.matrix import changes_along, find_column, read_matrix, release_of, spans
from tf_conformance.records.record import RecordError
from tf_conformance.records.verdict import Verdict

A, B = statement("thing.a"), statement("thing.b")
CHANGED = statement("thing.a", "changed", says="It is not.", instead="another")
KERAS_SERIES = "Keras on TensorFlow 2.16.2"


@pytest.fixture
def folder(tmp_path):
    """Records of six installs in three series."""
    write(tmp_path, "tf2.9", [A, B], install={"tensorflow": "2.9.3", "keras": "2.9.0"})
    unchecked = statement("thing.b", "unchecked")
    write(tmp_path, "tf2.10", [A, unchecked], install={"tensorflow": "2.10.1", "keras": "2.10.0"})
    write(tmp_path, "tf2.16", [CHANGED, B], install={"tensorflow": "2.16.2", "keras": "3.15.1"})
    write(tmp_path, "tf2.16-keras3.10", [CHANGED, B], install={"tensorflow": "2.16.2", "keras": "3.10.0"})
    violated = statement("thing.b", "violated")
    write(tmp_path, "tf2.16-keras3.9", [CHANGED, violated], install={"tensorflow": "2.16.2", "keras": "3.9.2"})
    legacy = {"tensorflow": "2.16.2", "keras": "2.16.0", "keras_package": "tf_keras"}
    write(tmp_path, "tf2.16-legacy", [A, B], install=legacy)
    return tmp_path


def names_by_series(matrix):
    """The names of the columns of each series."""
    return {series: [column.name for column in columns] for series, columns in matrix.series().items()}


def test_columns_are_in_series_and_by_version(folder):
    """First TensorFlow with the newest Keras, then with legacy Keras, then other Kerases; versions count as numbers."""
    matrix = read_matrix(folder)
    assert names_by_series(matrix) == {
        "TensorFlow": ["tf2.9", "tf2.10", "tf2.16"],
        "Legacy Keras": ["tf2.16-legacy"],
        KERAS_SERIES: ["tf2.16-keras3.9", "tf2.16-keras3.10"],
    }
    assert [column.label for column in matrix.columns] == ["2.9", "2.10", "2.16", "2.16", "3.9", "3.10"]
    assert matrix["tf2.16-keras3.9"].title == "TensorFlow 2.16.2 · Keras 3.9.2"


def test_names_do_not_decide(folder):
    """A record that is given another name stays in its series."""
    (folder / "tf2.16-keras3.9.json").rename(folder / "nightly.json")
    (folder / "tf2.9.json").rename(folder / "mine-keras3.json")
    assert names_by_series(read_matrix(folder)) == {
        "TensorFlow": ["mine-keras3", "tf2.10", "tf2.16"],
        "Legacy Keras": ["tf2.16-legacy"],
        KERAS_SERIES: ["nightly", "tf2.16-keras3.10"],
    }


def test_names_break_ties(folder):
    """Of two records of the same versions, one is in the series of TensorFlow's releases: that with the first name."""
    write(folder, "tf2.16-keras3.15", [CHANGED, B], install={"tensorflow": "2.16.2", "keras": "3.15.1"})
    series = names_by_series(read_matrix(folder))
    assert series["TensorFlow"][-1] == "tf2.16"
    assert series[KERAS_SERIES][-1] == "tf2.16-keras3.15"


def test_same_versions_are_one_series(tmp_path):
    """Two installs that differ in anything but the versions are side by side."""
    for name in ("cpu", "gpu"):
        write(tmp_path, name, [A])
    assert names_by_series(read_matrix(tmp_path)) == {"TensorFlow": ["cpu", "gpu"]}


def test_accelerators_are_a_series(folder):
    """Installs with accelerators are beside those without, and are named with the models, or else with the devices."""
    h200 = {"devices": ["CPU:0", "GPU:0", "GPU:1"]}
    h200["accelerators"] = [Accelerator(name, "NVIDIA H200") for name in h200["devices"][1:]]
    write(folder, "tf2.16-gpu", [A, B], install={"tensorflow": "2.16.2", **h200})
    write(folder, "old-gpu", [A, B], install={"tensorflow": "2.10.1", "devices": ["CPU:0", "GPU:0"]})
    matrix = read_matrix(folder)
    assert list(names_by_series(matrix)) == ["TensorFlow", "Legacy Keras", "With accelerators", KERAS_SERIES]
    assert names_by_series(matrix)["With accelerators"] == ["old-gpu", "tf2.16-gpu"]
    assert matrix["tf2.16-gpu"].title == "TensorFlow 2.16.2 · Keras 3.15.1 · NVIDIA H200"
    assert (matrix["old-gpu"].title, matrix["old-gpu"].label) == ("TensorFlow 2.10.1 · Keras 3.15.1 · GPU:0", "2.10")


@pytest.mark.parametrize(
    ("version", "release"),
    [("2.16.2", "2.16"), ("2.22.0.dev20261120", "nightly"), ("2.21.0rc1", "2.21rc1"), ("0", "0")],
)
def test_release_of(version, release):
    """A version belongs to a release, or is a candidate or a nightly."""
    assert release_of(version) == release


def test_counts(folder):
    """A column counts its verdicts."""
    column = read_matrix(folder)["tf2.16-keras3.9"]
    assert list(map(column.count, (Verdict.HOLDS, Verdict.CHANGED, Verdict.VIOLATED))) == [0, 1, 1]


def test_what_was_not_selected_does_not_count(tmp_path):
    """A column does not count what its run was not to check."""
    write(tmp_path, "mine", [A, statement("thing.b", "unchecked", reason="not selected in this run")])
    assert read_matrix(tmp_path)["mine"].count(Verdict.UNCHECKED) == 0


def test_changes_have_their_first_version(folder):
    """A change is on the first install on which it was seen."""
    (change,) = changes_along(read_matrix(folder).series()["TensorFlow"], "thing.a")
    assert (change.column.name, change.before.says, change.after.says) == ("tf2.16", "It is.", "It is not.")


def test_unchecked_is_not_a_change(folder):
    """An install that did not check a statement does not count as a change of it."""
    columns = read_matrix(folder).series()["TensorFlow"]
    assert list(changes_along(columns, "thing.b")) == []


def test_spans(folder):
    """A statement's history is the ranges of installs on which it is the same."""
    columns = read_matrix(folder).series()["TensorFlow"]
    ranges = [(first.label, last.label, each.verdict) for first, last, each in spans(columns, "thing.a")]
    assert ranges == [("2.9", "2.10", Verdict.HOLDS), ("2.16", "2.16", Verdict.CHANGED)]
    assert [each.verdict for _, _, each in spans(columns, "thing.b")] == ["holds", "unchecked", "holds"]


def test_record_by_name_or_file(folder):
    """A record is found by its published name or as a file."""
    assert find_column("tf2.9", folder) == find_column(str(folder / "tf2.9.json"), folder)


def test_unknown_name_lists_the_known_ones(folder):
    """The names are in the order of their numbers."""
    with pytest.raises(RecordError) as error:
        find_column("mine", folder)
    assert "mine: neither a file nor the name of a published record" in str(error.value)
    assert "tf2.9, tf2.10, tf2.16, tf2.16-keras3.9, tf2.16-keras3.10" in str(error.value)


def test_folder_without_records(tmp_path):
    """An empty folder is said to be empty."""
    with pytest.raises(RecordError, match="no records here"):
        read_matrix(tmp_path)
