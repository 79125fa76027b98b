"""TensorFlow imports the graphs that compat_write_graphs traced, and running them gives our results."""

import json

import numpy as np
import pytest
import tensorflow as tf

from conftest import run_program

# Every case, and an operation that its graph must hold.
CASES = {
    "arithmetic": "AddV2",
    "branch_not_taken": "If",
    "branch_taken": "If",
    "break_and_continue": "While",
    "calls_a_function": "PartitionedCall",
    "casts": "Cast",
    "comparison": "SelectV2",
    "dense": "MatMul",
    "elementwise": "Tanh",
    "for_loop": "While",
    "gradient": "VarHandleOp",
    "nested_loops": "While",
    "print": "While",
    "shapes": "ConcatV2",
    "strings": "Add",
    "strings_in_a_loop": "While",
    "variable": "AssignAddVariableOp",
    "variable_in_a_loop": "VarHandleOp",
    "while_loop": "While",
}
NOT_FINITE = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("graphs")
    run_program("compat_write_graphs", folder)
    return folder


def array(tensor):
    """The NumPy array of a Tensor's JSON."""
    dtype = tf.as_dtype({"boolean": "bool"}.get(tensor["dtype"], tensor["dtype"]))
    values = [NOT_FINITE.get(value, value) if dtype.is_floating else value
              for value in tensor["values"]]
    if dtype == tf.string:
        values = [value.encode() for value in values]
    return np.array(values, dtype=dtype.as_numpy_dtype).reshape(tensor["shape"])


def load(folder, name):
    graph = tf.compat.v1.GraphDef.FromString((folder / f"{name}.pb").read_bytes())
    return graph, json.loads((folder / f"{name}.json").read_text())


def run_in_tensorflow(graph_def, facts):
    """The outputs when TensorFlow runs the graph on the same inputs and variables."""
    with tf.Graph().as_default() as graph, tf.compat.v1.Session() as session:
        tf.graph_util.import_graph_def(graph_def, name="")
        for variable in facts["variables"]:
            handle = graph.get_tensor_by_name(variable["name"])
            assert handle.op.type == "VarHandleOp"
            session.run(tf.raw_ops.AssignVariableOp(resource=handle,
                                                    value=array(variable["value"])))
        feeds = {f"{each['name']}:0": array(each["value"]) for each in facts["inputs"]}
        outputs = [each["name"] for each in facts["outputs"]]
        values, _ = session.run((outputs, facts["control_outputs"]), feeds)
        return values


def test_every_case_was_written(folder):
    assert sorted(path.stem for path in folder.glob("*.pb")) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_tensorflow_gives_our_result(folder, name):
    graph_def, facts = load(folder, name)
    operations = {node.op for node in graph_def.node}
    assert operations & {CASES[name], f"Stateless{CASES[name]}", f"Stateful{CASES[name]}"}, operations
    assert facts["outputs"]
    for ours, theirs in zip(facts["outputs"], run_in_tensorflow(graph_def, facts)):
        expected = array(ours["value"])
        theirs = np.asarray(theirs)
        assert theirs.shape == expected.shape
        if np.issubdtype(expected.dtype, np.floating):
            assert theirs.dtype == expected.dtype
            np.testing.assert_allclose(theirs, expected, rtol=2e-6)
        else:
            np.testing.assert_array_equal(theirs.astype(expected.dtype), expected)


def test_printing_prints_the_same(folder, capfd):
    graph_def, facts = load(folder, "print")
    run_in_tensorflow(graph_def, facts)
    printed = [line for line in capfd.readouterr().err.splitlines() if line.startswith("step")]
    assert printed == ["step 0", "step 1"]
