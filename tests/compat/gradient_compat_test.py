"""TensorFlow's tape gives our derivatives, and running our gradient graphs gives our numbers."""

import json

import numpy as np
import pytest
import tensorflow as tf

from conftest import run_program


def loop(x, n):
    y = x
    for _ in tf.range(n):
        y = y * x + tf.sin(y)
    return y


def nested_loop(x, n):
    y = x
    for _ in tf.range(n):
        z = y
        for _ in tf.range(2):
            z = z * x + 0.5
        y = y + tf.sin(z)
    return y


def branch(x, n):
    if n > 2:
        t = tf.exp(x)
        y = t * t + x
    else:
        y = tf.sin(x) * x
    return y * y


def branch_in_loop(x, n):
    y = x
    for i in tf.range(n):
        if i % 2 == 0:
            y = tf.exp(y * 0.1) * x
        else:
            y = tf.sin(y) * y
    return y


def loop_with_break(x, n):
    y = x
    for i in tf.range(n):
        y = y * x + 1.0
        if i == 1:
            break
        y = y + x
    return y


def case(x, n):
    return tf.switch_case(n, [lambda: x, lambda: x * x, lambda: tf.sin(x), lambda: tf.exp(x) * x])


def call(x, n):
    inner = tf.function(lambda a: tf.sin(a) * a)
    return inner(inner(x))


PROGRAMS = {
    "loop": loop,
    "nested_loop": nested_loop,
    "branch": branch,
    "branch_in_loop": branch_in_loop,
    "break": loop_with_break,
    "case": case,
    "call": call,
    "tanh": lambda x, n: tf.tanh(x),
    "sigmoid": lambda x, n: tf.sigmoid(x),
    "relu_at_zero": lambda x, n: tf.nn.relu(x - x),
    "sqrt": lambda x, n: tf.sqrt(x * x + 1.0),
    "rsqrt": lambda x, n: tf.math.rsqrt(x * x + 1.0),
    "erf": lambda x, n: tf.math.erf(x),
    "log1p": lambda x, n: tf.math.log1p(x * x),
    "pow": lambda x, n: tf.pow(x, 3.0),
    "pow_of_negative": lambda x, n: tf.pow(tf.constant(2.0, tf.float64), x) + tf.pow(x * x, x),
    "divide": lambda x, n: x / (x * x + 2.0),
    "maximum_ties": lambda x, n: tf.maximum(x, x),
    "max_ties": lambda x, n: tf.reduce_max(x * 0.0 + tf.sin(x) * 0.0),
    "prod": lambda x, n: tf.reduce_prod(x),
    "prod_with_zero": lambda x, n: tf.reduce_prod(x - 0.5),
    "mean": lambda x, n: tf.square(tf.reduce_mean(x)),
    "softmax": lambda x, n: tf.nn.softmax(x) * x,
    "log_softmax": lambda x, n: tf.nn.log_softmax(x) * x,
    "squared_difference": lambda x, n: tf.math.squared_difference(x, tf.sin(x)),
    "clip": lambda x, n: tf.clip_by_value(x * x, 0.3, 2.0),
    "where": lambda x, n: tf.where(x > 0.0, tf.sin(x), x * x),
    "concat": lambda x, n: tf.square(tf.concat([x, x * x], 0)),
    "slice": lambda x, n: tf.square(tf.slice(x, [1], [2])),
    "stop_gradient": lambda x, n: tf.stop_gradient(x) * x,
    "outer": lambda x, n: tf.matmul(tf.reshape(x, [3, 1]), tf.reshape(tf.sin(x), [1, 3])),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gradients")
    run_program("compat_write_gradients", folder)
    return folder


def array(tensor):
    """The NumPy array of a Tensor's JSON."""
    values = [float(value) for value in tensor["values"]]
    return np.array(values, dtype=tensor["dtype"]).reshape(tensor["shape"])


def derivatives(program, x, n):
    """Value, first and second derivative by TensorFlow."""
    zero = tf.UnconnectedGradients.ZERO
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = program(x, n)
        first = inner.gradient(y, x, unconnected_gradients=zero)
    return y, first, outer.gradient(first, x, unconnected_gradients=zero)


def compare(ours, theirs):
    for name, our, their in zip(("value", "first", "second"), ours, theirs):
        assert np.shape(their) == our.shape, name
        np.testing.assert_allclose(their, our, rtol=1e-9, atol=1e-12, err_msg=name)


def test_every_program_was_written(folder):
    assert sorted(path.stem for path in folder.glob("*.pb")) == sorted(PROGRAMS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_tensorflow_derives_the_same(folder, name):
    facts = json.loads((folder / f"{name}.json").read_text())
    x, n = (tf.constant(array(each)) for each in facts["inputs"])
    program = tf.function(lambda a, b: derivatives(tf.autograph.to_graph(PROGRAMS[name])
                                                   if PROGRAMS[name].__name__ != "<lambda>"
                                                   else PROGRAMS[name], a, b))
    compare([array(each) for each in facts["outputs"]],
            [each.numpy() for each in program(x, tf.cast(n, tf.int32))])


@pytest.mark.parametrize("name", PROGRAMS)
def test_tensorflow_runs_our_gradient_graph(folder, name):
    facts = json.loads((folder / f"{name}.json").read_text())
    graph_def = tf.compat.v1.GraphDef.FromString((folder / f"{name}.pb").read_bytes())
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        tf.graph_util.import_graph_def(graph_def, name="")
        feeds = {f"{input_name}:0": array(value)
                 for input_name, value in zip(facts["input_names"], facts["inputs"])}
        outputs = session.run(facts["output_names"], feeds)
    compare([array(each) for each in facts["outputs"]], outputs)
