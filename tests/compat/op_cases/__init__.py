"""Random cases for every op, by family; the modules register generators when they are imported."""

import dataclasses

GENERATORS = {}
MORE = {}


@dataclasses.dataclass
class Type:
    """A dtype as an attribute."""
    name: str


@dataclasses.dataclass
class Saved:
    """An input that an earlier case of the same sequence saved."""
    name: str


@dataclasses.dataclass
class Tolerance:
    """How far floats may be from TensorFlow's: `ulps` of each value, or of `scale` if that is
    larger, plus `absolute`. By default bit for bit; NaN equals NaN."""
    ulps: float = 0
    scale: float = 0
    absolute: object = 0
    zero_sign: bool = True  # whether -0.0 must be -0.0


@dataclasses.dataclass
class Case:
    op: str
    inputs: list = dataclasses.field(default_factory=list)  # arrays, Saved, or lists of arrays
    attrs: dict = dataclasses.field(default_factory=dict)
    tolerance: Tolerance = dataclasses.field(default_factory=Tolerance)
    save: list = dataclasses.field(default_factory=list)
    shapes_only: bool = False  # values are not defined by the inputs
    values_only: bool = False  # nothing to infer


class Gen:
    """What a generator draws from: random values, and the dtypes the op has kernels for."""

    def __init__(self, values, types):
        self.values = values
        self.types = types

    def dtypes(self, attr="T"):
        return [t for t in self.types[attr]
                if not t.startswith("complex") and t not in ("resource", "variant")]


def cases_of(*ops):
    """Registers a generator: fn(op, gen, values) yields Cases."""
    def register(function):
        for op in ops:
            assert op not in GENERATORS, op
            GENERATORS[op] = function
        return function
    return register


def more_cases_of(*ops):
    """Registers a generator of further cases of ops that have one of their own."""
    def register(function):
        for op in ops:
            MORE.setdefault(op, []).append(function)
        return function
    return register


def all_cases(op, gen, values):
    """The cases of every generator of the op."""
    for generator in (GENERATORS[op], *MORE.get(op, ())):
        yield from generator(op, gen, values)


from op_cases import (arrays, characters, complex_numbers, counting, diagonals,  # noqa: E402,F401
                      elementwise, linear, list_rows, network, randoms, reductions, rows, sampling,
                      state, strings)
