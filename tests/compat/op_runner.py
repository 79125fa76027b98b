"""Our side of the comparison of ops: the program op_runner, which answers cases in JSON."""

import json
import subprocess

import numpy as np
import tensorflow as tf

from op_cases import Saved, Type
from op_cases.values import name_of, numpy_type


def flat_inputs(case):
    for given in case.inputs:
        yield from given if isinstance(given, list) else [given]


def shape_json(shape):
    return None if shape is None else [-1 if d is None else int(d) for d in shape]


def tensor_json(array):
    array = np.asarray(array)
    if array.dtype == object:
        data = [element.hex() for element in array.reshape(-1)]
    else:
        data = array.tobytes().hex()
    return {"dtype": name_of(array), "shape": list(array.shape), "data": data}


def attr_json(kind, value):
    """An attribute in op_runner's form, by its type in the OpDef."""
    if kind == "shape":
        return {"shape": shape_json(value)}
    if kind == "list(shape)":
        return {"shapes": [shape_json(each) for each in value]}
    if kind == "tensor":
        return {"tensor": tensor_json(value)}
    if kind == "type":
        return {"type": value.name}
    if kind == "list(type)":
        return {"types": [each.name for each in value]}
    return {kind[5:-1] + "s" if kind.startswith("list(") else kind: value}


def array_of(tensor):
    """The NumPy array of an answered tensor; None for resources and variants."""
    if "data" not in tensor:
        return None
    if tensor["dtype"] == "string":
        array = np.empty(len(tensor["data"]), object)
        array[:] = [bytes.fromhex(each) for each in tensor["data"]]
    else:
        array = np.frombuffer(bytes.fromhex(tensor["data"]), numpy_type(tensor["dtype"]))
    return array.reshape(tensor["shape"])


class OpRunner:
    """One running op_runner."""

    def __init__(self, program):
        self.process = subprocess.Popen([str(program)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, case, op_def, questions):
        """Runs the case, and its shape function once for each of `questions`."""
        kinds = {attr.name: attr.type for attr in op_def.attr}
        inputs = [{"saved": given.name} if isinstance(given, Saved) else tensor_json(given)
                  for given in flat_inputs(case)]
        line = {"op": case.op, "inputs": inputs,
                "attrs": {name: attr_json(kinds[name], value)
                          for name, value in case.attrs.items()},
                "shapes": [{"inputs": [shape_json(shape) for shape, _ in question],
                            "constants": [known for _, known in question]}
                           for question in questions]}
        if case.save:
            line["save"] = case.save
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"op_runner died of {describe(case)}"
        return json.loads(answer)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0


def describe(case):
    """One case in short."""
    def short(given):
        if isinstance(given, list):
            return "[" + ", ".join(map(short, given)) + "]"
        if isinstance(given, Saved):
            return given.name
        values = np.array2string(given.reshape(-1)[:40], threshold=40, separator=",",
                                 max_line_width=10**6)
        return f"{name_of(given)}{list(given.shape)}{values}"
    attrs = {name: value.name if isinstance(value, Type) else value
             for name, value in case.attrs.items()}
    return f"{case.op}({', '.join(map(short, case.inputs))}) {attrs}"


def tensorflow_type(name):
    return tf.as_dtype("bool" if name == "bool" else name)
