"""Ops on shapes, and those that move elements."""

import numpy as np

from op_cases import Case, Tolerance, Type, cases_of
from op_cases import indexing  # noqa: F401
from op_cases.values import FLOATS, INTS

INDEX = ("int32", "int64")


def index(values, numbers, types=INDEX):
    return np.array(numbers, values.pick(types))


@cases_of("Cast")
def cast(op, gen, values):
    for source in gen.dtypes("SrcT"):
        for target in gen.dtypes("DstT"):
            if "string" in (source, target) and source != target:
                continue
            for x in (values.every_edge(source), values.array(source, values.shape(), -300, 300)):
                yield Case(op, [convertible(x, source, target)], {"DstT": Type(target)})


def convertible(x, source, target):
    """Floats that the integer type does not have are zeroed: C++ leaves their conversion
    undefined, and TensorFlow's result depends on the machine."""
    if source not in FLOATS or target not in INTS:
        return x
    info = np.iinfo(target)
    wide = x.astype(np.float64)
    fits = (wide > float(info.min) - 1) & (wide < float(info.max))
    return np.where(fits, x, np.zeros_like(x))


@cases_of("Bitcast")
def bitcast(op, gen, values):
    for source in gen.dtypes():
        for target in gen.dtypes("type"):
            yield Case(op, [values.array(source, values.full_shape(1))], {"type": Type(target)})
            yield Case(op, [values.array(source, (2, 2))], {"type": Type(target)})


@cases_of("Shape", "Size", "Rank")
def shape(op, gen, values):
    for dtype in gen.dtypes():
        x = values.array(dtype, values.shape())
        if op == "Rank":
            yield Case(op, [x])
        else:
            for out in INDEX:
                yield Case(op, [x], {"out_type": Type(out)})


@cases_of("ShapeN")
def shape_n(op, gen, values):
    for dtype in gen.dtypes():
        yield Case(op, [[values.array(dtype, values.shape()) for _ in range(values.between(1, 3))]],
                   {"out_type": Type(values.pick(INDEX))})


@cases_of("IdentityN")
def identity_n(op, gen, values):
    for _ in range(5):
        yield Case(op, [[values.array(t, values.shape()) for t in ("float32", "string", "int8")]])


@cases_of("Reshape")
def reshape(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.array(dtype, values.shape())
            target = list(values.cut(x.shape))
            values.rng.shuffle(target)
            while int(np.prod(target)) < x.size and x.size % max(1, int(np.prod(target))) == 0:
                target.append(x.size // int(np.prod(target)))
            if target and values.chance(0.4):
                target[values.below(len(target))] = -1
            yield Case(op, [x, index(values, target)])
        yield Case(op, [values.array(dtype, (4,)), index(values, [-1, -1])])
        yield Case(op, [values.array(dtype, (2,)), index(values, [-2, 1])])


@cases_of("Transpose")
def transpose(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.array(dtype, values.shape())
            yield Case(op, [x, index(values, values.rng.permutation(x.ndim))])
        yield Case(op, [values.array(dtype, (2, 3)), index(values, [0, 0])])
        yield Case(op, [values.array(dtype, (2, 3)), index(values, [-1, 0])])
        yield Case(op, [values.array(dtype, (2, 3)), index(values, [0])])


@cases_of("ExpandDims")
def expand_dims(op, gen, values):
    for dtype in gen.dtypes():
        x = values.array(dtype, values.shape(0, 4))
        for axis in (values.between(-x.ndim - 1, x.ndim), x.ndim + 1, -x.ndim - 2):
            yield Case(op, [x, index(values, axis)])
        yield Case(op, [x, index(values, [0])])
        yield Case(op, [x, index(values, [0, 1])])


@cases_of("Squeeze")
def squeeze(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.array(dtype, values.cut(values.shape(2, 5)))
            dims = [a for a, d in enumerate(x.shape) if d == 1 and values.chance(0.5)]
            if dims and values.chance(0.3):
                dims[0] -= x.ndim
            if values.chance(0.1):
                dims.append(values.axis(max(1, x.ndim)))
            yield Case(op, [x], {"squeeze_dims": dims})


@cases_of("ConcatV2")
def concat(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            first = values.shape(1, 4)
            axis = values.axis(len(first))
            parts = []
            for _ in range(values.between(2, 4)):
                part = list(first)
                part[axis] = values.between(0, 3)
                if values.chance(0.04):
                    part[0] += 1
                parts.append(values.array(dtype, tuple(part)))
            yield Case(op, [parts, index(values, axis)])
        yield Case(op, [[values.array(dtype)] * 2, index(values, 0)])
        yield Case(op, [[values.array(dtype, (2,))] * 2, index(values, 1)])


@cases_of("ConcatOffset")
def concat_offset(op, gen, values):
    for dtype in INDEX:
        for _ in range(4):
            rank = values.between(1, 4)
            parts = [np.full(rank, 3, dtype) for _ in range(3)]
            axis = values.axis(rank)
            for part in parts:
                part[axis] = values.below(5)
            if values.chance(0.2):
                parts[1][0] = 7
            yield Case(op, [np.array(axis, np.int32), parts])


@cases_of("Pack")
def pack(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            part = values.shape(0, 4)
            axis = values.between(-len(part) - 1, len(part)) if values.chance(0.9) else len(part) + 1
            parts = [values.array(dtype, part) for _ in range(values.between(1, 4))]
            yield Case(op, [parts], {"axis": axis})
        yield Case(op, [[values.array(dtype, (2,)), values.array(dtype, (3,))]])


@cases_of("Unpack")
def unpack(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            x = values.array(dtype, values.shape(1, 4))
            axis = values.axis(x.ndim)
            num = x.shape[axis] if values.chance(0.9) else x.shape[axis] + 1
            yield Case(op, [x], {"axis": axis, "num": num})
        yield Case(op, [values.array(dtype, (2,))], {"axis": 1, "num": 2})
        yield Case(op, [values.array(dtype)], {"axis": 0, "num": 1})


@cases_of("Split")
def split(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            shape = list(values.shape(1, 4))
            axis = values.axis(len(shape))
            count = values.between(1, 4)
            shape[axis] = count * values.below(3)
            if values.chance(0.1):
                shape[axis] += 1
            yield Case(op, [np.array(axis, np.int32), values.array(dtype, tuple(shape))],
                       {"num_split": count})
        yield Case(op, [np.array(2, np.int32), values.array(dtype, (2,))], {"num_split": 1})


@cases_of("SplitV")
def split_v(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            shape = list(values.shape(1, 4))
            axis = values.axis(len(shape))
            sizes = [values.below(4) for _ in range(values.between(2, 4))]
            shape[axis] = sum(sizes)
            if values.chance(0.4):
                sizes[values.below(len(sizes))] = -1
            elif len(sizes) > 1 and values.chance(0.2):
                sizes[0] += 1
            kind = values.pick(gen.dtypes("Tlen"))
            yield Case(op, [values.array(dtype, tuple(shape)), np.array(sizes, kind),
                            np.array(axis, np.int32)], {"num_split": len(sizes)},
                       values_only=kind == "int8")  # TensorFlow's shape function aborts


@cases_of("Tile")
def tile(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            x = values.array(dtype, values.shape(0, 4, 40))
            yield Case(op, [x, index(values, [values.below(4) for _ in range(x.ndim)])])
        yield Case(op, [values.array(dtype, (2,)), index(values, [-1])])
        yield Case(op, [values.array(dtype, (2,)), index(values, [1, 2])])


@cases_of("Fill")
def fill(op, gen, values):
    for dtype in gen.dtypes():
        yield Case(op, [index(values, list(values.shape())), values.array(dtype, edge=1)])
        yield Case(op, [index(values, [2, -1]), values.array(dtype)])
        yield Case(op, [index(values, [2]), values.array(dtype, (1,))])


@cases_of("BroadcastTo")
def broadcast_to(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            target = values.shape()
            yield Case(op, [values.array(dtype, values.cut(target)), index(values, list(target))])
        yield Case(op, [values.array(dtype, (2,)), index(values, [3])])
        yield Case(op, [values.array(dtype, (2, 3)), index(values, [3])])
        yield Case(op, [values.array(dtype, (1, 3)), index(values, [-1, 3])])


@cases_of("BroadcastGradientArgs", "BroadcastArgs")
def broadcast_args(op, gen, values):
    for dtype in INDEX:
        for _ in range(12):
            left, right = values.broadcast_pair()
            yield Case(op, [np.array(left, dtype), np.array(right, dtype)])
        yield Case(op, [np.array([2], dtype), np.array([3], dtype)])


@cases_of("Pad", "PadV2", "MirrorPad")
def pad(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.array(dtype, values.full_shape(0, 4, 30))
            mode = values.pick(["REFLECT", "SYMMETRIC"])
            amounts = np.zeros((x.ndim, 2), np.int64)
            for axis, size in enumerate(x.shape):
                most = size - (mode == "REFLECT") if op == "MirrorPad" else 2
                amounts[axis] = [values.between(0, most), values.between(0, most)]
            if x.ndim and values.chance(0.1):
                amounts[0, 0] = values.pick([-1, 9])
            inputs = [x, index(values, amounts)]
            if op == "PadV2":
                inputs.append(values.array(dtype, edge=0.5))
            yield Case(op, inputs, {"mode": mode} if op == "MirrorPad" else {})


# The types whose ranges TensorFlow's shape function can count.
RANGE_SHAPES = ("float32", "float64", "int32", "int64")


@cases_of("Range")
def ranges(op, gen, values):
    for dtype in gen.dtypes("Tidx"):
        for start, limit, delta in ((0, 5, 1), (5, 0, 1), (3, 3, 1), (1, 10, 3), (0, 1, 0),
                                    (9, 1, -2), (0, 100, 7), (-3, 3, 1)):
            if min(start, limit, delta) < 0 and dtype.startswith("uint"):
                continue
            scale = 0.25 if dtype in FLOATS and values.chance(0.5) else 1
            yield Case(op, [np.array(v * scale).astype(dtype_of(dtype))
                            for v in (start, limit, delta)], {}, Tolerance(1),
                       values_only=dtype not in RANGE_SHAPES)
        if dtype in INTS:
            top = np.iinfo(dtype).max
            yield Case(op, [np.array(v, dtype) for v in (top - 5, top, 3)], values_only=True)


def dtype_of(name):
    from op_cases.values import numpy_type
    return numpy_type(name)


@cases_of("OneHot")
def one_hot(op, gen, values):
    for dtype in gen.dtypes():
        for indices in gen.dtypes("TI"):
            x = values.plain(indices, values.shape(0, 3), -1, 5)
            axis = values.between(-1, x.ndim)
            yield Case(op, [x, np.array(values.between(0, 4), np.int32), values.array(dtype),
                            values.array(dtype)], {"axis": axis})
        yield Case(op, [np.array([1, 2]), np.array(-1, np.int32), values.array(dtype),
                        values.array(dtype)])


@cases_of("InvertPermutation")
def invert_permutation(op, gen, values):
    for dtype in INDEX:
        for numbers in (values.rng.permutation(6), [], [0, 0], [1, 2], [-1, 0], [[0, 1]]):
            yield Case(op, [np.array(numbers, dtype)])


@cases_of("ReverseV2")
def reverse(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            x = values.array(dtype, values.shape())
            axes = values.axes(x.ndim)
            if x.ndim and values.chance(0.1):
                axes = values.pick([[x.ndim], [0, 0]])
            yield Case(op, [x, index(values, axes)])


@cases_of("Where")
def where(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            yield Case(op, [values.plain(dtype, values.shape(1), -1, 1)])
        yield Case(op, [values.every_edge(dtype)])


@cases_of("Unique", "UniqueWithCounts")
def unique(op, gen, values):
    for dtype in gen.dtypes():
        for out in INDEX:
            x = values.array(dtype, (values.between(0, 12),), -3, 3, 0.1 if dtype != "bool" else 0)
            if dtype in FLOATS:
                x = np.where(np.isnan(x.astype(np.float64)), np.zeros_like(x), x)
            yield Case(op, [x], {"out_idx": Type(out)})
        yield Case(op, [values.array(dtype, (2, 2))])


@cases_of("EnsureShape")
def ensure_shape(op, gen, values):
    for dtype in gen.dtypes():
        x = values.array(dtype, values.shape())
        yield Case(op, [x], {"shape": [d if values.chance(0.5) else None for d in x.shape]})
        yield Case(op, [x], {"shape": [9] * x.ndim})


@cases_of("PlaceholderWithDefault")
def placeholder(op, gen, values):
    x = values.array("float32", (2, 3))
    yield Case(op, [x], {"shape": [2, 3]})
    yield Case(op, [x], {"shape": [None, 3]})
    yield Case(op, [x], {"shape": None})


@cases_of("NoOp", "ControlTrigger")
def nothing(op, gen, values):
    yield Case(op)
