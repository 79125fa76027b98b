"""Random tensors: shapes, plain values, and the values at the edges of each type."""

import ml_dtypes
import numpy as np

FLOATS = ("float32", "float64", "float16", "bfloat16")
INTS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
NUMPY = {"bfloat16": ml_dtypes.bfloat16, "string": object}


def numpy_type(dtype):
    return NUMPY.get(dtype, np.dtype(dtype) if dtype not in NUMPY else None)


def name_of(array):
    """The name of an array's dtype as TensorFlow prints it."""
    if array.dtype == object:
        return "string"
    return "bfloat16" if array.dtype == ml_dtypes.bfloat16 else array.dtype.name


def limits(dtype):
    return ml_dtypes.finfo(numpy_type(dtype)) if dtype in FLOATS else np.iinfo(dtype)


def edges(dtype):
    """The special values of a type. Of float32 and float64 no denormals: TensorFlow flushes them."""
    if dtype == "bool":
        return [False, True]
    if dtype == "string":
        return [b"", b"a", b"h\xc3\xa9llo", b"\xff\xfe", b"a b  c", b" x "]
    if dtype in FLOATS:
        info = limits(dtype)
        values = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.5, 1e-3, -1e-3, 7.25, 31.5,
                  -31.5, 88.0, np.pi, float(info.max), float(info.min), float(info.tiny),
                  -float(info.tiny), float(info.eps), 1 + float(info.eps), np.inf, -np.inf, np.nan]
        if dtype == "float16":
            values += [6e-8, -6e-8, 3e-6, 6.0976e-05]
        return values
    info = limits(dtype)
    values = [0, 1, 2, 3, 7, int(info.max), int(info.max) - 1, int(info.min), int(info.min) + 1]
    return values + ([-1, -2, -7] if info.min < 0 else [])


class Values:
    """Draws shapes and tensors from a seeded generator."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def chance(self, probability):
        return bool(self.rng.random() < probability)

    def below(self, limit):
        return int(self.rng.integers(limit))

    def between(self, low, high):
        """An integer, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def pick(self, values):
        return values[self.below(len(values))]

    def shape(self, lowest=0, highest=5, most=120):
        """Mostly small dimensions; at times 0 and 1."""
        rank = self.between(lowest, highest)
        shape = [int(d) for d in self.rng.choice([0, 1, 2, 3, 4, 5], rank,
                                                 p=[.04, .16, .3, .3, .1, .1])]
        while np.prod(shape, dtype=np.int64) > most:
            shape[self.below(rank)] = 1
        return tuple(shape)

    def full_shape(self, lowest=0, highest=4, most=120):
        """A shape without zeros."""
        return tuple(max(1, d) for d in self.shape(lowest, highest, most))

    def broadcast_pair(self):
        shape = self.shape()
        if self.chance(0.3):
            return shape, shape
        left, right = self.cut(shape), self.cut(shape)
        choice = self.below(5)
        if choice == 0:
            return shape, right
        if choice == 1:
            return left, shape
        return left, right

    def cut(self, shape):
        """A shape that broadcasts to `shape`."""
        ones = tuple(1 if self.chance(0.3) else d for d in shape)
        return ones[self.below(len(ones) + 1):] if self.chance(0.4) else ones

    def array(self, dtype, shape=(), low=-8, high=8, edge=0.2):
        """Values between low and high; a fraction `edge` of them from the type's edges."""
        count = int(np.prod(shape, dtype=np.int64))
        special = edges(dtype)
        if dtype == "string":
            flat = np.empty(count, object)
            for i in range(count):
                flat[i] = self.pick(special) if self.chance(edge) else b"s%d" % self.below(99)
            return flat.reshape(shape)
        if dtype == "bool":
            return np.asarray(self.rng.random(shape) > 0.5)
        if dtype in FLOATS:
            flat = self.rng.uniform(low, high, count)
        else:
            info = limits(dtype)
            flat = self.rng.integers(max(int(low), int(info.min)),
                                     min(int(high), int(info.max)) + 1, count).astype(object)
        for i in np.flatnonzero(self.rng.random(count) < edge):
            flat[i] = self.pick(special)
        with np.errstate(over="ignore"):
            return flat.astype(numpy_type(dtype)).reshape(shape)

    def plain(self, dtype, shape=(), low=-4, high=4):
        return self.array(dtype, shape, low, high, edge=0)

    def every_edge(self, dtype):
        """A vector of all special values."""
        with np.errstate(over="ignore"):
            values = np.empty(len(edges(dtype)), object)
            values[:] = edges(dtype)
            return values.astype(numpy_type(dtype))

    def edge_grid(self, dtype, other=None):
        """Two arrays [n, 1] and [1, m]: each special value against each."""
        left, right = self.every_edge(dtype), self.every_edge(other or dtype)
        return left[:, None], right[None, :]

    def axis(self, rank):
        return self.between(-rank, rank - 1) if rank else 0

    def axes(self, rank, chance=0.5):
        """A random set of axes, some of them negative."""
        chosen = [a for a in range(rank) if self.chance(chance)]
        self.rng.shuffle(chosen)
        return [a - rank if self.chance(0.4) else a for a in chosen]
