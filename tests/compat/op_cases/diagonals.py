"""Diagonals of matrices, blocks of images, and what folds or reverses parts of tensors."""

import numpy as np

from op_cases import Case, cases_of

INDEX = ("int32", "int64")
ALIGNMENTS = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")


def i32(value):
    return np.array(value, np.int32)


def numbers_of(gen):
    """Types that are numbers or bool: what TensorFlow's kernels of these ops take."""
    return [t for t in gen.dtypes() if t != "string"]


def matrices(values, dtype, lowest=2):
    return values.array(dtype, values.shape(0, 2, 6) + (values.between(1, 4), values.between(1, 4)))


def diagonal_range(values, rows, columns):
    low = values.between(-rows + 1, columns - 1)
    high = values.between(low, columns - 1)
    if values.chance(0.08):
        low, high = values.pick([(1, 0), (-9, 0), (0, 9), (-9, -9)])
    if low == high and values.chance(0.5):
        return i32(low)
    return i32([low, high])


def packed_size(k, rows, columns):
    low, high = int(np.min(k)), int(np.max(k))
    width = max(0, min(rows + min(high, 0), columns - max(low, 0)))
    return (() if low == high else (high - low + 1,)) + (width,)


@cases_of("MatrixBandPart")
def band_part(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(4):
            x = matrices(values, dtype)
            kind = values.pick(INDEX)
            yield Case(op, [x, np.array(values.between(-1, 4), kind),
                            np.array(values.between(-1, 4), kind)])
        yield Case(op, [values.array(dtype, (2,)), i32(0), i32(0)])
        yield Case(op, [values.array(dtype, (0, 3)), i32(-1), i32(0)])
        yield Case(op, [values.array(dtype, (2, 3)), i32([0]), i32(0)])


@cases_of("MatrixDiagPartV3")
def diag_part_v3(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(6):
            x = matrices(values, dtype)
            yield Case(op, [x, diagonal_range(values, *x.shape[-2:]), values.array(dtype, edge=0)],
                       {"align": values.pick(ALIGNMENTS)})
        yield Case(op, [values.array(dtype, (2,)), i32(0), values.array(dtype)])
        yield Case(op, [values.array(dtype, (2, 2)), i32([0, 0, 0]), values.array(dtype)])


@cases_of("MatrixSetDiagV3")
def set_diag_v3(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(6):
            x = matrices(values, dtype)
            k = diagonal_range(values, *x.shape[-2:])
            packed = x.shape[:-2] + packed_size(k, *x.shape[-2:])
            if values.chance(0.1):
                packed = packed[:-1] + (packed[-1] + 1,)
            yield Case(op, [x, values.array(dtype, packed), k], {"align": values.pick(ALIGNMENTS)})


@cases_of("MatrixDiagV3")
def diag_v3(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(6):
            rows, columns = values.between(1, 4), values.between(1, 4)
            k = diagonal_range(values, rows, columns)
            packed = values.shape(0, 2, 6) + packed_size(k, rows, columns)
            if values.chance(0.5):
                rows = -1
            if values.chance(0.5):
                columns = -1
            yield Case(op, [values.array(dtype, packed), k, i32(rows), i32(columns),
                            values.array(dtype, edge=0)], {"align": values.pick(ALIGNMENTS)})
        yield Case(op, [values.array(dtype, (3,)), i32(0), i32(2), i32(-1), values.array(dtype)])
        yield Case(op, [values.array(dtype, ()), i32(0), i32(2), i32(-1), values.array(dtype)])


@cases_of("Diag")
def diag(op, gen, values):
    for dtype in gen.dtypes():
        for rank in (1, 1, 2, 3):
            yield Case(op, [values.array(dtype, values.shape(rank, rank, 12))])
        yield Case(op, [values.array(dtype, ())])


@cases_of("DiagPart")
def diag_part(op, gen, values):
    for dtype in gen.dtypes():
        for rank in (1, 1, 2, 3):
            shape = values.shape(rank, rank, 12)
            yield Case(op, [values.array(dtype, shape + shape)])
        for shape in ((), (3,), (2, 3)):
            yield Case(op, [values.array(dtype, shape)])


@cases_of("SpaceToDepth", "DepthToSpace")
def depth_blocks(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(3):
            block = values.between(2, 3)
            batch, rows, columns, depth = (values.between(1, 3) for _ in range(4))
            batch -= values.chance(0.1)
            if op == "SpaceToDepth":
                shape = (batch, rows * block, columns * block + values.chance(0.1), depth)
            else:
                shape = (batch, rows, columns, depth * block * block + values.chance(0.1))
            yield Case(op, [values.array(dtype, shape)], {"block_size": block})
        yield Case(op, [values.array(dtype, (2, 2, 4))], {"block_size": 2})


@cases_of("SpaceToBatchND")
def space_to_batch(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(4):
            dims = values.between(1, 3)
            block = [values.between(1, 3) for _ in range(dims)]
            margins = [[values.below(3), values.below(3)] for _ in range(dims)]
            sizes = [max(0, values.between(1, 2) * b - sum(m)) for b, m in zip(block, margins)]
            if values.chance(0.1):
                margins[0][0] = values.pick([-1, 7])
            shape = (values.between(0, 2), *sizes, *values.shape(0, 2, 4))
            yield Case(op, [values.array(dtype, shape), np.array(block, values.pick(INDEX)),
                            np.array(margins, values.pick(INDEX))])
        yield Case(op, [values.array(dtype, (2, 2)), i32([0]), i32([[0, 0]])])


@cases_of("BatchToSpaceND")
def batch_to_space(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(4):
            dims = values.between(1, 3)
            block = [values.between(1, 3) for _ in range(dims)]
            sizes = [values.between(1, 3) for _ in range(dims)]
            crops = [[values.below(2), values.below(2)] for _ in range(dims)]
            batch = int(np.prod(block)) * values.between(0, 2) + values.chance(0.1)
            shape = (batch, *sizes, *values.shape(0, 2, 4))
            yield Case(op, [values.array(dtype, shape), np.array(block, values.pick(INDEX)),
                            np.array(crops, values.pick(INDEX))])
        yield Case(op, [values.array(dtype, (2, 2)), i32([0]), i32([[0, 0]])])


@cases_of("ReverseSequence")
def reverse_sequence(op, gen, values):
    for dtype in numbers_of(gen):
        for _ in range(4):
            x = values.array(dtype, values.full_shape(2, 4))
            seq, batch = (int(d) for d in values.rng.permutation(x.ndim)[:2])
            lengths = [values.between(0, x.shape[seq]) for _ in range(x.shape[batch])]
            if values.chance(0.1):
                lengths[0] = values.pick([-1, 99])
            yield Case(op, [x, np.array(lengths, values.pick(INDEX))],
                       {"seq_dim": seq, "batch_dim": batch})
        x = values.array(dtype, (2, 3))
        for seq, batch in ((0, 0), (2, 0), (1, 2)):
            yield Case(op, [x, i32([1, 1])], {"seq_dim": seq, "batch_dim": batch})


@cases_of("MirrorPadGrad")
def mirror_pad_grad(op, gen, values):
    from op_cases.arrays import index
    from op_cases.reductions import summing, tame
    for dtype in numbers_of(gen):
        if dtype == "bool":
            continue
        for _ in range(4):
            mode = values.pick(["REFLECT", "SYMMETRIC"])
            shape = values.full_shape(1, 4, 30)
            most = [d - (mode == "REFLECT") for d in shape]
            margins = [[values.between(0, m), values.between(0, m)] for m in most]
            padded = tuple(d + sum(m) for d, m in zip(shape, margins))
            if values.chance(0.1):
                margins[0][0] = values.pick([-1, 9])
            x = tame(values, dtype, padded, -4, 4)
            yield Case(op, [x, index(values, margins)], {"mode": mode}, summing(dtype, x))
