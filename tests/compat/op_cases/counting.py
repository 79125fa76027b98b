"""Values counted and compared, and tensors without values."""

import numpy as np

from op_cases import Case, Type, cases_of


@cases_of("ListDiff")
def list_difference(op, gen, values):
    for dtype in gen.dtypes():
        for out in ("int32", "int64"):
            x, y = (values.array(dtype, (values.between(0, 9),), -3, 3, 0) for _ in range(2))
            yield Case(op, [x, y], {"out_idx": Type(out)})
        yield Case(op, [values.array(dtype, (2, 2)), values.array(dtype, (2,))])


@cases_of("Bincount")
def bincount(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            x = values.plain("int32", values.shape(1, 1), 0, 6)
            weights = values.plain(dtype, x.shape if values.chance(0.5) else (0,))
            yield Case(op, [x, np.array(values.between(0, 7), np.int32), weights])
        yield Case(op, [np.array([-1], np.int32), np.array(3, np.int32), values.plain(dtype, (1,))])
        yield Case(op, [np.array([1], np.int32), np.array(-3, np.int32), values.plain(dtype, (1,))])


@cases_of("DenseBincount")
def dense_bincount(op, gen, values):
    for dtype in gen.dtypes():
        for kind in gen.dtypes("Tidx"):
            for _ in range(3):
                x = values.plain(kind, values.full_shape(1, 2), 0, 6)
                weights = values.plain(dtype, x.shape if values.chance(0.5) else (0,))
                yield Case(op, [x, np.array(values.between(1, 7), kind), weights],
                           {"binary_output": values.chance(0.3)})


@cases_of("FakeParam")
def fake_param(op, gen, values):
    for dtype in ("float32", "int64", "bool", "string"):
        for shape in ([2, 3], [None, 3], [], None):
            yield Case(op, [], {"dtype": Type(dtype), "shape": shape}, shapes_only=True)


@cases_of("Empty")
def empty(op, gen, values):
    for dtype in gen.dtypes("dtype"):
        yield Case(op, [np.array(values.shape(0, 3), np.int32)],
                   {"dtype": Type(dtype), "init": True})
        yield Case(op, [np.array([2, -1], np.int32)], {"dtype": Type(dtype)})
