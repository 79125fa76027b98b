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
    "centered": lambda: tf.keras.optimizers.RMSprop(0.002, momentum=0.5, centered=True),
    "adamw": lambda: tf.keras.optimizers.AdamW(0.005, weight_decay=0.1),
    "nadam": lambda: tf.keras.optimizers.Nadam(0.005),
    "adamax": lambda: tf.keras.optimizers.Adamax(0.01),
    "adagrad": lambda: tf.keras.optimizers.Adagrad(0.05),
    "adadelta": lambda: tf.keras.optimizers.Adadelta(1.0),
    "ftrl": lambda: tf.keras.optimizers.Ftrl(0.1, l1_regularization_strength=0.001,
                                             l2_regularization_strength=0.002),
    "exponential_decay": lambda: tf.keras.optimizers.SGD(
        tf.keras.optimizers.schedules.ExponentialDecay(0.1, 20, 0.5)),
    "cosine_decay": lambda: tf.keras.optimizers.SGD(
        tf.keras.optimizers.schedules.CosineDecay(0.1, 60, 0.1)),
    "piecewise": lambda: tf.keras.optimizers.SGD(
        tf.keras.optimizers.schedules.PiecewiseConstantDecay([10, 50], [0.1, 0.05, 0.01])),
}
CASES = [("mlp", name) for name in OPTIMIZERS] + [
    ("cnn", "adam"), ("cnn", "sgd"), ("batch_norm", "adam"), ("lstm", "adam"), ("lstm", "sgd"),
    ("gru", "adam"), ("simple_rnn", "adam"), ("both_directions", "adam"),
    ("convolved_sequences", "adam"), ("convolved_images", "adam"), ("merged", "adam")]


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


def test_seeds_give_the_weights_of_keras():
    ours = json.loads(run_program("compat_keras_measures").stdout)["initializers"]
    assert len(ours) == 10
    own = {"RandomUniform": {"minval": -0.1, "maxval": 0.3},
           "RandomNormal": {"mean": 0.1, "stddev": 0.2},
           "TruncatedNormal": {"mean": 0.1, "stddev": 0.2}, "Orthogonal": {"gain": 1.5}}
    for name, values in ours.items():
        initializer = getattr(tf.keras.initializers, name)(seed=5, **own.get(name, {}))
        for value in map(array, values):
            np.testing.assert_allclose(value, initializer(value.shape), rtol=1e-5, atol=2e-6,
                                       err_msg=name)


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


@pytest.mark.parametrize("name", ["cnn", "both_directions", "convolved_sequences",
                                  "convolved_images", "merged"])
def test_json_loads_in_keras(name):
    printed = json.loads(run_program("compat_keras_train", name, "adam", 1).stdout)
    ours = printed["model"]
    model = tf.keras.models.model_from_json(json.dumps(ours))
    # Bidirectional sets this in its layers, whatever was said; without masks it changes nothing.
    theirs = json.loads(model.to_json().replace('"zero_output_for_mask": true',
                                                '"zero_output_for_mask": false'))
    assert ours["config"]["layers"] == theirs["config"]["layers"]
    assert len(keras_util.keras_model_to_graph_def(ours).node) == len(ours["config"]["layers"])
    assert f"Total params: {model.count_params():,}" in printed["summary"]
    tf.keras.backend.clear_session()
    for layer in model.layers:  # our names are those that Keras would have given
        again = type(layer).from_config({**layer.get_config(), "name": None})
        assert again.name.rstrip("_0123456789") == layer.name.rstrip("_0123456789")


def test_losses_and_metrics_are_those_of_keras():
    ours = json.loads(run_program("compat_keras_measures").stdout)
    batches = [{name: array(value) for name, value in batch.items()} for batch in ours["batches"]]
    losses, metrics = tf.keras.losses, tf.keras.metrics
    functions = {"huber": losses.Huber(0.3), "log_cosh": losses.LogCosh(),
                 "kl_divergence": losses.KLDivergence(), "poisson": losses.Poisson(),
                 "hinge": losses.Hinge(), "cosine_similarity": losses.CosineSimilarity(),
                 **{name: getattr(losses, "".join(part.title() for part in name.split("_")))()
                    for name in ours["losses"] if "mean" in name or "entropy" in name}}
    assert set(functions) == set(ours["losses"])
    first = batches[0]
    for name, loss in functions.items():
        theirs = [loss(first["labels"], first["probabilities"]),
                  loss(first["labels"], first["probabilities"], sample_weight=first["weights"])]
        np.testing.assert_allclose(ours["losses"][name], theirs, rtol=1e-5, err_msg=name)
    make = {"categorical_accuracy": metrics.CategoricalAccuracy,
            "binary_accuracy": metrics.BinaryAccuracy,
            "top_k_categorical_accuracy": lambda: metrics.TopKCategoricalAccuracy(2),
            "mse": metrics.MeanSquaredError, "mae": metrics.MeanAbsoluteError,
            "root_mean_squared_error": metrics.RootMeanSquaredError,
            "precision": metrics.Precision, "recall": lambda: metrics.Recall(0.3),
            "auc": metrics.AUC, "auc_pr": lambda: metrics.AUC(20, curve="PR"),
            "sparse_categorical_accuracy": metrics.SparseCategoricalAccuracy,
            "sparse_top_k_categorical_accuracy":
                lambda: metrics.SparseTopKCategoricalAccuracy(2)}
    assert set(make) == set(ours["metrics"]) | set(ours["sparse_metrics"])
    for name, metric in make.items():
        theirs = []
        for is_weighted in (False, True):
            state = metric()
            for batch in batches:
                labels = batch["classes" if name in ours["sparse_metrics"] else "labels"]
                weights = batch["weights"] if is_weighted else None
                if is_weighted and name in ("auc", "auc_pr", "precision", "recall"):
                    weights = np.repeat(weights[:, None], labels.shape[1], 1)
                state.update_state(labels, batch["probabilities"], weights)
                theirs.append(float(state.result()))
        results = {**ours["metrics"], **ours["sparse_metrics"]}[name]
        np.testing.assert_allclose(results, theirs, rtol=1e-5, err_msg=name)


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
