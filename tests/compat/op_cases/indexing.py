"""Slices, gathers and scatters."""

import numpy as np

from op_cases import Case, Tolerance, cases_of

INDEX = ("int32", "int64")


def index(values, numbers, types=INDEX):
    return np.array(numbers, values.pick(types))


@cases_of("Slice")
def slices(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.array(dtype, values.shape())
            begin = [values.between(0, d) for d in x.shape]
            size = [-1 if values.chance(0.3) else values.between(0, d - b)
                    for b, d in zip(begin, x.shape)]
            if x.ndim and values.chance(0.1):
                begin[0] += values.pick([-9, 9])
            kind = values.pick(INDEX)
            yield Case(op, [x, np.array(begin, kind), np.array(size, kind)])
        yield Case(op, [values.array(dtype, (3,)), np.array([1], np.int32),
                        np.array([-2], np.int32)])
        yield Case(op, [values.array(dtype, (3,)), np.array([1, 0], np.int32),
                        np.array([1, 1], np.int32)])


def strided_spec(values, rank):
    """begin, end, strides and the masks of a random slice."""
    count = values.between(0, rank + 1)
    begin = [values.between(-6, 6) for _ in range(count)]
    end = [values.between(-6, 6) for _ in range(count)]
    strides = [values.pick([1, 1, 1, 2, -1, -2, 3]) for _ in range(count)]
    if count and values.chance(0.03):
        strides[0] = 0
    bits = 1 << count
    masks = {"begin_mask": values.below(bits), "end_mask": values.below(bits),
             "new_axis_mask": values.below(bits) & values.below(bits) & values.below(bits),
             "shrink_axis_mask": values.below(bits) & values.below(bits) & values.below(bits),
             "ellipsis_mask": 0}
    if count and values.chance(0.3):
        masks["ellipsis_mask"] = 1 << values.below(count)
    if values.chance(0.03):
        masks["ellipsis_mask"] = 3
    return begin, end, strides, masks


@cases_of("StridedSlice")
def strided_slice(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(12):
            x = values.array(dtype, values.shape(0, 5))
            begin, end, strides, masks = strided_spec(values, x.ndim)
            kind = values.pick(gen.dtypes("Index"))
            yield Case(op, [x, *(np.array(v, kind) for v in (begin, end, strides))], masks)


@cases_of("StridedSliceGrad")
def strided_slice_grad(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            shape = values.full_shape(1, 4)
            begin, end, strides, masks = strided_spec(values, len(shape))
            masks["new_axis_mask"] = masks["ellipsis_mask"] = masks["shrink_axis_mask"] = 0
            try:
                part = sliced_shape(shape, begin, end, strides, masks)
            except (ValueError, IndexError):
                continue
            kind = values.pick(INDEX)
            numbers = [np.array(v, kind) for v in (shape, begin, end, strides)]
            yield Case(op, [*numbers, values.array(dtype, part)], masks)


def sliced_shape(shape, begin, end, strides, masks):
    spec = tuple(slice(None if masks["begin_mask"] >> i & 1 else begin[i],
                       None if masks["end_mask"] >> i & 1 else end[i], strides[i])
                 for i in range(len(begin)))
    return np.zeros(shape)[spec].shape


@cases_of("GatherV2", "Gather")
def gather(op, gen, values):
    for dtype in gen.dtypes("Tparams"):
        for _ in range(6):
            x = values.array(dtype, values.shape(1, 4))
            axis = values.axis(x.ndim) if op == "GatherV2" else 0
            at = axis % x.ndim
            batch = values.below(at + 1) if values.chance(0.4) and op == "GatherV2" else 0
            limit = x.shape[at] + (1 if values.chance(0.06) else 0)
            shape = x.shape[:batch] + values.shape(0, 2, 10)
            numbers = values.rng.integers(0, max(1, limit), shape)
            if limit == 0:
                numbers = numbers[..., :0] if numbers.ndim else np.zeros((0,))
            inputs = [x, np.array(numbers, values.pick(gen.dtypes("Tindices")))]
            if op == "GatherV2":
                inputs.append(index(values, axis))
            attrs = {"batch_dims": batch} if op == "GatherV2" else {}
            yield Case(op, inputs, attrs)
        if op == "GatherV2":
            x = values.array(dtype, (2, 3))
            for numbers, axis, batch in (([0], 2, 0), ([-1], 0, 0), ([0], 0, 1)):
                yield Case(op, [x, index(values, numbers), index(values, axis)],
                           {"batch_dims": batch})


def coordinates(values, shape, depth, outer, kind, wrong=0.05):
    numbers = np.zeros((*outer, depth), kind)
    for d in range(depth):
        limit = shape[d] + (1 if values.chance(wrong) else 0)
        numbers[..., d] = values.rng.integers(0, max(1, limit), outer)
    return numbers


@cases_of("GatherNd")
def gather_nd(op, gen, values):
    for dtype in gen.dtypes("Tparams"):
        for _ in range(5):
            x = values.array(dtype, values.shape(1, 4))
            depth = values.between(0, x.ndim)
            kind = values.pick(gen.dtypes("Tindices"))
            yield Case(op, [x, coordinates(values, x.shape, depth, values.shape(0, 2, 8), kind)])
        yield Case(op, [values.array(dtype, (2,)), np.zeros((1, 2), np.int32)])
        yield Case(op, [values.array(dtype, (2,)), np.array([[-1]], np.int32)])


@cases_of("ScatterNd")
def scatter_nd(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            shape = values.shape(1, 4)
            depth = values.between(1, len(shape))
            kind = values.pick([t for t in gen.dtypes("Tindices") if t in INDEX])
            outer = values.shape(1, 2, 8)
            numbers = coordinates(values, shape, depth, outer, kind)
            updates = values.plain(dtype, (*outer, *shape[depth:]))
            yield Case(op, [numbers, updates, np.array(shape, kind)], {},
                       Tolerance(4, scale=16, zero_sign=False))
        yield Case(op, [np.array([[5]], np.int32), values.plain(dtype, (1,)),
                        np.array([3], np.int32)])


@cases_of("TensorScatterAdd", "TensorScatterSub", "TensorScatterUpdate", "TensorScatterMax",
          "TensorScatterMin")
def tensor_scatter(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(5):
            shape = values.shape(1, 4)
            depth = values.between(1, len(shape))
            kind = values.pick(gen.dtypes("Tindices"))
            outer = values.shape(1, 2, 8)  # a vector of indices is ambiguous in TensorFlow
            numbers = coordinates(values, shape, depth, outer, kind)
            yield Case(op, [values.plain(dtype, shape), numbers,
                            values.plain(dtype, (*outer, *shape[depth:]))], {},
                       Tolerance(4, scale=16, zero_sign=False))
        yield Case(op, [values.plain(dtype, (3,)), np.array([[0]], np.int32),
                        values.plain(dtype, (2,))])
