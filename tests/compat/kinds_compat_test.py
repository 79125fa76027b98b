"""TensorBoard's own plugins give every kind that compat_write_kinds wrote, as they show what
TensorFlow and tensorboardX write from the same numbers."""

import io
import json
import urllib.parse
import urllib.request
import wave

import numpy as np
import pytest
from PIL import Image
from tensorboard.backend.event_processing import event_accumulator
from tensorboard.util import tensor_util

import kinds_peers
from conftest import run_program
from tensorboard_server import TensorBoardServer

OURS = "opscope"
PEERS = ["tensorflow", "tensorboardX"]


@pytest.fixture(scope="session")
def kinds_log(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("kinds")
    run_program("compat_write_kinds", logdir)
    kinds_peers.write_with_tensorflow(logdir)
    kinds_peers.write_with_tensorboardx(logdir)
    return logdir


@pytest.fixture(scope="module", params=[True, False], ids=["data_server", "python_loader"])
def server(request, kinds_log):
    with TensorBoardServer(kinds_log, request.param) as server:
        server.wait_until(
            lambda: all("last" in server.get("plugin/scalars/tags").get(run, {})
                        for run in [OURS, *PEERS]) or None, "the last scalar of each run")
        server.wait_until(lambda: len(server.get("runs")) >= 9 or None, "the sessions")
        yield server


def ask(server, path, request):
    """What a route that takes JSON answers."""
    url = f"{server.url}/data/{path}"
    message = urllib.request.Request(url, json.dumps(request).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(message, timeout=60) as response:
        return json.loads(response.read())


def without_times(answer):
    """The answer without what differs from one writing to the next."""
    if isinstance(answer, dict):
        drop = ("wall_time", "wallTimeSecs", "startTimeSecs", "endTimeSecs", "timeCreatedSecs")
        return {key: without_times(value) for key, value in answer.items() if key not in drop}
    if isinstance(answer, list):
        return [without_times(each) for each in answer]
    return answer


def points(server, plugin, run, tag):
    """[(step, value)] of a route that answers [[wall_time, step, value]]."""
    answer = server.get(f"plugin/{plugin}", run=run, tag=tag)
    return [(step, value) for _, step, value in answer]


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("tag", ["wave/value", "wave/lower", "wave/upper"])
def test_scalars_by_dictionary(server, peer, tag):
    ours = points(server, "scalars/scalars", OURS, tag)
    assert len(ours) == 20
    assert ours == points(server, "scalars/scalars", peer, tag)


@pytest.mark.parametrize("page", ["histograms/histograms", "distributions/distributions"])
@pytest.mark.parametrize("tag", ["spread", "integers", "one_value", "nothing"])
def test_histograms(server, page, tag):
    ours = points(server, page, OURS, tag)
    theirs = points(server, page, "tensorflow", tag)
    assert [step for step, _ in ours] == [0, 1, 2]
    assert [step for step, _ in ours] == [step for step, _ in theirs]
    # TensorFlow computes the edges in double precision, from a width that it rounds once.
    for (_, our_value), (_, their_value) in zip(ours, theirs):
        np.testing.assert_allclose(our_value, their_value, rtol=1e-12, atol=1e-12)


def decoded_images(server, run, tag):
    samples = server.get("plugin/images/tags")[run][tag]["samples"]
    found = []
    for sample in range(samples):
        for entry in server.get("plugin/images/images", run=run, tag=tag, sample=sample):
            query = dict(urllib.parse.parse_qsl(entry["query"]))
            data = server.get_bytes("plugin/images/individualImage", **query)
            found.append((entry["step"], np.asarray(Image.open(io.BytesIO(data)))))
    return found


@pytest.mark.parametrize("tag, pixels", list(kinds_peers.images()),
                         ids=[tag for tag, _ in kinds_peers.images()])
def test_images_are_decoded_to_the_same_pixels(server, tag, pixels):
    ours = decoded_images(server, OURS, tag)
    peers = PEERS if pixels.dtype == np.uint8 and pixels.shape[2] in (1, 3) else PEERS[:1]
    for peer in peers:
        theirs = decoded_images(server, peer, tag)
        expected = ours[:1] if peer == "tensorboardX" else ours
        assert len(expected) == len(theirs)
        for (step, image), (their_step, their_image) in zip(expected, theirs):
            assert step == their_step
            if image.ndim < their_image.ndim:  # tensorboardX writes grey as RGB
                image = np.repeat(image[..., np.newaxis], 3, axis=2)
            np.testing.assert_array_equal(image, their_image)
    if pixels.dtype == np.uint8:
        assert len(ours) == 2
        np.testing.assert_array_equal(ours[0][1].reshape(pixels.shape), pixels)


def samples_of(server, run, tag):
    count = server.get("plugin/audio/tags")[run][tag]["samples"]
    found = []
    for sample in range(count):
        for entry in server.get("plugin/audio/audio", run=run, tag=tag, sample=sample):
            assert run != OURS or entry["contentType"] == "audio/wav"
            query = dict(urllib.parse.parse_qsl(entry["query"]))
            data = server.get_bytes("plugin/audio/individualAudio", **query)
            with wave.open(io.BytesIO(data)) as file:
                frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
                found.append((file.getframerate(), file.getnchannels(), frames))
    return found


@pytest.mark.parametrize("channels", [1, 2])
def test_audio_sample_by_sample(server, channels):
    tag = f"clip{channels}"
    ours = samples_of(server, OURS, tag)
    theirs = samples_of(server, "tensorflow", tag)
    if channels == 1:
        theirs += samples_of(server, "tensorboardX", tag)
    assert len(ours) == 2
    for rate, count, frames in theirs:
        assert (rate, count) == ours[0][:2] == (kinds_peers.RATE, channels)
        # The peers differ in how they round a sample: by one.
        np.testing.assert_allclose(ours[0][2].astype(int), frames.astype(int), rtol=0, atol=1)


@pytest.mark.parametrize("peer", PEERS)
def test_text(server, peer):
    (ours,) = server.get("plugin/text/text", run=OURS, tag="notes")
    tag = "notes" if peer == "tensorflow" else "notes/text_summary"
    (theirs,) = server.get("plugin/text/text", run=peer, tag=tag)
    assert ours["step"] == theirs["step"]
    # tensorboardX writes a vector of one string, which is shown as a table of one cell.
    assert ours["text"] in theirs["text"].replace("<td>", "").replace("</td>", "")
    assert peer == "tensorboardX" or ours["text"] == theirs["text"]
    assert "<strong>bold</strong>" in ours["text"] and "日本語" in ours["text"]


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("name", ["detector", "weighted"])
def test_pr_curves(server, peer, name):
    def curve(run, tag):
        return without_times(server.get("plugin/pr_curves/pr_curves", run=run, tag=tag)[run])

    ours = curve(OURS, f"{name}/pr_curves")
    theirs = curve(peer, f"{name}/pr_curves" if peer == "tensorflow" else name)
    assert len(ours) == len(theirs) == 1
    # The page leaves out the last threshold, which no prediction reaches.
    assert len(ours[0]["thresholds"]) == kinds_peers.THRESHOLDS - 1
    for key, value in ours[0].items():
        np.testing.assert_allclose(value, theirs[0][key], rtol=1e-6, atol=1e-6, err_msg=key)


@pytest.mark.parametrize("peer", PEERS)
def test_mesh(server, peer):
    def meshes(run):
        return without_times(server.get("plugin/mesh/meshes", run=run, tag="tetrahedron",
                                        sample=0))

    def data(run, kind):
        raw = server.get_bytes("plugin/mesh/data", run=run, tag="tetrahedron", sample=0, step=0,
                               content_type=kind)
        return np.frombuffer(raw, np.int32 if kind == "FACE" else np.float32)

    ours = meshes(OURS)
    theirs = meshes(peer)
    by_kind = lambda entry: entry["content_type"]  # noqa: E731
    drop = ("config",) if peer == "tensorboardX" else ()  # it was given none
    reduce = lambda entries: [  # noqa: E731
        {key: value for key, value in entry.items() if key not in drop}
        for entry in sorted(entries, key=by_kind)]
    assert reduce(ours) == reduce(theirs)
    assert len(ours) == 3
    for kind in ("VERTEX", "FACE", "COLOR"):
        np.testing.assert_array_equal(data(OURS, kind), data(peer, kind))


def test_custom_scalar_charts(server):
    layout = server.get("plugin/custom_scalars/layout")
    # Ours and TensorFlow's are the same, so that TensorBoard merges them into one.
    assert [category["title"] for category in layout["category"]] == ["waves"]
    charts = layout["category"][0]["chart"]
    assert [chart["title"] for chart in charts] == ["all", "band"]
    assert charts[0]["multiline"] == {"tag": ["wave/.*"]}
    assert charts[1]["margin"]["series"] == [
        {"value": "wave/value", "lower": "wave/lower", "upper": "wave/upper"}]
    answer = server.get("plugin/custom_scalars/scalars", run=OURS, tag="wave/.*")
    assert answer["regex_valid"] is True
    assert sorted(answer["tag_to_events"]) == ["wave/lower", "wave/upper", "wave/value"]
    assert all(len(events) == 20 for events in answer["tag_to_events"].values())


def test_hparams_table(server):
    def groups(prefix):
        answer = ask(server, "plugin/hparams/session_groups", {
            "experimentName": "", "startIndex": 0, "sliceSize": 100,
            "allowedStatuses": ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE",
                                "STATUS_RUNNING"],
            "colParams": [{"hparam": name} for name in kinds_peers.SESSIONS[0]]})
        found = {}
        for group in answer["sessionGroups"]:
            for session in group["sessions"]:
                if session["name"].startswith(prefix):
                    values = [metric["value"] for metric in session["metricValues"]
                              if metric["name"]["tag"] == "error"]
                    found[session["name"][len(prefix):]] = (
                        group["hparams"], session["status"], values)
        return found

    ours = groups("opscope_sessions/")
    assert ours == groups("tensorflow_sessions/")
    assert sorted(ours) == ["0", "1", "2"]
    assert [status for _, status, _ in (ours[key] for key in sorted(ours))] == [
        "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_UNKNOWN"]  # the last has no end
    for i, expected in enumerate(kinds_peers.SESSIONS):
        assert ours[str(i)][0] == expected


def test_hparams_experiment(server):
    experiment = ask(server, "plugin/hparams/experiment", {"experimentName": ""})
    assert {info["name"]: info["type"] for info in experiment["hparamInfos"]} == {
        "method": "DATA_TYPE_STRING", "time_step": "DATA_TYPE_FLOAT64",
        "is_symplectic": "DATA_TYPE_BOOL"}
    assert {"error"} <= {info["name"]["tag"] for info in experiment["metricInfos"]}


def test_projector(server):
    runs = server.get("plugin/projector/runs")
    assert runs == [OURS]
    config = server.get("plugin/projector/info", run=OURS)
    assert [each["tensorName"] for each in config["embeddings"]] == ["as_text", "as_bytes"]
    expected = np.add.outer(np.arange(6), 0.25 * np.arange(4)).astype(np.float32)
    for embedding in config["embeddings"]:
        name = embedding["tensorName"]
        assert embedding["tensorShape"] == [6, 4]
        raw = server.get_bytes("plugin/projector/tensor", run=OURS, name=name)
        np.testing.assert_array_equal(np.frombuffer(raw, np.float32).reshape(6, 4), expected)
        table = server.get_bytes("plugin/projector/metadata", run=OURS, name=name).decode()
        assert table.splitlines()[:2] == ["name\tparity", "point 0\teven"]
        sprites = server.get_bytes("plugin/projector/sprite_image", run=OURS, name=name)
        picture = np.asarray(Image.open(io.BytesIO(sprites)))
        assert embedding["sprite"]["singleImageDim"] == [8, 8]
        assert picture.shape[2] == 3
        assert (picture[:8, 8:16] == 40).all()  # the second point's


def test_raw_tensor(kinds_log):
    reader = event_accumulator.EventAccumulator(str(kinds_log / OURS))
    reader.Reload()
    (event,) = reader.Tensors("table")
    assert event.step == 7
    np.testing.assert_array_equal(tensor_util.make_ndarray(event.tensor_proto),
                                  [[1, 2, 3], [4, 5, 6.5]])
