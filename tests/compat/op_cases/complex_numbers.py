"""Complex numbers: made, taken apart, and in the arithmetic that takes them."""

import numpy as np

from op_cases import Case, Tolerance, Type, cases_of, more_cases_of

PARTS = {"complex64": "float32", "complex128": "float64"}


def numbers(values, dtype, shape, edge=0):
    part = PARTS[dtype]
    return np.asarray(values.array(part, shape, -4, 4, edge) +
                      1j * values.array(part, shape, -4, 4, edge)).astype(dtype)


@cases_of("Complex")
def join(op, gen, values):
    for whole, part in PARTS.items():
        for _ in range(5):
            left, right = values.broadcast_pair()
            yield Case(op, [values.array(part, left), values.array(part, right)],
                       {"Tout": Type(whole)})
        yield Case(op, [values.array(part, (2,)), values.array(part, (3,))], {"Tout": Type(whole)})


@cases_of("Real", "Imag", "Angle", "ComplexAbs")
def parts(op, gen, values):
    for whole, part in PARTS.items():
        edge = 0.2 if op in ("Real", "Imag") else 0
        for _ in range(4):
            yield Case(op, [numbers(values, whole, values.shape(), edge)], {"Tout": Type(part)},
                       Tolerance(4))


@cases_of("Conj")
def conjugate(op, gen, values):
    for dtype in PARTS:
        for _ in range(4):
            yield Case(op, [numbers(values, dtype, values.shape(), 0.2)])


@more_cases_of("Add", "AddV2", "Sub", "Mul", "Div", "RealDiv", "Equal", "NotEqual")
def arithmetic(op, gen, values):
    for dtype in PARTS:
        for _ in range(4):
            left, right = values.broadcast_pair()
            yield Case(op, [numbers(values, dtype, left), numbers(values, dtype, right)], {},
                       Tolerance(8, scale=8, zero_sign=False))
        x = numbers(values, dtype, (5,))
        yield Case(op, [x, x.copy()], {}, Tolerance(8, scale=8, zero_sign=False))


@more_cases_of("Neg")
def negative(op, gen, values):
    for dtype in PARTS:
        yield Case(op, [numbers(values, dtype, (2, 3), 0.2)])


@more_cases_of("MatMul", "BatchMatMul", "BatchMatMulV2")
def products(op, gen, values):
    names = ("transpose_a", "transpose_b") if op == "MatMul" else ("adj_x", "adj_y")
    batch = () if op == "MatMul" else (2,)
    for dtype in PARTS:
        for first in (False, True):
            for second in (False, True):
                a = numbers(values, dtype, (*batch, *((3, 2) if first else (2, 3))))
                b = numbers(values, dtype, (*batch, *((4, 3) if second else (3, 4))))
                yield Case(op, [a, b], {names[0]: first, names[1]: second},
                           Tolerance(32, scale=32))


@more_cases_of("Cast")
def casts(op, gen, values):
    for dtype in PARTS:
        for other in ("float32", "float64", "float16", "int32", "int64", "bool", "complex64",
                      "complex128"):
            yield Case(op, [numbers(values, dtype, (4,))], {"DstT": Type(other)})
            if other not in PARTS:
                yield Case(op, [values.plain(other, (4,))], {"DstT": Type(dtype)})
