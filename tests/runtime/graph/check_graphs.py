"""Runs graphs written by write_graphs in TensorFlow and compares results with ours.

  python check_graphs.py DIR
"""
import json
import pathlib
import sys

import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
tf1.disable_eager_execution()

# The graphs as they are: of random programs, TensorFlow 2.21's own graph optimizer breaks about one in
# a hundred (it gives nodes inputs of another data type, or other values; without it all agree).
CONFIG = tf1.ConfigProto()
CONFIG.graph_options.rewrite_options.disable_meta_optimizer = True
CONFIG.graph_options.optimizer_options.opt_level = -1


def array_of(entry):
    if entry["dtype"] == "string":
        values = np.array([v.encode() for v in entry["values"]], dtype=object)
    else:
        values = np.array(entry["values"], dtype=tf.as_dtype(entry["dtype"]).as_numpy_dtype)
    return values.reshape(entry["shape"])


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
            results, _ = session.run([[e["name"] for e in facts["outputs"]], controls], feeds)
            finals = session.run([tensor for _, tensor in reads])
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
