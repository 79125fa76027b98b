"""XProf and TensorBoard show the trace that compat_write_trace recorded."""

import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import config_pb2, graph_pb2

from conftest import run_program
from tensorboard_server import TensorBoardServer
from xprof_tools import Profile

RUN = "traced"
TAG = "step"
DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"
NODES = {"x": "Placeholder", "dense/kernel": "Placeholder", "dense/MatMul": "MatMul",
         "dense/Relu": "Relu"}


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("trace")
    run_program("compat_write_trace", logdir / RUN)
    return logdir


@pytest.fixture(scope="module")
def profile(logdir, tmp_path_factory):
    return Profile(logdir / RUN, tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module", params=[True, False], ids=["data_server", "python_loader"])
def server(request, logdir):
    with TensorBoardServer(logdir, request.param) as server:
        server.wait_until(lambda: server.get("plugin/graphs/info").get(RUN), "the graph")
        yield server


def total_us(profile, name):
    return sum(event.duration_ps for _, event_name, event in profile.host_events()
               if event_name == name) / 1e6


def test_xprof_lists_its_tools(profile):
    assert {"trace_viewer@", "overview_page", "framework_op_stats", "memory_profile",
            "input_pipeline_analyzer"} <= set(profile.tools())


@pytest.mark.parametrize("name, op", [("dense/MatMul", "MatMul"), ("dense/Relu", "Relu")])
def test_xprof_adds_up_the_ops(profile, name, op):
    row = profile.op_rows()[op, name]
    assert row["host_or_device"] == "Host"
    assert row["total_time"] == pytest.approx(total_us(profile, f"{name}:{op}"))
    assert row["total_self_time"] == pytest.approx(row["total_time"])


def test_xprof_knows_no_other_ops(profile):
    assert set(profile.op_rows()) == {("MatMul", "dense/MatMul"), ("Relu", "dense/Relu")}


def test_xprof_shows_the_steps_and_their_work(profile):
    steps = profile.steps()
    assert [step["stepnum"].split()[-1] for step in steps] == ["0", "1", "2"]
    for step in steps:
        # The work of the other thread belongs to the step: 2.5 ms of ops.
        assert step["hostComputeTimeMs"] >= 2.5
        assert step["stepTimeMs"] >= step["hostComputeTimeMs"]


def test_xprof_draws_every_event_of_every_thread(profile):
    assert profile.thread_names() == {"main", "worker"}
    drawn = [(slice["name"], round(slice["dur"], 3)) for slice in profile.slices()]
    recorded = [event for event in profile.host_events() if event[2].duration_ps > 0]
    assert len(drawn) == len(recorded)
    assert sum(duration for _, duration in drawn) == pytest.approx(
        sum(event.duration_ps for _, _, event in recorded) / 1e6, abs=0.1)
    reports = [slice["args"] for slice in profile.slices() if slice["name"] == "report"]
    assert sorted(each["number"] for each in reports) == ["0", "1", "2"]


def test_xprof_shows_the_memory(profile):
    cpu = profile.tool("memory_profile")["memoryProfilePerAllocator"]["cpu"]
    assert cpu["profileSummary"]["peakBytesUsageLifetime"] == "4096"
    activities = [each["activityMetadata"]["memoryActivity"]
                  for each in cpu["sampledTimelineSnapshots"]]
    assert activities == ["ALLOCATION", "DEALLOCATION"] * 3


def test_tensorboard_lists_the_profile(server):
    runs = server.get("plugin/profile/runs")
    assert len(runs) == 1 and runs[0].startswith(f"{RUN}/")
    assert "trace_viewer@" in server.get("plugin/profile/run_tools", run=runs[0])


def test_tensorboard_lists_and_returns_the_graph(server):
    tag = server.get("plugin/graphs/info")[RUN]["tags"][TAG]
    assert tag["op_graph"] is True and tag["profile"] is True
    text = server.get_bytes("plugin/graphs/graph", run=RUN, tag=TAG).decode()
    graph = text_format.Parse(text, graph_pb2.GraphDef())
    assert {node.name: node.op for node in graph.node} == NODES


def test_tensorboard_has_compute_time_and_memory_of_the_nodes(server):
    text = server.get_bytes("plugin/graphs/run_metadata", run=RUN, tag=TAG).decode()
    metadata = text_format.Parse(text, config_pb2.RunMetadata())
    (device,) = metadata.step_stats.dev_stats
    assert device.device == DEVICE
    by_node = {}
    for stats in device.node_stats:
        assert stats.all_start_micros > 1.6e15
        by_node.setdefault(stats.node_name, []).append(stats.all_end_rel_micros)
        assert [memory.total_bytes for memory in stats.memory] == [4096]
    assert set(by_node) == {"dense/MatMul", "dense/Relu"}
    assert all(micros >= 2000 for micros in by_node["dense/MatMul"])
    assert all(micros >= 500 for micros in by_node["dense/Relu"])
