"""TensorFlow's side of the comparison of ops: values run eagerly, shapes inferred in a graph."""

import functools
import inspect

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import kernels, op_def_registry

from op_cases import Saved, Type
from op_cases.values import name_of


class Refused(Exception):
    """TensorFlow failed; `code` is in the words of absl's status codes."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def op_def_of(op):
    return op_def_registry.get(op)


def code_of(error):
    if isinstance(error, tf.errors.OpError):
        if "Could not find device for node" in error.message or "No registered" in error.message:
            return "no_kernel"
        return type(error).__name__.removesuffix("Error")
    return "InvalidArgument"


def attributes(case, op_def):
    """The attributes as raw_ops takes them."""
    given = {}
    for attr in op_def.attr:
        if attr.name not in case.attrs:
            continue
        value = case.attrs[attr.name]
        if attr.type == "type":
            value = tf.as_dtype(value.name)
        elif attr.type == "list(type)":
            value = [tf.as_dtype(each.name) for each in value]
        elif attr.type == "shape":
            value = tf.TensorShape(value)
        elif attr.type == "list(shape)":
            value = [tf.TensorShape(each) for each in value]
        elif attr.type == "tensor":
            value = tf.make_tensor_proto(value, dtype=name_of(value))
        given[attr.name] = value
    return given


@functools.cache
def parameters_of(op):
    """The names that raw_ops gives the op's inputs and attributes, by their names in the OpDef;
    without those that follow from the inputs."""
    op_def = op_def_of(op)
    names = [arg.name for arg in (*op_def.input_arg, *op_def.attr)]
    given = [name for name in inspect.signature(getattr(tf.raw_ops, op)).parameters
             if name != "name"]
    inferred = {arg.type_attr for arg in op_def.input_arg}
    inferred |= {arg.number_attr for arg in op_def.input_arg}
    inferred |= {arg.type_list_attr for arg in op_def.input_arg}
    renamed = [name for name in names if name not in given and name not in inferred]
    others = [name for name in given if name not in names]
    return {**{name: name for name in names if name in given}, **dict(zip(renamed, others))}


def call(case, op_def, tensors):
    """Runs or adds the op; gives its outputs in a list."""
    inputs = iter(tensors)
    named = {}
    parameters = parameters_of(case.op)
    for arg, given in zip(op_def.input_arg, case.inputs, strict=True):
        named[parameters[arg.name]] = ([next(inputs) for _ in given] if isinstance(given, list)
                                       else next(inputs))
    try:
        for name, value in attributes(case, op_def).items():
            if name in parameters:
                named[parameters[name]] = value
        result = getattr(tf.raw_ops, case.op)(**named)
    except (tf.errors.OpError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise Refused(code_of(error), str(error)) from error
    outputs = []
    for each in (result if isinstance(result, (list, tuple)) else [result]):
        outputs.extend(each if isinstance(each, list) else [each])
    return [each for each in outputs if isinstance(each, tf.Tensor)]


def tensor_of(array):
    return tf.constant(array, dtype=name_of(array), shape=array.shape)


def array_of(tensor):
    if tensor.dtype in (tf.resource, tf.variant):
        return None
    value = tensor.numpy()
    if isinstance(value, bytes):
        array = np.empty((), object)
        array[()] = value
        return array
    return np.asarray(value)


class Eager:
    """Runs cases eagerly; keeps what sequences save."""

    def __init__(self):
        self.saved = {}

    def run(self, case, op_def):
        from op_runner import flat_inputs
        tensors = [self.saved[given.name] if isinstance(given, Saved) else tensor_of(given)
                   for given in flat_inputs(case)]
        outputs = call(case, op_def, tensors)
        self.saved.update(zip(case.save, outputs))
        return [array_of(each) for each in outputs]


class Graphs:
    """Infers shapes by adding ops to a graph, a new one now and then."""

    def __init__(self):
        self.graph = tf.Graph()
        self.size = 0

    def infer(self, case, op_def, question):
        """The output shapes for inputs of (shape, whether the value is known) each."""
        from op_runner import flat_inputs
        self.size += 1
        if self.size % 400 == 0:
            self.graph = tf.Graph()
        with self.graph.as_default():
            tensors = []
            for array, (shape, known) in zip(flat_inputs(case), question):
                tensors.append(tensor_of(array) if known else
                               tf.compat.v1.placeholder(name_of(array), shape))
            outputs = call(case, op_def, tensors)
        return [None if each.shape.rank is None else each.shape.as_list() for each in outputs]


def cpu_types(op, attr):
    """The dtypes of `attr` that TensorFlow has CPU kernels for; None: any."""
    found = set()
    for kernel in kernels.get_registered_kernels_for_op(op).kernel:
        if kernel.device_type not in ("CPU", "DEFAULT"):
            continue
        constraints = {each.name: each.allowed_values.list.type for each in kernel.constraint}
        if attr not in constraints:
            return None
        found.update(tf.as_dtype(each).name for each in constraints[attr])
    return found


__all__ = ["Eager", "Graphs", "Refused", "Type", "cpu_types", "op_def_of"]
