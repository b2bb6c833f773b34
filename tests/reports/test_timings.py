"""Timings: what is published of them, and the charts that are drawn."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from benchmarks.workload import BATCHES
from reports.__main__ import TIMINGS, main
from reports.charts import draw_charts, history_chart, modes_chart
from reports.timings import drawn_charts, publish_timings, read_timings
from tf_conformance.records.record import RecordError

MEASURED = ("eager", "function", "fit")  # modes
SEVERAL_DEVICES = {"name": "test_mirrored_strategy", "extra_info": {"replicas": 2, "scaling_efficiency": 0.9}}


def measurement(mode, batch):
    """A benchmark as pytest-benchmark writes it."""
    return {
        "name": f"test_training_step[{mode}-{batch}]",
        "extra_info": {
            "network": "cnn",
            "optimizer": "SGD",
            "precision": "float32",
            "batch": batch,
            "mode": mode,
            "share_of_peak": 0.05,
            "ratio_to_eager": 16 / batch,
            "step_seconds": 0.001 * batch,
            "examples_per_second": 1000.0,
        },
        "stats": {"min": 1, "median": 1, "iqr": 0, "max": 1, "rounds": 9, "iterations": 2, "data": [1]},
    }


@pytest.fixture
def made(tmp_path):
    """A folder with what the benchmarks wrote for two TensorFlows, the older one on a machine with a GPU."""
    folder = tmp_path / "made"
    folder.mkdir()
    for name, version, install in (("tf2.21-bench", "2.21.0", {}), ("tf2.4-bench", "2.4.4", {"accelerators": [{}]})):
        run = {
            "machine_info": {"node": "my-machine", "install": {**install, "tensorflow": version, "cpu": "a processor"}},
            "commit_info": {"branch": "mine"},
            "datetime": "2026-01-01T00:00:00",
            "version": "5.0.0",
            "benchmarks": [SEVERAL_DEVICES, *(measurement(mode, batch) for mode in MEASURED for batch in BATCHES)],
        }
        (folder / f"{name}.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


@pytest.fixture
def published(made, tmp_path):
    """The folder in which these are published."""
    folder = tmp_path / "published"
    list(publish_timings(made, folder))
    return folder


def test_published(published):
    """The install and the ratios are published, but not the machine's name, the branch, times or rates."""
    runs = read_timings(published)
    assert [run.label for run in runs] == ["2.4", "2.21"]
    assert runs[0].measurement(mode="fit", batch=64)["ratio_to_eager"] == 0.25
    text = (published / "tf2.21.json").read_text(encoding="utf-8")
    assert not [word for word in ("my-machine", "mine", '"data"', "second", "stats") if word in text]
    assert text.count("a processor") == 1


def test_scaling(published):
    """How training scales over several devices is published if they are no parts of one CPU."""
    scaling = {run.label: run.measurement(replicas=2) for run in read_timings(published)}
    assert scaling == {"2.4": SEVERAL_DEVICES["extra_info"], "2.21": None}


def test_unfinished_run(made, tmp_path):
    """An empty file is that of a run which did not finish: it is left out, and the others are published."""
    (made / "tf2.4-bench.json").write_text("", encoding="utf-8")
    lines = list(publish_timings(made, tmp_path / "published"))
    assert lines == ["tf2.21: timings published", "tf2.4: left out: its run did not finish"]


@pytest.mark.parametrize(("text", "says"), [("{}", "not what pytest benchmarks"), ("{", "not JSON")])
def test_other_files(made, tmp_path, text, says):
    """Another file is an error, of one line."""
    (made / "tf2.4-bench.json").write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=says):
        list(publish_timings(made, tmp_path / "published"))


def test_nothing_to_publish(tmp_path, capsys):
    """An empty folder says what makes timings; the status is 2."""
    assert main(["timings", str(tmp_path)]) == 2
    assert "tox run -m benchmarks makes them" in capsys.readouterr().err


def test_your_own_charts(made, tmp_path, capsys):
    """--to leaves what is published alone and draws the charts elsewhere."""
    assert main(["timings", str(made), "--to", str(tmp_path / "mine")]) == 0
    assert (tmp_path / "mine" / "modes-tf2.4.svg").exists()
    assert "history.svg: drawn" in capsys.readouterr().out


def test_charts(published):
    """The charts are SVG whose words are text: the versions, the modes, the batches; drawn twice they are the same."""
    draw_charts(read_timings(published), published)
    charts = drawn_charts(published)
    assert list(charts) == ["history", "2.21", "2.4"]
    for svg in charts.values():
        ElementTree.fromstring(svg)
        assert 'role="img"' in svg
        assert "currentColor" in svg
    assert all(f">{label}<" in charts["history"] for label in ("2.4", "2.21", "eager", "tf.function", "256"))
    assert all(f">{mode}<" in charts["2.21"] for mode in MEASURED)
    runs = read_timings(published)
    assert (history_chart(runs), modes_chart(runs[1])) == (charts["history"], charts["2.21"])


def test_published_charts_name_every_version():
    """The committed history has a tick for each published TensorFlow."""
    charts, runs = drawn_charts(TIMINGS), read_timings(TIMINGS)
    assert runs
    assert all(f">{run.label}<" in charts["history"] for run in runs)
