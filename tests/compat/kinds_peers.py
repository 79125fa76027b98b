"""What compat_write_kinds writes, written by TensorFlow and by tensorboardX from the same formulas."""

import numpy as np
import tensorboardX
import tensorflow as tf
from tensorboard.plugins.custom_scalar import layout_pb2
from tensorboard.plugins.custom_scalar import summary as custom_scalar_summary
from tensorboard.plugins.hparams import api as hparams_api
from tensorboard.plugins.hparams import summary as hparams_summary
from tensorboard.plugins.mesh import summary_v2 as mesh_summary
from tensorboard.plugins.pr_curve import summary as pr_curve_summary

STEPS = range(3)
RATE = 8000
THRESHOLDS = 11
SESSIONS = [{"method": "verlet" if i else "euler", "time_step": 0.01 * (i + 1),
             "is_symplectic": i != 0} for i in range(3)]


def scalars():
    for step in range(20):
        for name, offset in (("value", 0), ("lower", -1), ("upper", 1)):
            yield f"wave/{name}", step * 0.5 + offset, step


def histograms(step):
    index = np.arange(1000)
    spread = (index * 7919 % 1000).astype(np.float32) / np.float32(1000) + np.float32(step)
    return [("spread", spread, 30), ("integers", index * 31 % 17, 8),
            ("one_value", np.full(5, 2.5, np.float32), 30),
            ("nothing", np.empty(0, np.float32), 30)]


def images():
    """(tag, float or byte pixels [height, width, channels])"""
    for channels in range(1, 5):
        index = np.arange(19 * 11 * channels).reshape(11, 19, channels)
        yield f"bytes{channels}", (index * 37 % 256).astype(np.uint8)
        floats = (index % 97).astype(np.float32) / np.float32(80) - np.float32(0.1)
        yield f"floats{channels}", floats


def clip(channels):
    """[frames, channels]"""
    index = np.arange(800 * channels).reshape(800, channels)
    return (index % 201 - 100).astype(np.float32) / np.float32(128)


def detector():
    """(labels, predictions, weights)"""
    index = np.arange(500)
    return (index % 3 == 0, (index * 29 % 128).astype(np.float32) / np.float32(128),
            index % 4 * 0.25)


def mesh():
    """(vertices, faces, colors), each with a batch of one in front"""
    vertices = [[[1, 1, 1], [-1, -1, 1], [-1, 1, -1], [1, -1, -1]]]
    faces = [[[0, 1, 2], [0, 3, 1], [0, 2, 3], [1, 3, 2]]]
    colors = [[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]]]
    return (np.array(vertices, np.float32), np.array(faces, np.int32), np.array(colors, np.uint8))


def layout():
    margin = layout_pb2.MarginChartContent(series=[layout_pb2.MarginChartContent.Series(
        value="wave/value", lower="wave/lower", upper="wave/upper")])
    return layout_pb2.Layout(category=[layout_pb2.Category(title="waves", chart=[
        layout_pb2.Chart(title="all", multiline=layout_pb2.MultilineChartContent(tag=["wave/.*"])),
        layout_pb2.Chart(title="band", margin=margin)])])


def write_raw(summary):
    tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=0)


def write_with_tensorflow(logdir):
    writer = tf.summary.create_file_writer(str(logdir / "tensorflow"))
    with writer.as_default():
        for tag, value, step in scalars():
            tf.summary.scalar(tag, value, step)
        for step in STEPS:
            for tag, values, buckets in histograms(step):
                tf.summary.histogram(tag, values, step, buckets=buckets)
        for tag, pixels in images():
            several = [pixels, pixels] if pixels.dtype == np.uint8 else [pixels]
            tf.summary.image(tag, np.stack(several), 0)
        for channels in (1, 2):
            tf.summary.audio(f"clip{channels}", np.stack([clip(channels)] * 2), RATE, 0,
                             description="a *saw*")
        tf.summary.text("notes", "**bold**, `code` and 日本語", 2)
        labels, predictions, weights = detector()
        for name, each in (("detector", None), ("weighted", weights)):
            write_raw(pr_curve_summary.pb(name, labels, predictions, num_thresholds=THRESHOLDS,
                                          weights=each))
        vertices, faces, colors = mesh()
        mesh_summary.mesh("tetrahedron", vertices, faces=faces, colors=colors, step=0,
                          config_dict={"camera": {"cls": "PerspectiveCamera", "fov": 75}})
        write_raw(custom_scalar_summary.pb(layout()))
        tf.summary.scalar("last", 1, 0)
    writer.close()
    write_sessions(logdir / "tensorflow_sessions")


def write_sessions(logdir):
    with tf.summary.create_file_writer(str(logdir)).as_default():
        hparams_api.hparams_config(
            hparams=[
                hparams_api.HParam("method", hparams_api.Discrete(["euler", "verlet"])),
                hparams_api.HParam("time_step", hparams_api.RealInterval(0.001, 0.1)),
                hparams_api.HParam("is_symplectic", hparams_api.Discrete([True, False]))],
            metrics=[hparams_api.Metric("error", display_name="energy error")])
    for i, values in enumerate(SESSIONS):
        with tf.summary.create_file_writer(str(logdir / str(i))).as_default():
            hparams_api.hparams(values, trial_id=f"trial {i}")
            tf.summary.scalar("error", 1 / (i + 1), 0)
            if i < 2:
                write_raw(hparams_summary.session_end_pb(i + 1))


def write_with_tensorboardx(logdir):
    with tensorboardX.SummaryWriter(str(logdir / "tensorboardX")) as writer:
        for tag, value, step in scalars():
            writer.add_scalar(tag, value, step)
        for tag, pixels in images():
            if pixels.dtype == np.uint8 and pixels.shape[2] in (1, 3):
                writer.add_image(tag, pixels, 0, dataformats="HWC")
        writer.add_audio("clip1", clip(1)[:, 0], 0, sample_rate=RATE)
        writer.add_text("notes", "**bold**, `code` and 日本語", 2)
        labels, predictions, weights = detector()
        writer.add_pr_curve("detector", labels, predictions, 0, num_thresholds=THRESHOLDS)
        writer.add_pr_curve("weighted", labels, predictions, 0, num_thresholds=THRESHOLDS,
                            weights=weights)
        vertices, faces, colors = mesh()
        writer.add_mesh("tetrahedron", vertices, colors, faces, global_step=0)
        writer.add_scalar("last", 1, 0)
