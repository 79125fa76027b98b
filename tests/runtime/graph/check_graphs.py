"""Runs graphs written by write_graphs in TensorFlow and compares results with ours.

  python check_graphs.py DIR
"""
import contextlib
import json
import os
import pathlib
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # what graphs print goes to standard error as well

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf.rewriter_config_pb2 import RewriterConfig

tf1 = tf.compat.v1
tf1.disable_eager_execution()

CONFIG = tf1.ConfigProto()
# TensorFlow 2.21 rewrites maximum(b * 0.5, b) to a LeakyRelu of the first output of the operation
# that made b, also if b is another one:
#   a, b = tf.split(x, 2); tf.maximum(b * 0.5, b)   # in a tf.function
CONFIG.graph_options.rewrite_options.remapping = RewriterConfig.OFF


def array_of(entry):
    if entry["dtype"] == "string":
        values = np.array([v.encode() for v in entry["values"]], dtype=object)
    else:
        values = np.array(entry["values"], dtype=tf.as_dtype(entry["dtype"]).as_numpy_dtype)
    return values.reshape(entry["shape"])


@contextlib.contextmanager
def standard_error():
    """A list that holds what was written to standard error, at the end."""
    texts = []
    sys.stderr.flush()
    before = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield texts
        finally:
            os.dup2(before, 2)
            os.close(before)
            file.seek(0)
            texts.append(file.read().decode())


def check(path):
    facts = json.loads(path.with_suffix(".json").read_text())
    graph_def = tf1.GraphDef.FromString(path.read_bytes())
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(graph_def, name="")
        handles = {n.name: graph.get_tensor_by_name(n.name + ":0")
                   for n in graph.get_operations() if n.type == "VarHandleOp"}
        initial = []
        for entry in facts["variables"]:
            name = entry["name"].split(":")[0]
            if name in handles:
                initial.append(tf.raw_ops.AssignVariableOp(
                    resource=handles[name], value=tf.constant(array_of(entry))))
        reads = [(entry, tf.raw_ops.ReadVariableOp(
                    resource=handles[entry["name"].split(":")[0]], dtype=entry["dtype"]))
                 for entry in facts["final_variables"]
                 if entry["name"].split(":")[0] in handles]
        with tf1.Session(graph=graph, config=CONFIG) as session:
            session.run(initial)
            feeds = {e["name"] + ":0": array_of(e) for e in facts["inputs"]}
            controls = [graph.get_operation_by_name(n) for n in facts["control_outputs"]]
            with standard_error() as printed:
                results, _ = session.run([[e["name"] for e in facts["outputs"]], controls], feeds)
            finals = session.run([tensor for _, tensor in reads])
    assert printed[0] == facts["printed"], (path, printed[0], facts["printed"])
    wanted = facts["outputs"] + [entry for entry, _ in reads]
    for entry, got in zip(wanted, list(results) + list(finals)):
        want = array_of(entry)
        if entry["dtype"] == "string":
            assert np.array_equal(want, got), (path, entry["name"], want, got)
        else:
            np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6,
                                       err_msg=f"{path.stem} {entry['name']}")
    return len(wanted)


def main():
    failures = graphs = values = 0
    for path in sorted(pathlib.Path(sys.argv[1]).glob("*.pb")):
        try:
            values += check(path)
            graphs += 1
        except Exception as error:  # one bad graph must not hide the others
            failures += 1
            print(f"{path.stem}: {type(error).__name__}: {str(error)[:1500]}")
    print(f"{graphs} graphs give {values} equal values, {failures} do not")
    sys.exit(1 if failures or not graphs else 0)


if __name__ == "__main__":
    main()
