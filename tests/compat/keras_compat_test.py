"""Our models beside Keras: from the same weights and data the same training, and logs that
TensorBoard shows."""

import json

import numpy as np
import pytest
import tensorflow as tf
from tensorboard.plugins.graph import keras_util

from conftest import run_program
from tensorboard_server import TensorBoardServer

STEPS = 100
OPTIMIZERS = {
    "sgd": lambda: tf.keras.optimizers.SGD(0.05),
    "momentum": lambda: tf.keras.optimizers.SGD(0.02, momentum=0.9),
    "nesterov": lambda: tf.keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True),
    "adam": lambda: tf.keras.optimizers.Adam(0.005),
    "rmsprop": lambda: tf.keras.optimizers.RMSprop(0.002),
}
CASES = [("mlp", name) for name in OPTIMIZERS] + [
    ("cnn", "adam"), ("cnn", "sgd"), ("batch_norm", "adam"), ("lstm", "adam"), ("lstm", "sgd"),
    ("gru", "adam")]


def array(facts):
    return np.array(facts["values"], dtype=facts["dtype"]).reshape(facts["shape"])


@pytest.mark.parametrize("model_name, optimizer", CASES)
def test_training_follows_keras(model_name, optimizer):
    ours = json.loads(run_program("compat_keras_train", model_name, optimizer, STEPS).stdout)
    model = tf.keras.models.model_from_json(json.dumps({**ours["model"], "compile_config": {}}))
    weights = [w for w in model.weights if "seed_generator" not in w.path]
    assert [list(w.shape) for w in weights] == [w["shape"] for w in ours["weights"]]
    for weight, value in zip(weights, ours["weights"]):
        weight.assign(array(value))
    model.compile(optimizer=OPTIMIZERS[optimizer](), loss="sparse_categorical_crossentropy")
    x, y = array(ours["x"]), array(ours["y"])
    losses = []
    for _ in range(STEPS):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(x, y)))
    assert ours["traces"] == 1
    assert losses[-1] < losses[0]
    np.testing.assert_allclose(ours["losses"], losses, rtol=0, atol=1e-4)
    np.testing.assert_allclose(array(ours["predictions"]), model.predict(x, verbose=0), rtol=0,
                               atol=1e-3)


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("digits")
    run_program("keras_digits", logdir, "--epochs", "2")
    with TensorBoardServer(logdir, True) as server:
        server.wait_until(lambda: len(server.get("plugin/graphs/info")) >= 2, "the graphs")
        yield server


RUNS = {"perceptron": ["flatten", "dense", "dropout", "dense_1"],
        "convolutional": ["image", "conv2d", "batch_normalization", "activation", "max_pooling2d",
                          "conv2d_1", "global_average_pooling2d", "dense_2"]}


@pytest.mark.parametrize("name", RUNS)
def test_tensorboard_draws_the_conceptual_graph(digits, name):
    tags = digits.get("plugin/graphs/info")[f"{name}/train"]["tags"]
    assert tags["keras"]["conceptual_graph"]
    text = digits.get_bytes("plugin/graphs/graph", run=f"{name}/train", tag="keras",
                            conceptual="true").decode()
    for layer in RUNS[name]:
        assert f'name: "{name}/{layer}"' in text


@pytest.mark.parametrize("name", RUNS)
def test_tensorboard_shows_scalars_and_histograms(digits, name):
    tags = digits.get("plugin/scalars/tags")
    train = set(tags[f"{name}/train"])
    assert {"epoch_loss", "epoch_accuracy", "epoch_learning_rate", "batch_loss",
            "batch_accuracy"} <= train
    assert {"epoch_loss", "epoch_accuracy", "evaluation_loss_vs_iterations",
            "evaluation_accuracy_vs_iterations"} == set(tags[f"{name}/validation"])
    points = digits.get("plugin/scalars/scalars", run=f"{name}/train", tag="epoch_loss")
    assert [step for _, step, _ in points] == [0, 1]
    histograms = digits.get("plugin/histograms/tags")[f"{name}/train"]
    assert any(tag.endswith("kernel/histogram") for tag in histograms)


def test_json_loads_in_keras():
    ours = json.loads(run_program("compat_keras_train", "cnn", "adam", 1).stdout)["model"]
    model = tf.keras.models.model_from_json(json.dumps(ours))
    theirs = json.loads(model.to_json())
    assert ours["config"]["layers"] == theirs["config"]["layers"]
    assert len(keras_util.keras_model_to_graph_def(ours).node) == len(ours["config"]["layers"])


def spirals(count, seed):
    """The points of samples/train.cc, whose std::mt19937 is NumPy's RandomState."""
    random = np.random.RandomState(seed)
    uniform = lambda: np.float32(int(random.randint(0, 2**32, dtype=np.uint32)) >> 8) * np.float32(2**-24)
    points = []
    for i in range(count):
        t = np.float32(0.25) + np.float32(2) * uniform()
        angle = np.float32(2) * t + np.float32(3.14159265) * np.float32(i % 2)
        points.append([t * turn(angle) + np.float32(0.1) * (uniform() - np.float32(0.5))
                       for turn in (np.cos, np.sin)])
    return np.array(points, np.float32), np.arange(count) % 2


def test_the_training_sample_follows_tensorflow(tmp_path):
    printed = run_program("train", "--logdir", tmp_path, "--steps", STEPS, "--print").stdout
    ours = [float(line.split()[2]) for line in printed.splitlines() if line.startswith("train ")]
    sizes = [2, 32, 32, 2]
    model = tf.keras.Sequential(
        [tf.keras.Input((2,)), tf.keras.layers.Dense(32, activation="relu"),
         tf.keras.layers.Dense(32, activation="relu"), tf.keras.layers.Dense(2)])
    for i, layer in enumerate(model.layers):
        values = tf.random.stateless_normal(sizes[i:i + 2], [i + 1, 7])
        layer.kernel.assign(values * np.sqrt(np.float32(2 / sizes[i])))
    model.compile(tf.keras.optimizers.SGD(0.05, momentum=0.9),
                  tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = spirals(400, 1)
    theirs = []
    for _ in range(STEPS):
        model.reset_metrics()
        theirs.append(float(model.train_on_batch(x, y)))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-4)
