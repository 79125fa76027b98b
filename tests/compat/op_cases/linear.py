"""Products of matrices."""

import numpy as np

from op_cases import Case, cases_of
from op_cases.reductions import summing


def product_tolerance(dtype, a, b):
    """The error of sums of products of this many values of this size."""
    size = np.abs(a.astype(np.float64)).max(initial=0) * np.abs(b.astype(np.float64)).max(initial=0)
    length = max(a.shape[-1:] + a.shape[-2:-1] + (1,))
    return summing(dtype, np.full(length, size))


@cases_of("MatMul")
def matmul(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(6):
            m, k, n = (values.pick([0, 1, 2, 5, 17]) for _ in range(3))
            flip_a, flip_b = values.chance(0.5), values.chance(0.5)
            a = values.plain(dtype, (k, m) if flip_a else (m, k))
            b = values.plain(dtype, (n, k) if flip_b else (k, n))
            yield Case(op, [a, b], {"transpose_a": flip_a, "transpose_b": flip_b},
                       product_tolerance(dtype, a, b))
        yield Case(op, [values.plain(dtype, (2, 3)), values.plain(dtype, (2, 3))])
        yield Case(op, [values.plain(dtype, (2,)), values.plain(dtype, (2, 3))])


@cases_of("BatchMatMulV2", "BatchMatMul")
def batch_matmul(op, gen, values):
    for dtype in gen.dtypes("T" if "T" in gen.types else "Ta"):
        for _ in range(6):
            left, right = values.broadcast_pair()
            left, right = left[:3], right[:3]
            if op == "BatchMatMul":
                right = left
            m, k, n = (values.pick([0, 1, 2, 5]) for _ in range(3))
            flip_a, flip_b = values.chance(0.5), values.chance(0.5)
            a = values.plain(dtype, (*left, k, m) if flip_a else (*left, m, k))
            b = values.plain(dtype, (*right, n, k) if flip_b else (*right, k, n))
            yield Case(op, [a, b], {"adj_x": flip_a, "adj_y": flip_b},
                       product_tolerance(dtype, a, b))
        yield Case(op, [values.plain(dtype, (2, 2, 3)), values.plain(dtype, (3, 3, 2))])
        yield Case(op, [values.plain(dtype, (3,)), values.plain(dtype, (3, 2))])
