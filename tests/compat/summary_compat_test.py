"""TensorBoard shows exactly the scalars, texts and graph that compat_write_log wrote."""

import struct

import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2

from tensorboard_server import TensorBoardServer

RUN = "known"
ODD_TAG = "odd names/Größe λ"
ALL_POINTS = ("--samples_per_plugin", "scalars=10000,text=100")


def as_float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


@pytest.fixture(scope="module", params=[True, False], ids=["data_server", "python_loader"])
def server(request, known_log):
    with TensorBoardServer(known_log, request.param, *ALL_POINTS) as server:
        server.wait_for_runs(RUN)
        # The graph is written last: when it is there, everything is.
        server.wait_until(lambda: server.get("plugin/graphs/info").get(RUN), "the graph")
        yield server


def test_lists_every_tag(server):
    tags = server.get("plugin/scalars/tags")
    assert sorted(tags[RUN]) == ["loss", ODD_TAG]


def test_every_point_is_what_was_written(server):
    points = server.get("plugin/scalars/scalars", run=RUN, tag="loss")
    assert [step for _, step, _ in points] == list(range(1500))
    assert [value for _, _, value in points] == [as_float32(1 / (step + 1)) for step in range(1500)]
    times = [time for time, _, _ in points]
    assert times == sorted(times)


def test_values_at_the_edge_of_float32(server):
    points = server.get("plugin/scalars/scalars", run=RUN, tag=ODD_TAG)
    values = [value for _, _, value in points]
    largest = as_float32(3.4028234663852886e38)
    assert values == ["NaN", "Infinity", "-Infinity", 0.0, 2.0**-149, largest, -largest,
                      as_float32(1 / 3)]


def test_text_and_table(server):
    notes = server.get("plugin/text/text", run=RUN, tag="notes")
    assert [(each["step"], each["text"]) for each in notes] == [
        (3, "<p><strong>bold</strong> and 日本語</p>")]
    table = server.get("plugin/text/text", run=RUN, tag="table")
    assert table[0]["text"].count("<td>") == 4


def test_the_run_graph(server):
    assert server.get("plugin/graphs/info")[RUN]["run_graph"] is True
    text = server.get_bytes("plugin/graphs/graph", run=RUN).decode()
    graph = text_format.Parse(text, graph_pb2.GraphDef())
    assert [(node.name, node.op, list(node.input)) for node in graph.node] == [
        ("input/x", "Placeholder", []), ("layer/y", "Relu", ["input/x"])]
