"""Programs as users write them give the same here, eager and traced, in a tf.function, and when
TensorFlow runs our graph; and so do their derivatives."""

import json

import numpy as np
import pytest
import tensorflow as tf

from conftest import run_program
from user_programs import PROGRAMS

ZERO = tf.UnconnectedGradients.ZERO


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("programs")
    run_program("compat_user_programs", folder)
    return folder


def array(tensor):
    dtype = tf.as_dtype({"boolean": "bool"}.get(tensor["dtype"], tensor["dtype"]))
    values = [v.encode() if dtype == tf.string else v for v in tensor["values"]]
    return np.array(values, dtype=dtype.as_numpy_dtype).reshape(tensor["shape"])


def arrays(tensors):
    return [array(tensor) for tensor in tensors]


def compare(got, wanted, what):
    assert len(got) == len(wanted)
    for number, (ours, theirs) in enumerate(zip(wanted, got)):
        theirs = np.asarray(theirs)
        assert theirs.shape == ours.shape, (what, number)
        if np.issubdtype(ours.dtype, np.floating):
            np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-12,
                                       err_msg=f"{what}, output {number}")
        else:
            np.testing.assert_array_equal(theirs, ours, err_msg=f"{what}, output {number}")


def load(folder, name):
    return json.loads((folder / f"{name}.json").read_text())


def written(folder):
    return sorted(path.stem for path in folder.glob("*.json"))


def derivatives(program, variables, inputs):
    inputs = [tf.identity(x) for x in inputs]
    sources = [x for x in inputs if x.dtype.is_floating]
    with tf.GradientTape() as tape:
        for source in sources:
            tape.watch(source)
        target = tf.reduce_sum(program(*variables, *inputs)[0])
    return tape.gradient(target, sources, unconnected_gradients=ZERO)


def run_graph(folder, name, facts):
    graph_def = tf.compat.v1.GraphDef.FromString((folder / f"{name}.pb").read_bytes())
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        tf.graph_util.import_graph_def(graph_def, name="")
        handles = {node.get_attr("shared_name").decode(): node.outputs[0]
                   for node in graph.get_operations() if node.type == "VarHandleOp"}
        names = [each["name"].removesuffix(":0") for each in facts["variables"]]
        for variable, entry in zip(names, facts["variables"]):
            session.run(tf.raw_ops.AssignVariableOp(
                resource=handles[variable], value=array(entry["value"])))
        feeds = {f"{key}:0": array(value)
                 for key, value in zip(facts["input_names"], facts["inputs"])}
        controls = [graph.get_operation_by_name(each) for each in facts["control_outputs"]]
        outputs, _ = session.run([facts["output_names"], controls], feeds)
        finals = [session.run(tf.raw_ops.ReadVariableOp(resource=handles[variable],
                                                        dtype=array(entry["value"]).dtype))
                  for variable, entry in zip(names, facts["variables"])]
    return outputs, finals


def test_every_program_was_written(folder):
    names = {name.removesuffix("_gradient") for name in written(folder)}
    assert names == set(PROGRAMS)
    assert len([name for name in written(folder) if name.endswith("_gradient")]) >= 20


def check(folder, name):
    facts = load(folder, name)
    wanted, finals = arrays(facts["eager"]), arrays(facts["eager_variables"])
    compare(arrays(facts["traced"]), wanted, "traced")
    compare(arrays(facts["traced_variables"]), finals, "variables, traced")
    outputs, variables = run_graph(folder, name, facts)
    compare(outputs, wanted, "our graph in TensorFlow")
    compare(variables, finals, "variables of our graph in TensorFlow")
    variables = [tf.Variable(array(each["value"])) for each in facts["variables"]]
    converted = tf.autograph.to_graph(PROGRAMS[name.removesuffix("_gradient")])

    @tf.function
    def run(*inputs):
        if name.endswith("_gradient"):
            return derivatives(converted, variables, inputs)
        return converted(*variables, *inputs)

    compare([x.numpy() for x in run(*map(tf.constant, arrays(facts["inputs"])))], wanted, "TensorFlow")
    compare([variable.numpy() for variable in variables], finals, "variables in TensorFlow")


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_way_of_running_agrees(folder, name):
    check(folder, name)
    if f"{name}_gradient" in written(folder):
        check(folder, f"{name}_gradient")
