"""TensorFlow loads, calls, lists and saves again what we save, and we load that: equal to the bit."""

import difflib
import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from conftest import run_program

CLI = [sys.executable, "-c", "from tensorflow.python.tools.saved_model_cli import main; main()"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved_models")
    run_program("compat_saved_models", "write", folder)
    return folder


def ask(*arguments):
    return json.loads(run_program("compat_saved_models", *arguments).stdout)


def array(tensor):
    values = [value.encode() if isinstance(value, str) else value for value in tensor["values"]]
    dtype = object if tensor["dtype"] == "string" else tensor["dtype"]
    return np.array(values, dtype=dtype).reshape(tensor["shape"])


def saved_model_cli(*arguments):
    environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
    return subprocess.run([*CLI, *map(str, arguments)], capture_output=True, text=True,
                          env=environment, timeout=300)


def sorted_sets(text):
    """The text with its sets and named arguments, which come in hash order, sorted."""
    def by_name(match):
        names = sorted(re.findall(r"Named Argument #\d+\n +(.*)\n", match[0]))
        return "".join(f"        Named Argument #{number}\n          {name}\n"
                       for number, name in enumerate(names, 1))
    text = re.sub(r"ops: \{(.*)\}", lambda m: "ops: " + str(sorted(m[1].split(", "))), text)
    return re.sub(r"(        Named Argument #\d+\n          .*\n)+", by_name, text)


def assert_shown_alike(model):
    theirs = saved_model_cli("show", "--dir", model, "--all")
    ours = run_program("opscope", "show", "--dir", model, "--all")
    difference = difflib.unified_diff(sorted_sets(theirs.stdout).splitlines(),
                                      sorted_sets(ours.stdout).splitlines(), lineterm="")
    assert not "\n".join(difference)


def test_the_notebooks_module_continues_from_the_saved_value(folder):
    loaded = tf.saved_model.load(str(folder / "demo"))
    assert loaded.addprint(tf.constant(5.0)).numpy() == 11.0
    assert loaded.x.numpy() == 11.0
    assert loaded.signatures["serving_default"](a=tf.constant(1.0))["output_0"].numpy() == 12.0
    with pytest.raises(Exception):
        loaded.addprint(tf.constant([1.0]))


def test_structure_and_signatures_come_back(folder):
    loaded = tf.saved_model.load(str(folder / "loops"))
    assert not loaded.table.trainable and loaded.names.trainable and loaded.d_module.x.trainable
    np.testing.assert_array_equal(loaded.table.numpy(), [[1, 2], [3, 4]])
    assert loaded.table.name == "loops/table:0"
    assert sorted(loaded.signatures) == ["join", "serving_default"]
    text = loaded.signatures["join"](text=tf.constant("x"))["output_0"].numpy()
    assert list(text) == [b"x-a", b"x-bc"]
    assert list(loaded.join(tf.constant("y")).numpy()) == [b"y-a", b"y-bc"]


def test_control_flow_gives_our_results(folder):
    ours = ask("call", folder / "loops", "run", 3, 0.5)
    loaded = tf.saved_model.load(str(folder / "loops"))
    total, sum_of = loaded.run(tf.constant(3), tf.constant(0.5))
    # The first trace takes vectors: this one is the second.
    assert total.shape == ()
    assert loaded.run(tf.constant(3), tf.constant([0.5, 1.5]))[0].shape == (2,)
    np.testing.assert_array_equal(array(ours["results"][0]), total.numpy())
    np.testing.assert_array_equal(array(ours["results"][1]), sum_of.numpy())


def test_saved_again_by_tensorflow_it_is_the_same_here(folder, tmp_path):
    for name in ("demo", "loops"):
        loaded = tf.saved_model.load(str(folder / name))
        if name == "loops":
            loaded.d_module.x.assign(0.1)
        tf.saved_model.save(loaded, str(tmp_path / name), signatures=dict(loaded.signatures))
        before = ask("variables", folder / name)
        after = ask("variables", tmp_path / name)
        assert sorted(before) == sorted(after)
        for path, tensor in after.items():
            if path == "d_module/x":
                assert np.float32(tensor["values"][0]) == np.float32(0.1)
            else:
                assert tensor == before[path]
    assert ask("call", tmp_path / "demo", "addprint", 5)["results"][0]["values"] == [11.0]
    ours = ask("call", tmp_path / "loops", "run", 4, 1.25)["results"]
    loaded = tf.saved_model.load(str(tmp_path / "loops"))
    for mine, other in zip(ours, loaded.run(tf.constant(4), tf.constant(1.25))):
        np.testing.assert_array_equal(array(mine), other.numpy())


def test_the_graph_loader_and_the_command_line_run_it(folder, tmp_path):
    ran = saved_model_cli("run", "--dir", folder / "demo", "--tag_set", "serve", "--signature_def",
                          "serving_default", "--input_exprs", "a=2.0")
    assert "Result for output key output_0:\n8.0" in ran.stdout, ran.stderr
    # Saving and restoring through the graph, as servers do.
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], str(folder / "loops"))
        saver = meta.saver_def
        prefix = str(tmp_path / "again")
        session.run(saver.save_tensor_name, {saver.filename_tensor_name: prefix})
        session.run(saver.restore_op_name, {saver.filename_tensor_name: prefix})
    reader = tf.train.load_checkpoint(prefix)
    np.testing.assert_array_equal(reader.get_tensor("table/.ATTRIBUTES/VARIABLE_VALUE"),
                                  [[1, 2], [3, 4]])


def test_both_programs_show_our_models_alike(folder):
    assert_shown_alike(folder / "demo")
    assert_shown_alike(folder / "loops")


class Named(tf.Module):
    pass


def loops_object(value):
    """What our module looks like in Python."""
    root = Named()
    root.d_module = Named()
    root.d_module.x = tf.Variable(value)
    root.table = tf.Variable([[0, 0], [0, 0]])
    root.names = tf.Variable(["", ""])
    return root


def test_checkpoints_go_both_ways(tmp_path):
    path = run_program("compat_saved_models", "save_checkpoint", tmp_path / "ours").stdout.strip()
    assert tf.train.latest_checkpoint(str(tmp_path)) == path
    module = loops_object(0.0)
    checkpoint = tf.train.Checkpoint(model=module)
    checkpoint.restore(path).assert_consumed()
    assert module.d_module.x.numpy() == 2.5
    assert list(module.names.numpy()) == [b"a", b"bc"]
    assert checkpoint.save_counter.numpy() == 1
    module.d_module.x.assign(0.1)
    theirs = checkpoint.save(str(tmp_path / "theirs"))
    assert np.float32(ask("restore_checkpoint", theirs)["values"][0]) == np.float32(0.1)


class Structured(tf.Module):
    """Functions with arguments of many kinds and several traces."""

    def __init__(self):
        self.v = tf.Variable([1.0, 2.0], name="vv")

    @tf.function
    def f(self, x, training=False, name="n", scale=1.5, opt=None):
        return x * (2.0 if training else 3.0) * self.v[0]

    @tf.function
    def g(self, pair, *rest, k=2.0, flag=True):
        return pair["a"] * k

    @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.int32)])
    def ragged(self, r):
        return tf.reduce_sum(r)

    @tf.function(input_signature=[])
    def nothing(self):
        tf.print("x")


def test_show_of_structured_functions(tmp_path):
    module = Structured()
    spec = tf.TensorSpec([], tf.float32, name="x")
    for training in (False, True):
        for shape in ([None], [2, None], [], [3], [4], [5]):
            module.f.get_concrete_function(tf.TensorSpec(shape, tf.float32), training=training)
    module.f.get_concrete_function(spec, True, "it's", 1e100, [1, "q", None])
    module.g.get_concrete_function({"a": spec})
    module.g.get_concrete_function({"a": spec}, (1, 2.5), "text", k=7, flag=False)
    tf.saved_model.save(module, str(tmp_path / "m"))
    assert_shown_alike(tmp_path / "m")


def test_show_of_keras_exports(tmp_path):
    inputs = tf.keras.Input((4,), name="inp")
    hidden = tf.keras.layers.Dense(8, activation="gelu")(inputs)
    hidden = tf.keras.layers.BatchNormalization()(hidden)
    outputs = {"a": tf.keras.layers.Dense(2, activation="softmax")(hidden),
               "b": tf.keras.layers.Dense(1)(hidden)}
    model = tf.keras.Model(inputs, outputs)
    model.export(str(tmp_path / "m"), verbose=False)
    assert_shown_alike(tmp_path / "m")


def test_show_of_several_tag_sets(tmp_path):
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 3], name="in")
        w = v1.get_variable("w", initializer=np.ones((3, 2), "f"))
        y = tf.matmul(x, w)
        session.run(v1.global_variables_initializer())
        info = v1.saved_model.build_tensor_info
        signature = v1.saved_model.build_signature_def({"x": info(x)}, {"y": info(y)},
                                                       "tensorflow/serving/predict")
        builder = v1.saved_model.Builder(str(tmp_path / "m"))
        builder.add_meta_graph_and_variables(session, ["serve", "gpu"],
                                             {"serving_default": signature})
        builder.add_meta_graph(["serve"], {"serving_default": signature})
        builder.save()
    assert_shown_alike(tmp_path / "m")


class Control(tf.Module):
    """Loops, branches and a switch on a variable, as AutoGraph writes them."""

    def __init__(self):
        self.v = tf.Variable(1.0)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.float32)])
    def run(self, n, x):
        for i in tf.range(n):
            if i % 2 == 0:
                self.v.assign_add(tf.reduce_sum(x))
            else:
                x = x * 0.5
        tf.debugging.assert_greater(n, -5, message="negative")
        switched = tf.switch_case(n, [lambda: x, lambda: x + 1, lambda: x * 2])
        return {"x": switched, "v": self.v.read_value()}


def run_here(model, signature, expressions, outputs):
    run_program("opscope", "run", "--dir", model, "--tag_set", "serve", "--signature_def",
                signature, "--input_exprs", expressions, "--outdir", outputs, "--overwrite")
    return {path.stem: np.load(path) for path in outputs.glob("*.npy")}


def test_models_of_tensorflow_run_here(tmp_path):
    module = Control()
    model = str(tmp_path / "control")
    tf.saved_model.save(module, model, signatures={"serving_default": module.run})
    for n in (0, 1, 2, 5):
        ours = run_here(model, "serving_default", f"n={n};x=[1.5, 2.0]", tmp_path / "out")
        theirs = tf.saved_model.load(model)
        expected = theirs.signatures["serving_default"](n=tf.constant(n),
                                                        x=tf.constant([1.5, 2.0]))
        assert sorted(ours) == sorted(expected)
        for name, value in expected.items():
            np.testing.assert_array_equal(ours[name], value.numpy())


def test_keras_exports_run_here(tmp_path):
    inputs = tf.keras.Input((4,), name="inp")
    hidden = tf.keras.layers.Dense(8, activation="gelu")(inputs)
    hidden = tf.keras.layers.BatchNormalization()(hidden)
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(2, activation="softmax")(hidden))
    model.export(str(tmp_path / "m"), verbose=False)
    ours = run_here(tmp_path / "m", "serving_default", "inp=[[1, 2, 3, 4]]", tmp_path / "out")
    expected = model(np.array([[1, 2, 3, 4]], "f")).numpy()
    np.testing.assert_allclose(ours["output_0"], expected, rtol=1e-5)
