"""Live capture: TensorFlow's clients, XProf and TensorBoard's button on a program of ours, and
`opscope capture` on ours and on TensorFlow's."""

import contextlib
import re
import subprocess
import sys
import time

import pytest
import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2
from xprof.convert import _pywrap_profiler_plugin as xprof

from conftest import PROGRAMS, run_program
from tensorboard_server import TensorBoardServer
from xprof_tools import Profile


@contextlib.contextmanager
def running(*command):
    """A process that says where it listens and ends with its standard input; gives the port."""
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        for line in process.stdout:
            match = re.search(r"listening on localhost:(\d+)", line)
            if match:
                yield int(match.group(1))
                break
        else:
            raise RuntimeError(f"{command} ended with {process.wait()}")
    finally:
        process.stdin.close()
        process.wait(timeout=60)


TENSORFLOW_PROGRAM = """
import socket, sys, threading
import tensorflow as tf
probe = socket.socket(); probe.bind(("127.0.0.1", 0)); port = probe.getsockname()[1]; probe.close()
tf.profiler.experimental.server.start(port)
print(f"listening on localhost:{port}", flush=True)
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set())).start()
x = tf.ones([64, 64])
while not over.is_set():
    x = tf.linalg.matmul(x, x) / 64
"""


@pytest.fixture(scope="module")
def port():
    with running(PROGRAMS / "profiler_server", 0) as port:
        yield port


def assert_shows_the_requests(logdir, tmp_path):
    profile = Profile(logdir, tmp_path)
    names = {name for _, name, _ in profile.host_events()}
    assert {"parse", "answer"} <= names
    assert {"parse", "answer"} <= {event["name"].split("#")[0] for event in profile.slices()}
    # Each is a step of about four milliseconds.
    steps = profile.steps()
    assert len(steps) >= 10
    return profile


def test_tensorflows_client_traces_it(port, tmp_path):
    logdir = tmp_path / "log"
    tf.profiler.experimental.client.trace(f"grpc://localhost:{port}", str(logdir), 500,
                                          num_tracing_attempts=1)
    profile = assert_shows_the_requests(logdir, tmp_path)
    assert profile.path.endswith(f"localhost_{port}.xplane.pb")


def test_tensorflows_client_monitors_it(port):
    text = tf.profiler.experimental.client.monitor(f"grpc://localhost:{port}", 200, 2)
    assert "Timestamp: " in text
    assert re.search(r"CPU: \d+\.\d% of \d+ cores", text)
    assert int(re.search(r"Steps: (\d+), average \d+\.\d+ ms", text).group(1)) >= 5


def test_tensorboards_button_captures_it(port, tmp_path):
    logdir = tmp_path / "log"
    logdir.mkdir()
    with TensorBoardServer(logdir, False) as server:
        answer = server.get("plugin/profile/capture_profile", service_addr=f"localhost:{port}",
                            is_tpu_name="false", duration=300, num_retry=1, worker_list="",
                            host_tracer_level=2, device_tracer_level=1, python_tracer_level=0,
                            delay=0)
        assert "success" in answer["result"].lower(), answer
        (run,) = server.get("plugin/profile/runs")
        assert "trace_viewer@" in server.get("plugin/profile/run_tools", run=run)
    assert_shows_the_requests(logdir, tmp_path)


def test_xprof_takes_snapshots_of_it(port, tmp_path):
    address = f"localhost:{port}"
    xprof.start_continuous_profiling(address, {})
    try:
        time.sleep(0.3)
        xprof.get_snapshot(address, str(tmp_path / "log"))
    finally:
        xprof.stop_continuous_profiling(address)
    (path,) = (tmp_path / "log").rglob("*.xplane.pb")
    space = xplane_pb2.XSpace.FromString(path.read_bytes())
    names = {event.name for plane in space.planes for event in plane.event_metadata.values()}
    assert {"parse", "answer"} <= names


def test_opscope_captures_it(port, tmp_path):
    logdir = tmp_path / "log"
    done = run_program("opscope", "capture", f"localhost:{port}", "--logdir", logdir,
                       "--duration", "300ms")
    assert f"localhost:{port}: {logdir}/plugins/profile/" in done.stdout
    assert_shows_the_requests(logdir, tmp_path)


def test_opscope_captures_tensorflow_and_ours_at_once(port, tmp_path):
    logdir = tmp_path / "log"
    with running(sys.executable, "-c", TENSORFLOW_PROGRAM) as tensorflow_port:
        done = run_program("opscope", "capture", f"localhost:{port},localhost:{tensorflow_port}",
                           "--logdir", logdir, "--duration", "500ms")
    files = sorted(path.name for path in logdir.rglob("*.xplane.pb"))
    assert files == sorted([f"localhost_{port}.xplane.pb",
                            f"localhost_{tensorflow_port}.xplane.pb"]), done.stdout + done.stderr
    (theirs,) = logdir.rglob(f"*{tensorflow_port}.xplane.pb")
    space = xplane_pb2.XSpace.FromString(theirs.read_bytes())
    names = {event.name for plane in space.planes for event in plane.event_metadata.values()}
    assert any("MatMul" in name for name in names)


def test_opscope_names_who_is_missing(port, tmp_path):
    done = run_program("opscope", "capture", f"localhost:1,localhost:{port}", "--logdir",
                       tmp_path / "log", "--duration", "200ms", check=False)
    assert done.returncode == 1
    assert "localhost:1: nothing answers there" in done.stderr
    assert len(list((tmp_path / "log").rglob("*.xplane.pb"))) == 1
