"""Our reader finds in a log that TensorFlow writes now what TensorBoard's own reader finds."""

import json
import pathlib

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.backend.event_processing import plugin_event_accumulator
from tensorboard.compat.proto import config_pb2
from tensorboard.util import tensor_util
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from conftest import run_program

RUNS = ["eval", "legacy", "train"]
DATA_CLASSES = {"scalars": "scalar", "histograms": "tensor", "text": "tensor",
                "images": "blob_sequence", "graph_run_metadata": "blob_sequence"}
GRAPH_PLUGINS = {"graphs", "graph_run_metadata", "graph_run_metadata_graph", "graph_keras_model"}


def write_train_run(logdir):
    writer = tf.summary.create_file_writer(str(logdir / "train"))
    with writer.as_default():
        for step in range(20):
            tf.summary.scalar("loss", 1 / (step + 1), step)
            tf.summary.histogram("weights", np.linspace(-1, 1, 50) * step, step)
        tf.summary.scalar("odd names/Größe", float("nan"), 3)
        tf.summary.image("picture", np.zeros((2, 4, 5, 3), np.float32), 1)
        tf.summary.text("notes", ["# one", "two"], 2)

        @tf.function
        def step(x):
            for i in tf.range(3):
                x = x * tf.cast(i, tf.float32)
            return tf.reduce_sum(tf.matmul(x, x))

        tf.summary.trace_on(graph=True, profiler=True, profiler_outdir=str(logdir / "train"))
        step(tf.ones((4, 4)))
        tf.summary.trace_export("step", step=5)


def write_eval_run(logdir):
    with tf.summary.create_file_writer(str(logdir / "eval")).as_default():
        for step in (10, 20, 1 << 40):
            tf.summary.scalar("loss", step * 0.5, step)


def write_legacy_run(logdir):
    graph = tf.Graph()
    with graph.as_default():
        tf.identity(tf.compat.v1.placeholder(tf.float32, name="x"), name="y")
        writer = tf.compat.v1.summary.FileWriter(str(logdir / "legacy"), graph)
    value = tf.compat.v1.Summary.Value(tag="old", simple_value=2.5)
    writer.add_summary(tf.compat.v1.Summary(value=[value]), 1)
    writer.close()


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("by_tensorflow")
    write_train_run(logdir)
    write_eval_run(logdir)
    write_legacy_run(logdir)
    return logdir


@pytest.fixture(scope="module")
def inspected(logdir):
    return json.loads(run_program("opscope", "inspect", logdir, "--json").stdout)


@pytest.fixture(scope="module")
def accumulators(logdir):
    """{run: TensorBoard's reader of it, with every point kept}"""
    found = {}
    for run in RUNS:
        found[run] = plugin_event_accumulator.EventAccumulator(
            str(logdir / run), tensor_size_guidance={each: 0 for each in (
                *DATA_CLASSES, "graph_keras_model", "graph_run_metadata_graph")})
        found[run].Reload()
    return found


def run_of(inspected, name):
    (run,) = [each for each in inspected["runs"] if each["run"] == name]
    return run


def test_finds_the_runs(inspected):
    assert [run["run"] for run in inspected["runs"]] == RUNS
    assert all(run["damaged_records"] == 0 for run in inspected["runs"])
    assert all(run["event_files"] == 1 for run in inspected["runs"])


@pytest.mark.parametrize("name", RUNS)
def test_finds_the_tags_and_their_plugins(inspected, accumulators, name):
    expected = {}
    for tag in accumulators[name].Tags()["tensors"]:
        plugin = accumulators[name].SummaryMetadata(tag).plugin_data.plugin_name
        expected[tag] = (plugin, len(accumulators[name].Tensors(tag)))
    found = {tag["tag"]: (tag["plugin"], tag["records"]) for tag in run_of(inspected, name)["tags"]}
    graphs = {tag for tag, (plugin, _) in expected.items() if plugin in GRAPH_PLUGINS}
    assert {tag: fact for tag, fact in found.items() if tag not in graphs} == {
        tag: fact for tag, fact in expected.items() if tag not in graphs}


@pytest.mark.parametrize("name", RUNS)
def test_reads_steps_and_last_values(inspected, accumulators, name):
    compared = 0
    for tag in run_of(inspected, name)["tags"]:
        if tag["tag"] not in accumulators[name].Tags()["tensors"]:
            continue
        events = accumulators[name].Tensors(tag["tag"])
        assert (tag["first_step"], tag["last_step"]) == (events[0].step, events[-1].step)
        assert tag["data_class"] == DATA_CLASSES[tag["plugin"]]
        if tag["plugin"] == "scalars":
            last = tensor_util.make_ndarray(events[-1].tensor_proto).item()
            assert tag["last_value"] == ("NaN" if np.isnan(last) else pytest.approx(last, rel=1e-7))
            compared += 1
    assert compared


def test_reads_the_traced_graph(inspected, accumulators):
    (graph,) = [each for each in run_of(inspected, "train")["graphs"] if each["tag"] == "step"]
    (event,) = accumulators["train"].Tensors("step")
    data = tensor_util.make_ndarray(event.tensor_proto).reshape(-1)[0]
    function_graphs = config_pb2.RunMetadata.FromString(data).function_graphs
    nodes = sum(len(each.pre_optimization_graph.node) for each in function_graphs)
    functions = {function.signature.name for each in function_graphs
                 for function in each.pre_optimization_graph.library.function}
    assert graph["nodes"] == nodes
    assert graph["kind"] == "graph_run_metadata"
    assert len(graph["functions"]) >= len(functions) > 0


def test_reads_the_run_graph(inspected):
    (graph,) = run_of(inspected, "legacy")["graphs"]
    assert (graph["kind"], graph["nodes"], graph["functions"]) == ("run_graph", 2, [])


def test_reads_the_profile(inspected, logdir):
    (path,) = pathlib.Path(logdir).rglob("*.xplane.pb")
    space = xplane_pb2.XSpace.FromString(path.read_bytes())
    expected = {plane.name: sorted(len(line.events) for line in plane.lines)
                for plane in space.planes}
    (profile,) = inspected["profiles"]
    (host,) = profile["hosts"]
    found = {plane["name"]: sorted(line["events"] for line in plane["lines"])
             for plane in host["planes"]}
    assert profile["session"] == path.parent.name
    assert found == expected
