"""Reductions and scans."""

import numpy as np

from op_cases import Case, Tolerance, cases_of
from op_cases.values import FLOATS, limits

INDEX = ("int32", "int64")


def tame(values, dtype, shape, low=-4, high=4):
    """Plain values, at times with an infinity or NaN: the order of summing does not matter."""
    array = values.plain(dtype, shape, low, high)
    if dtype in FLOATS and array.size and values.chance(0.3):
        array.reshape(-1)[values.below(array.size)] = values.pick([np.inf, -np.inf, np.nan])
    return array


def summing(dtype, array, factor=4):
    """The error that another order of summing may make."""
    if dtype not in FLOATS:
        return Tolerance()
    finite = array[np.isfinite(array.astype(np.float64))].astype(np.float64)
    return Tolerance(1, absolute=factor * float(limits(dtype).eps) * (np.abs(finite).sum() + 1e-30),
                     zero_sign=False)


def indices(values, axes, rank):
    """Axes as a tensor: a vector, or a scalar where there is one; sometimes out of range."""
    if rank and values.chance(0.06):
        axes = [rank + values.below(2)]
    elif axes and values.chance(0.04):
        axes = axes + [axes[0]]
    if len(axes) == 1 and values.chance(0.5):
        axes = axes[0]
    return np.array(axes, values.pick(INDEX))


@cases_of("Sum", "Mean", "Prod", "EuclideanNorm")
def sums(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(6):
            shape = values.shape(0, 5)
            bound = 2 if op == "Prod" else 4
            x = tame(values, dtype, shape, -bound, bound)
            if op == "Prod":
                tolerance = Tolerance(x.size if dtype in FLOATS else 0, scale=1, zero_sign=False)
            else:
                tolerance = summing(dtype, x.astype(np.float64) ** 2 if op == "EuclideanNorm" else x)
            yield Case(op, [x, indices(values, values.axes(len(shape)), len(shape))],
                       {"keep_dims": values.chance(0.5)}, tolerance)
        if dtype not in FLOATS:
            yield Case(op, [values.array(dtype, (3, 4), edge=0.5), np.array([1], np.int32)])


@cases_of("Max", "Min")
def extremes(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(6):
            shape = values.shape(0, 5)
            yield Case(op, [values.array(dtype, shape, edge=0.1),
                            indices(values, values.axes(len(shape)), len(shape))],
                       {"keep_dims": values.chance(0.5)}, Tolerance(zero_sign=False))


@cases_of("All", "Any")
def logical(op, gen, values):
    for _ in range(20):
        shape = values.shape(0, 5)
        yield Case(op, [values.array("bool", shape),
                        indices(values, values.axes(len(shape)), len(shape))],
                   {"keep_dims": values.chance(0.5)})


@cases_of("ArgMax", "ArgMin")
def positions(op, gen, values):
    from op_cases import Type
    for dtype in gen.dtypes():
        for output in gen.dtypes("output_type"):
            for _ in range(3):
                shape = values.shape(1, 5)
                axis = values.axis(len(shape)) if values.chance(0.9) else len(shape)
                yield Case(op, [values.array(dtype, shape, edge=0.05),
                                np.array(axis, values.pick(INDEX))], {"output_type": Type(output)})
        yield Case(op, [values.array(dtype, ()), np.array(0, np.int32)])
        yield Case(op, [values.array(dtype, (0, 2)), np.array(0, np.int32)])
        yield Case(op, [values.array(dtype, (0, 2)), np.array(1, np.int32)])
        yield Case(op, [values.array(dtype, (2, 2)), np.array([1], np.int32)])


@cases_of("Cumsum", "Cumprod", "CumulativeLogsumexp")
def scans(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            shape = values.shape(0, 4)
            bound = 2 if op == "Cumprod" else 4
            x = tame(values, dtype, shape, -bound, bound)
            tolerance = (Tolerance(x.size if dtype in FLOATS else 0, scale=1, zero_sign=False)
                         if op == "Cumprod" else summing(dtype, x))
            axis = values.axis(len(shape)) if values.chance(0.9) else len(shape)
            yield Case(op, [x, np.array(axis, values.pick(INDEX))],
                       {"exclusive": values.chance(0.5), "reverse": values.chance(0.5)}, tolerance)


@cases_of("L2Loss")
def l2_loss(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = tame(values, dtype, values.shape())
            yield Case(op, [x], {}, summing(dtype, x.astype(np.float64) ** 2))


@cases_of("TopKV2")
def top_k(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            shape = values.shape(1, 3)
            edge = 0 if dtype in FLOATS else 0.1
            x = values.array(dtype, shape, -5, 5, edge)
            k = values.between(0, shape[-1]) if values.chance(0.9) else shape[-1] + 1
            yield Case(op, [x, np.array(k, np.int32)], {"sorted": True})
        yield Case(op, [values.plain(dtype, ()), np.array(1, np.int32)])
        yield Case(op, [values.plain(dtype, (3,)), np.array(-1, np.int32)])


@cases_of("SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin")
def segments(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            shape = values.full_shape(1, 3)
            ids = np.sort(values.rng.integers(0, 4, shape[0])).astype(
                values.pick(gen.dtypes("Tindices")))
            x = values.plain(dtype, shape, -2, 2)
            yield Case(op, [x, ids], {}, summing(dtype, x, 8))
        ids = np.array([1, 0], np.int32)
        yield Case(op, [values.plain(dtype, (2, 2)), ids])
        yield Case(op, [values.plain(dtype, (2, 2)), np.array([0], np.int32)])


@cases_of("UnsortedSegmentSum", "UnsortedSegmentProd", "UnsortedSegmentMax", "UnsortedSegmentMin")
def unsorted_segments(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            shape = values.shape(0, 3)
            depth = values.between(0, len(shape))
            count = values.between(1, 4)
            ids = values.rng.integers(-1, count, shape[:depth]).astype(
                values.pick(gen.dtypes("Tindices")))
            x = values.plain(dtype, shape, -2, 2)
            yield Case(op, [x, ids, np.array(count, values.pick(INDEX))], {}, summing(dtype, x, 8))
        yield Case(op, [values.plain(dtype, (2,)), np.array([0, 5], np.int32),
                        np.array(2, np.int32)])
        yield Case(op, [values.plain(dtype, (2,)), np.array([0, 1, 1], np.int32),
                        np.array(2, np.int32)])
        yield Case(op, [values.plain(dtype, (2,)), np.array([0, 0], np.int32),
                        np.array(-1, np.int32)])
