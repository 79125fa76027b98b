"""Ops on each element, or each pair of elements, alone."""

import numpy as np

from op_cases import Case, Tolerance, cases_of
from op_cases.values import FLOATS, INTS

EXACT = Tolerance()
# Ulps from TensorFlow's approximations, and the size below which only absolute error counts.
# 16-bit floats are rounded from float, where TensorFlow rounds each step: one ulp more.
UNARY = {
    "Exp": Tolerance(4), "Expm1": Tolerance(4), "Log": Tolerance(2), "Log1p": Tolerance(4),
    "Sin": Tolerance(4), "Cos": Tolerance(4), "Tan": Tolerance(6), "Asin": Tolerance(4),
    "Acos": Tolerance(4), "Atan": Tolerance(4), "Sinh": Tolerance(4), "Cosh": Tolerance(4),
    "Asinh": Tolerance(8), "Acosh": Tolerance(8), "Atanh": Tolerance(8), "Erf": Tolerance(8),
    "Erfc": Tolerance(32), "Lgamma": Tolerance(8, scale=1), "Digamma": Tolerance(16, scale=1),
    "Tanh": Tolerance(8), "Sigmoid": Tolerance(8), "Sqrt": Tolerance(0), "Rsqrt": Tolerance(2),
    "Elu": Tolerance(4, scale=1), "Selu": Tolerance(4, scale=1), "Softplus": Tolerance(8), "Softsign": Tolerance(1),
    "Reciprocal": Tolerance(1), "LeakyRelu": Tolerance(0),
    # Which zero the larger of 0 and -0 is depends on the instructions.
    "Relu": Tolerance(zero_sign=False), "Relu6": Tolerance(zero_sign=False),
}
EXACT_UNARY = ("Neg", "Abs", "Sign", "Square", "Floor", "Ceil", "Round", "Rint", "IsNan", "IsInf",
               "IsFinite", "Invert", "LogicalNot", "Identity",
               "Snapshot", "StopGradient", "PreventGradient", "ZerosLike", "OnesLike",
               "PopulationCount")
ATTRS = {"LeakyRelu": lambda v: {"alpha": round(float(v.rng.uniform(0, 1)), 2)}}


def loosened(tolerance, dtype, by=1):
    """For 16-bit floats: one more ulp."""
    if dtype not in ("float16", "bfloat16") or tolerance is EXACT:
        return tolerance
    smallest = 2.0**-19 if dtype == "float16" else 0  # its denormals have few bits
    return Tolerance(tolerance.ulps + by, tolerance.scale, tolerance.absolute + smallest,
                     tolerance.zero_sign)


@cases_of(*UNARY, *EXACT_UNARY)
def unary(op, gen, values):
    dtypes = gen.dtypes() if "T" in gen.types else ["bool"]
    if op == "Round":
        dtypes = [d for d in dtypes if d in FLOATS]  # TensorFlow rounds the integer 1 to 0
    for dtype in dtypes:
        tolerance = loosened(UNARY.get(op, EXACT), dtype)
        attrs = ATTRS.get(op, lambda v: {})(values)
        edges = values.every_edge(dtype)
        if op == "Erf":  # TensorFlow gives NaN where the square overflows
            edges = edges[~(np.abs(edges.astype(np.float64)) > 1e4)]
        yield Case(op, [edges], attrs, tolerance)
        shape = values.shape()
        x = values.plain(dtype, shape, -8, 8) if op == "Erf" else values.array(dtype, shape)
        yield Case(op, [x], attrs, tolerance)
        yield Case(op, [values.array(dtype)], attrs, tolerance)
        if dtype in FLOATS:
            yield Case(op, [values.plain(dtype, (40,), -1, 1)], attrs, tolerance)
            yield Case(op, [values.plain(dtype, (40,), -100, 100)], attrs, tolerance)


GRADS = {
    "TanhGrad": Tolerance(4, scale=1), "SigmoidGrad": Tolerance(4, scale=1), "SqrtGrad": Tolerance(2),
    "RsqrtGrad": Tolerance(4, zero_sign=False), "ReciprocalGrad": Tolerance(2), "InvGrad": Tolerance(2),
    "SoftplusGrad": Tolerance(8), "SoftsignGrad": Tolerance(4), "EluGrad": Tolerance(2),
    "SeluGrad": Tolerance(2), "Relu6Grad": EXACT, "ReluGrad": EXACT, "LeakyReluGrad": Tolerance(0),
}


@cases_of(*GRADS)
def gradients(op, gen, values):
    for dtype in gen.dtypes():
        tolerance = loosened(GRADS[op], dtype, by=2)
        for _ in range(2):
            shape = values.shape()
            yield Case(op, [values.plain(dtype, shape), values.plain(dtype, shape)], {}, tolerance)
        left, right = np.broadcast_arrays(*moderate(*values.edge_grid(dtype)))
        yield Case(op, [left.copy(), right.copy()], {}, tolerance)
        yield Case(op, [values.array(dtype, (2,)), values.array(dtype, (3,))], {}, tolerance)


def moderate(left, right):
    """Without the values whose products overflow or vanish: the order of factors is free."""
    def keep(x):
        size = np.abs(x.astype(np.float64)).reshape(-1)
        return (size < 100) & ((size == 0) | (size > 1e-3))
    return left[keep(left)], right[:, keep(right)]


BINARY = {
    "Add": EXACT, "AddV2": EXACT, "Sub": EXACT, "Mul": EXACT, "Div": EXACT, "RealDiv": EXACT,
    "FloorDiv": Tolerance(0), "FloorMod": EXACT, "Mod": EXACT, "TruncateDiv": EXACT, "TruncateMod": EXACT,
    "DivNoNan": EXACT, "MulNoNan": EXACT, "Maximum": Tolerance(zero_sign=False),
    "Minimum": Tolerance(zero_sign=False), "SquaredDifference": Tolerance(0),
    "Xlogy": Tolerance(3, zero_sign=False), "Xdivy": Tolerance(zero_sign=False), "Atan2": Tolerance(4),
    "Pow": Tolerance(8), "Less": EXACT, "LessEqual": EXACT, "Greater": EXACT,
    "GreaterEqual": EXACT, "Equal": EXACT, "NotEqual": EXACT, "LogicalAnd": EXACT,
    "LogicalOr": EXACT, "BitwiseAnd": EXACT, "BitwiseOr": EXACT, "BitwiseXor": EXACT,
    "LeftShift": EXACT, "RightShift": EXACT,
}
DIVISIONS = ("Div", "RealDiv", "FloorDiv", "FloorMod", "Mod", "TruncateDiv", "TruncateMod")


@cases_of(*BINARY)
def binary(op, gen, values):
    dtypes = gen.dtypes() if "T" in gen.types else ["bool"]
    for dtype in dtypes:
        tolerance = loosened(BINARY[op], dtype, by=2)
        if op == "FloorDiv" and dtype in ("float16", "bfloat16"):
            tolerance = Tolerance(2, absolute=1)  # TensorFlow rounds the quotient first
        for case in binary_inputs(op, dtype, values):
            yield Case(op, case, {}, tolerance)
        if op in ("Equal", "NotEqual"):
            shape, other = values.full_shape(1), values.full_shape(1)
            inputs = [values.array(dtype, shape), values.array(dtype, other)]
            yield Case(op, inputs, {"incompatible_shape_error": False}, values_only=True)


def binary_inputs(op, dtype, values):
    for _ in range(4):
        left, right = values.broadcast_pair()
        x, y = values.array(dtype, left), values.array(dtype, right)
        yield [x, checked(op, dtype, y, values)]
    left, right = values.edge_grid(dtype)
    if op == "FloorDiv" and dtype in FLOATS:
        left, right = moderate(left, right)  # TensorFlow flushes denormal quotients
    yield [left, checked(op, dtype, right, values)]
    yield [values.array(dtype, (3,)), values.array(dtype, (2,))]
    yield [values.array(dtype, (2, 3)), values.array(dtype, (0, 3))]
    if op in DIVISIONS + ("Pow",) and dtype in INTS:
        zeros = values.plain(dtype, (3,), 0, 2)
        zeros[1] = 0
        yield [values.array(dtype, (2, 3)), zeros]
        yield [values.array(dtype, (0, 3)), zeros]
        yield [values.array(dtype, ()), zeros - np.ones_like(zeros)]


def checked(op, dtype, y, values):
    """Mostly divisors that are not 0, and exponents that are not negative."""
    if dtype not in INTS or y.size == 0:
        return y
    if op in DIVISIONS:
        return np.where(y == 0, np.ones_like(y), y)
    if op == "Pow":
        return values.plain(dtype, y.shape, 0, 6)
    return y


@cases_of("Select", "SelectV2")
def select(op, gen, values):
    for dtype in gen.dtypes():
        shape = values.shape()
        x, y = values.array(dtype, shape), values.array(dtype, shape)
        yield Case(op, [values.array("bool", shape), x, y])
        yield Case(op, [values.array("bool"), x, y])
        yield Case(op, [values.array("bool", shape[:1]), x, y])
        for _ in range(2):
            left, right = values.broadcast_pair()
            condition = values.cut(left)
            yield Case(op, [values.array("bool", condition), values.array(dtype, left),
                            values.array(dtype, right)])
        yield Case(op, [values.array("bool", (2,)), values.array(dtype, (3,)),
                        values.array(dtype, (3,))])


@cases_of("ClipByValue")
def clip(op, gen, values):
    for dtype in gen.dtypes():
        shape = values.shape()
        for low, high in (((), ()), (shape, shape), (shape, ()), ((), shape)):
            yield Case(op, [values.array(dtype, shape), values.array(dtype, low),
                            values.array(dtype, high)])
        yield Case(op, [values.array(dtype, (3,)), values.array(dtype, (2,)),
                        values.array(dtype, ())])


@cases_of("AddN", "AccumulateNV2")
def sums(op, gen, values):
    for dtype in gen.dtypes():
        for count in (1, 2, 5, 9):
            shape = values.shape()
            inputs = [values.array(dtype, shape, edge=0.05) for _ in range(count)]
            attrs = {"shape": list(shape)} if op == "AccumulateNV2" else {}
            tolerance = Tolerance(2, scale=40, zero_sign=False)
            yield Case(op, [inputs], attrs, loosened(tolerance, dtype))
        if op == "AddN":
            yield Case(op, [[values.array(dtype, (2,)), values.array(dtype, (3,))]])


@cases_of("CheckNumerics", "CheckNumericsV2")
def check_numerics(op, gen, values):
    for dtype in gen.dtypes():
        yield Case(op, [values.plain(dtype, values.shape())], {"message": "x"})
        yield Case(op, [values.every_edge(dtype)], {"message": "x"})
