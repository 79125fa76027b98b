"""Several elements of a tensor list at once."""

import numpy as np

from op_cases import Case, Saved, Type, cases_of


def stacked(handle, dtype):
    return Case("TensorListStack", [handle, np.array(-1, np.int32)], {"element_dtype": Type(dtype)},
                values_only=True)


@cases_of("TensorListGather")
def gather(op, gen, values):
    for number, dtype in enumerate(("float32", "int64", "bool", "string")):
        handle, empty = Saved(f"{op}{number}"), Saved(f"{op}{number}empty")
        kind = {"element_dtype": Type(dtype)}
        row = values.full_shape(0, 2)
        shape = np.array(row, np.int32)
        yield Case("TensorListFromTensor", [values.plain(dtype, (4, *row)), shape], kind,
                   save=[handle.name])
        yield Case("TensorListReserve", [np.array(-1, np.int32), np.array(3, np.int32)], kind,
                   save=[empty.name], values_only=True)
        for indices in ([2, 0, 2], [], [3], 1, [[0, 1]], [4], [-1]):
            for wanted in (shape, np.array(-1, np.int32), np.array([*row, 7], np.int32)):
                given = np.array(indices, np.int32)
                yield Case(op, [handle, given, wanted], kind, values_only=True)
        for wanted in (shape, np.array(-1, np.int32)):
            yield Case(op, [empty, np.array([1, 1], np.int32), wanted], kind, values_only=True)
        yield Case(op, [handle, np.array([0], np.int32), shape], {"element_dtype": Type("int8")},
                   values_only=True)


@cases_of("TensorListScatterV2")
def scatter(op, gen, values):
    for number, dtype in enumerate(("float32", "int64", "bool", "string")):
        row = values.full_shape(0, 2)
        shape = np.array(row, np.int32)
        x = values.plain(dtype, (2, *row))
        kind = {"element_dtype": Type(dtype)}
        for i, (indices, count) in enumerate((([0, 2], -1), ([1, 0], 4), ([0, 0], -1))):
            handle = Saved(f"{op}{number}_{i}")
            yield Case(op, [x, np.array(indices, np.int32), shape, np.array(count, np.int32)],
                       kind, save=[handle.name])
            yield Case("TensorListLength", [handle])
            yield stacked(handle, dtype)
        for indices, count in (([0, 2], 2), ([0, -1], -1), ([0], -1), ([0, 1], -2), ([0, 1], [1])):
            yield Case(op, [x, np.array(indices, np.int32), shape, np.array(count, np.int32)],
                       kind, values_only=True)
        yield Case(op, [x, np.array([0, 1], np.int32), np.array([*row, 3], np.int32),
                        np.array(-1, np.int32)], kind, values_only=True)
    yield Case(op, [values.plain("float32", ()), np.array([0], np.int32), np.array(-1, np.int32),
                    np.array(-1, np.int32)], {"element_dtype": Type("float32")},
               values_only=True)


@cases_of("TensorListScatterIntoExistingList")
def scatter_into(op, gen, values):
    # TensorFlow checks neither indices nor shapes here, so that nothing bad can be compared.
    for number, dtype in enumerate(("float32", "int64", "bool", "string")):
        handle, changed = Saved(f"{op}{number}"), Saved(f"{op}{number}changed")
        kind = {"element_dtype": Type(dtype)}
        row = values.full_shape(0, 2)
        yield Case("TensorListFromTensor",
                   [values.plain(dtype, (4, *row)), np.array(row, np.int32)], kind,
                   save=[handle.name])
        for indices in ([2, 0], [3, 3], []):
            x = values.plain(dtype, (len(indices), *row))
            yield Case(op, [handle, x, np.array(indices, np.int32)], kind, save=[changed.name])
            yield Case("TensorListLength", [changed])
            yield stacked(changed, dtype)
            yield stacked(handle, dtype)
