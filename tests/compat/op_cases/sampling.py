"""Searches in sorted values, shuffles and draws."""

import numpy as np

from op_cases import Case, Saved, Tolerance, Type, cases_of
from op_cases.indexing import coordinates
from op_cases.randoms import philox_inputs, seed_pair
from op_cases.values import FLOATS, numpy_type

INDEX = ("int32", "int64")


def without_nan(x):
    return np.where(np.isnan(x.astype(np.float64)), np.zeros_like(x), x)


@cases_of("UniqueV2", "UniqueWithCountsV2")
def unique_along(op, gen, values):
    for dtype in gen.dtypes():
        for out in INDEX:
            x = values.array(dtype, values.shape(1, 4, 60), -1, 1, 0.05)
            if dtype in FLOATS:
                x = without_nan(x)
            axis = np.array([values.axis(x.ndim)], values.pick(INDEX))
            yield Case(op, [x, axis], {"out_idx": Type(out)})
            row = values.array(dtype, (values.between(0, 9),), -2, 2, 0)
            yield Case(op, [row, np.zeros(0, values.pick(INDEX))], {"out_idx": Type(out)})
        repeated = values.plain(dtype, (2, 3))[[0, 1, 0, 1, 0]]
        yield Case(op, [repeated, np.array([0])])
        yield Case(op, [repeated, np.zeros(0, np.int64)])
    x = values.plain("float32", (2, 3))
    for axis in ([2], [-3], [0, 1], 0, [[0]]):
        yield Case(op, [x, np.array(axis)])


@cases_of("Bucketize")
def bucketize(op, gen, values):
    for dtype in gen.dtypes():
        for count in (0, 1, 3, 9):
            boundaries = sorted(float(b) for b in values.rng.integers(-12, 12, count) / 2)
            yield Case(op, [values.array(dtype, values.shape())], {"boundaries": boundaries})
        yield Case(op, [values.every_edge(dtype)], {"boundaries": [-1.0, 0.0, 0.0, 2.5, 1e9]})
        yield Case(op, [values.plain(dtype, (3,))], {"boundaries": [1.0, 0.0]})


@cases_of("LowerBound", "UpperBound")
def bounds(op, gen, values):
    for dtype in gen.dtypes():
        for out in INDEX:
            rows = values.between(0, 3)
            table = np.sort(values.plain(dtype, (rows, values.between(0, 7))), axis=1)
            yield Case(op, [table, values.plain(dtype, (rows, values.between(0, 5)))],
                       {"out_type": Type(out)})
        table = np.sort(values.plain(dtype, (2, 3)), axis=1)
        yield Case(op, [table, values.plain(dtype, (1, 3))])
        yield Case(op, [table, values.plain(dtype, (2,))])
        yield Case(op, [table[0], values.plain(dtype, (2, 1))])


@cases_of("NextAfter")
def next_after(op, gen, values):
    for dtype in gen.dtypes():
        yield Case(op, list(values.edge_grid(dtype)))
        for _ in range(6):
            left, right = values.broadcast_pair()
            yield Case(op, [values.array(dtype, left, edge=0), values.array(dtype, right)])
        yield Case(op, [values.plain(dtype, (2,)), values.plain(dtype, (3,))])


@cases_of("ApproximateEqual")
def approximate_equal(op, gen, values):
    for dtype in gen.dtypes():
        for tolerance in (1e-5, 0.5, 3.0):
            shape = values.shape()
            yield Case(op, [values.array(dtype, shape), values.array(dtype, shape)],
                       {"tolerance": tolerance})
        x = values.every_edge(dtype)
        yield Case(op, [x, x])
        yield Case(op, [values.plain(dtype, (2,)), values.plain(dtype, (3,))])
        yield Case(op, [values.plain(dtype, (2,)), values.plain(dtype, ())])


@cases_of("ResourceGatherNd")
def gathered_variables(op, gen, values):
    for number, dtype in enumerate(("float32", "float64", "int32", "int64", "bool", "string")):
        shape = values.full_shape(1, 3)
        handle = Saved(f"{op}{number}")
        yield Case("VarHandleOp", [], {"dtype": Type(dtype), "shape": list(shape),
                                       "shared_name": handle.name}, save=[handle.name])
        yield Case("AssignVariableOp", [handle, values.plain(dtype, shape)])
        for kind in INDEX:
            depth = values.between(0, len(shape))
            numbers = coordinates(values, shape, depth, values.full_shape(0, 2), kind)
            yield Case(op, [handle, numbers], {"dtype": Type(dtype)}, values_only=True)
        yield Case(op, [handle, np.array([[shape[0]]])], {"dtype": Type(dtype)}, values_only=True)
        yield Case(op, [handle, np.zeros((1, 9), np.int32)], {"dtype": Type(dtype)},
                   values_only=True)


@cases_of("StatelessRandomUniformFullInt", "StatelessRandomUniformFullIntV2")
def full_integers(op, gen, values):
    for dtype in gen.dtypes("dtype"):
        for shape in ((), (3,), (2, 0), (5, 3, 7), (500,)):
            wanted = np.array(shape, values.pick(INDEX))
            if op.endswith("V2"):
                inputs = [wanted, *philox_inputs(values), np.array(1, np.int32)]
            else:
                inputs = [wanted, seed_pair(values, values.pick(INDEX))]
            yield Case(op, inputs, {"dtype": Type(dtype)})
    shape = np.array([2], np.int32)
    if op.endswith("V2"):
        yield Case(op, [shape, *philox_inputs(values), np.array(9, np.int32)])
    else:
        yield Case(op, [shape, np.array([1, 2, 3])])
        yield Case(op, [-shape, np.array([1, 2])])


@cases_of("RandomShuffle", "StatelessShuffle")
def shuffles(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.plain(dtype, values.shape(0, 3))
            if op == "RandomShuffle":
                yield Case(op, [x], {"seed": values.between(1, 99), "seed2": values.below(99)})
            else:
                yield Case(op, [x, *philox_inputs(values), np.array(1, np.int32)])
    x = np.arange(1000)
    if op == "RandomShuffle":
        yield Case(op, [x], {"seed": 7})
        yield Case(op, [x[:4]], shapes_only=True)
    else:
        key, counter = philox_inputs(values)
        yield Case(op, [x, key, counter, np.array(1, np.int32)])
        yield Case(op, [x, counter, counter, np.array(1, np.int32)])


@cases_of("Multinomial", "StatelessMultinomial")
def categories(op, gen, values):
    for dtype in gen.dtypes():
        for out in INDEX:
            for rows, classes, samples in ((1, 3, 5), (3, 2, 4), (2, 7, 9), (0, 3, 2), (2, 3, 0)):
                logits = values.plain(dtype, (rows, classes))
                seeds = {"seed": 3, "seed2": values.below(99)}
                extra = []
                if op == "StatelessMultinomial":
                    seeds, extra = {}, [seed_pair(values, values.pick(gen.dtypes("Tseed")))]
                yield Case(op, [logits, np.array(samples, np.int32), *extra],
                           {"output_dtype": Type(out), **seeds})
    extra = [seed_pair(values)] if op == "StatelessMultinomial" else []
    seeds = {} if extra else {"seed": 5}
    logits = np.array([[1, -np.inf, 2], [np.nan, 0, np.inf]], np.float32)
    yield Case(op, [logits, np.array(6, np.int32), *extra], seeds)
    for x, samples in (([1, 2], 2), ([[1, 2]], -1), ([[1, 2]], [2]), (np.zeros((2, 0)), 1)):
        yield Case(op, [np.array(x, np.float32), np.array(samples, np.int32), *extra], seeds)
    if extra:
        yield Case(op, [logits, np.array(6, np.int32), np.array([1])])


@cases_of("RandomGamma")
def gamma(op, gen, values):
    for dtype in gen.dtypes():
        for shape in ((5,), (2, 3), (40,)):
            alpha = values.plain(dtype, values.full_shape(0, 2, 6), 0.1, 5)
            yield Case(op, [np.array(shape, values.pick(INDEX)), alpha],
                       {"seed": values.between(1, 99), "seed2": values.below(99)},
                       Tolerance(64, scale=0.1))
        yield Case(op, [np.array([4]), np.ones((1,)).astype(numpy_type(dtype))], {"seed": 9})
        yield Case(op, [np.array([2, -1]), values.plain(dtype, (2,), 1, 2)], {"seed": 1})
        yield Case(op, [np.array(2), values.plain(dtype, (2,), 1, 2)], {"seed": 1})
