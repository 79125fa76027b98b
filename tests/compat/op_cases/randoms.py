"""Random numbers: the same seeds give the same numbers."""

import numpy as np

from op_cases import Case, Tolerance, Type, cases_of
from op_cases.elementwise import loosened

NORMAL = Tolerance(8, scale=0.1)


def shape_input(values):
    if values.chance(0.05):
        return np.array([2, -1], np.int32)
    return np.array(values.shape(0, 3, 60), values.pick(["int32", "int64"]))


def seed_pair(values, dtype="int64"):
    high = 2**31 - 1 if dtype == "int32" else 2**62
    return values.rng.integers(-high, high, 2).astype(dtype)


def tolerance_of(op, dtype):
    return loosened(NORMAL, dtype) if "ormal" in op else Tolerance()


@cases_of("StatelessRandomUniform", "StatelessRandomNormal", "StatelessTruncatedNormal")
def stateless(op, gen, values):
    for dtype in gen.dtypes("dtype"):
        for kind in gen.dtypes("Tseed"):
            yield Case(op, [shape_input(values), seed_pair(values, kind)], {"dtype": Type(dtype)},
                       tolerance_of(op, dtype))
        yield Case(op, [np.array([700], np.int32), seed_pair(values)], {"dtype": Type(dtype)},
                   tolerance_of(op, dtype))
    yield Case(op, [np.array([2], np.int32), np.array([1, 2, 3])])


def philox_inputs(values):
    return [values.rng.integers(0, 2**63, 1).astype(np.uint64),
            values.rng.integers(0, 2**63, 2).astype(np.uint64)]


@cases_of("StatelessRandomUniformV2", "StatelessRandomNormalV2", "StatelessTruncatedNormalV2")
def stateless_v2(op, gen, values):
    for dtype in gen.dtypes("dtype"):
        for algorithm in (1, 3):
            yield Case(op, [shape_input(values), *philox_inputs(values),
                            np.array(algorithm, np.int32)], {"dtype": Type(dtype)},
                       tolerance_of(op, dtype))
        key, counter = philox_inputs(values)
        yield Case(op, [np.array([300], np.int32), key, counter, np.array(1, np.int32)],
                   {"dtype": Type(dtype)}, tolerance_of(op, dtype))
    key, counter = philox_inputs(values)
    yield Case(op, [np.array([2], np.int32), key, counter, np.array(9, np.int32)])


@cases_of("StatelessRandomUniformInt", "StatelessRandomUniformIntV2")
def stateless_int(op, gen, values):
    for dtype in gen.dtypes("dtype"):
        for low, high in ((0, 10), (0, 1), (5, 120), (3, 3), (9, 2)):
            if op.endswith("V2"):
                key, counter = philox_inputs(values)
                seeds = [key, counter, np.array(1, np.int32)]
            else:
                seeds = [seed_pair(values)]
            yield Case(op, [shape_input(values), *seeds, np.array(low, dtype),
                            np.array(high, dtype)])


@cases_of("RandomUniform", "RandomStandardNormal", "TruncatedNormal")
def seeded(op, gen, values):
    for dtype in gen.dtypes("dtype"):
        for seed, seed2 in ((1, 2), (values.below(999) + 1, 0), (0, values.below(999) + 1)):
            yield Case(op, [shape_input(values)],
                       {"dtype": Type(dtype), "seed": seed, "seed2": seed2},
                       tolerance_of(op if "Uniform" not in op else "", dtype))
        yield Case(op, [np.array([700], np.int32)], {"dtype": Type(dtype), "seed": 5, "seed2": 6},
                   tolerance_of(op if "Uniform" not in op else "", dtype))
        yield Case(op, [np.array([3, 0, 2], np.int32)], {"dtype": Type(dtype)})
        yield Case(op, [np.array([3, 2], np.int32)], {"dtype": Type(dtype)}, shapes_only=True)


@cases_of("RandomUniformInt")
def seeded_int(op, gen, values):
    for dtype in gen.dtypes("Tout"):
        for low, high in ((0, 10), (-50, 50), (3, 4), (3, 3), (9, 2), (np.iinfo(dtype).min, 5)):
            yield Case(op, [shape_input(values), np.array(low, dtype), np.array(high, dtype)],
                       {"seed": 3, "seed2": values.below(99)})


@cases_of("StatelessRandomGetKeyCounter")
def key_counter(op, gen, values):
    for kind in gen.dtypes("Tseed"):
        for _ in range(4):
            yield Case(op, [seed_pair(values, kind)])
        yield Case(op, [np.array([0, 0], kind)])
        yield Case(op, [np.array([1], kind)])


@cases_of("StatelessRandomGetAlg")
def algorithm(op, gen, values):
    yield Case(op)
