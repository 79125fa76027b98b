"""The samples' logs, opened by TensorBoard, XProf and a browser."""

import re

import numpy as np
import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import config_pb2, graph_pb2

from browser_compat_test import assert_legible, browser, drawn_nodes  # noqa: F401 (a fixture)
from conftest import run_program
from tensorboard_server import TensorBoardServer
from xprof_tools import Profile


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """(logdir, what the program printed): "run step loss accuracy" in each line"""
    logdir = tmp_path_factory.mktemp("spirals")
    return logdir, run_program("train", "--logdir", logdir, "--print").stdout


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The folder below which the notebook wrote its log."""
    folder = tmp_path_factory.mktemp("notebook")
    run_program("notebook", cwd=folder)
    return folder / "data" / "demomodule"


@pytest.fixture(scope="module")
def train_server(train):
    logdir, _ = train
    with TensorBoardServer(logdir, True, "--samples_per_plugin", "scalars=100000") as server:
        server.wait_until(lambda: server.get("plugin/graphs/info").get("train"), "the graph")
        yield server


def traced_tag(server, run):
    """The tag of the one traced function of a run."""
    tags = server.get("plugin/graphs/info")[run]["tags"]
    (tag,) = [name for name, facts in tags.items() if facts["op_graph"]]
    return tag


def graph_of(server, run, tag):
    text = server.get_bytes("plugin/graphs/graph", run=run, tag=tag).decode()
    return text_format.Parse(text, graph_pb2.GraphDef())


@pytest.mark.parametrize("run", ["train", "validation"])
@pytest.mark.parametrize("column, tag", [(2, "loss"), (3, "accuracy")])
def test_tensorboard_shows_what_was_printed(train, train_server, run, column, tag):
    lines = [line.split() for line in train[1].splitlines() if line.startswith(f"{run} ")]
    printed = [(int(line[1]), float(np.float32(line[column]))) for line in lines]
    train_server.wait_until(lambda: train_server.get("plugin/scalars/tags").get(run), run)
    points = train_server.get("plugin/scalars/scalars", run=run, tag=tag)
    assert [(step, value) for _, step, value in points] == printed
    assert len(points) == {"train": 200, "validation": 20}[run]


def test_training_improves_the_loss(train_server):
    points = train_server.get("plugin/scalars/scalars", run="train", tag="loss")
    assert points[-1][2] < points[0][2] / 2


def test_the_training_step_has_compute_times(train_server):
    tag = traced_tag(train_server, "train")
    graph = graph_of(train_server, "train", tag)
    text = train_server.get_bytes("plugin/graphs/run_metadata", run="train", tag=tag).decode()
    metadata = text_format.Parse(text, config_pb2.RunMetadata())
    timed = {stats.node_name for device in metadata.step_stats.dev_stats
             for stats in device.node_stats if stats.all_end_rel_micros > 0}
    names = {node.name for node in graph.node}
    assert timed and timed <= names
    busy = {node.name for node in graph.node if node.op == "MatMul"}
    assert busy and busy <= timed


def test_xprof_shows_the_training_steps_and_ops(train, tmp_path):
    profile = Profile(train[0], tmp_path)
    assert any(op == "MatMul" for op, _ in profile.op_rows())
    steps = profile.steps()
    # Recording begins before step 1, and is exported after step 5 has ended.
    assert [step["stepnum"].split()[-1] for step in steps] == ["1", "2", "3", "4", "5"]
    assert all(step["hostComputeTimeMs"] > 0 for step in steps)


def test_a_browser_draws_the_training_step(train_server, browser, artifacts):  # noqa: F811
    nodes = drawn_nodes(browser, f"{train_server.url}/#graphs&run=train")
    browser.screenshot(artifacts / "tensorboard_graphs_train.png")
    assert len(nodes) >= 3
    assert_legible(nodes)


def test_the_notebooks_module_is_on_the_graphs_page(notebook):
    (run,) = [path.name for path in notebook.iterdir()]
    assert re.fullmatch(r"\d{8}-\d{6}", run)
    with TensorBoardServer(notebook, True) as server:
        server.wait_until(lambda: server.get("plugin/graphs/info").get(run), "the graph")
        assert traced_tag(server, run) == "demomodule"
        operations = {node.op for node in graph_of(server, run, "demomodule").node}
    assert "AssignAddVariableOp" in operations


def test_the_notebooks_profile_is_there(notebook, tmp_path):
    (folder,) = notebook.iterdir()
    assert Profile(folder, tmp_path).op_rows()
