"""Rows that are stitched, partitioned, rolled, and gathered from or scattered into variables."""

import numpy as np

from op_cases import Case, Saved, Tolerance, Type, cases_of


@cases_of("Roll")
def roll(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            shape = values.shape(1, 4)
            x = values.array(dtype, shape)
            axis = values.axes(len(shape)) or [0]
            shift = values.plain(values.pick(("int32", "int64")), (len(axis),), -7, 7)
            yield Case(op, [x, shift, np.array(axis, values.pick(("int32", "int64")))])
        yield Case(op, [values.plain(dtype, (3,)), np.array(1, np.int32), np.array(0, np.int32)])


@cases_of("LinSpace")
def linspace(op, gen, values):
    for dtype in ("float32", "float64"):
        for count in (1, 2, 3, 10, 101):
            ends = [values.plain(dtype, ()) for _ in range(2)]
            yield Case(op, [*ends, np.array(count, values.pick((np.int32, np.int64)))], {},
                       Tolerance(4, scale=4))
        yield Case(op, [*(values.plain(dtype, ()) for _ in range(2)), np.array(0, np.int32)])


@cases_of("DynamicPartition")
def partition(op, gen, values):
    for dtype in gen.dtypes():
        shape = values.shape(1, 3)
        depth = values.between(1, len(shape))
        count = values.between(1, 4)
        parts = values.rng.integers(0, count, shape[:depth]).astype(np.int32)
        yield Case(op, [values.array(dtype, shape), parts], {"num_partitions": count})
        yield Case(op, [values.plain(dtype, (2,)), np.array([0, 5], np.int32)],
                   {"num_partitions": 2})


@cases_of("DynamicStitch", "ParallelDynamicStitch")
def stitch(op, gen, values):
    for dtype in gen.dtypes():
        rest = values.full_shape(0, 2)
        lengths = [values.between(1, 4) for _ in range(values.between(1, 3))]
        # Every row is named once: TensorFlow leaves the others undefined.
        order = values.rng.permutation(sum(lengths)).astype(np.int32)
        indices = np.split(order, np.cumsum(lengths)[:-1])
        data = [values.array(dtype, (length, *rest)) for length in lengths]
        yield Case(op, [[np.asarray(each) for each in indices], data])
        yield Case(op, [[np.array([-1], np.int32)], [values.plain(dtype, (1,))]])


@cases_of("ResourceGather")
def gathered_variables(op, gen, values):
    for number, dtype in enumerate(("float32", "float64", "int32", "int64")):
        shape = values.full_shape(1, 3)
        handle = Saved(f"gathered{number}")
        yield Case("VarHandleOp", [], {"dtype": Type(dtype), "shape": list(shape),
                                       "shared_name": handle.name}, save=[handle.name])
        yield Case("AssignVariableOp", [handle, values.plain(dtype, shape)])
        for index in ("int32", "int64"):
            rows = values.rng.integers(0, shape[0], values.shape(0, 2)).astype(index)
            yield Case(op, [handle, rows], {"dtype": Type(dtype)}, values_only=True)
        yield Case(op, [handle, np.array([shape[0]], np.int32)], {"dtype": Type(dtype)},
                   values_only=True)


@cases_of("ResourceScatterAdd", "ResourceScatterSub", "ResourceScatterUpdate")
def scattered_variables(op, gen, values):
    for number, dtype in enumerate(("float32", "float64", "int32", "int64")):
        shape = values.full_shape(1, 3)
        handle = Saved(f"{op}{number}")
        yield Case("VarHandleOp", [], {"dtype": Type(dtype), "shape": list(shape),
                                       "shared_name": handle.name}, save=[handle.name])
        yield Case("AssignVariableOp", [handle, values.plain(dtype, shape)])
        rows = values.rng.permutation(shape[0])[:values.between(1, shape[0])].astype(np.int32)
        yield Case(op, [handle, rows, values.plain(dtype, (len(rows), *shape[1:]))])
        yield Case("ReadVariableOp", [handle], {"dtype": Type(dtype)}, values_only=True)
        yield Case(op, [handle, np.array([-1], np.int32), values.plain(dtype, (1, *shape[1:]))])
