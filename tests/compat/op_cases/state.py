"""Ops with state: sequences of cases that share what earlier ones saved."""

import numpy as np

from op_cases import Case, Saved, Tolerance, Type, cases_of

SEQUENCES = ("VarHandleOp", "ReadVariableOp", "AssignVariableOp", "AssignAddVariableOp",
             "AssignSubVariableOp", "VarIsInitializedOp", "VariableShape", "DestroyResourceOp",
             "DisableCopyOnRead")


@cases_of("VarHandleOp")
def variables(op, gen, values):
    """Covers every op in SEQUENCES."""
    for number, dtype in enumerate(("float32", "float64", "int32", "int64", "float16", "bfloat16",
                                    "string", "bool", "uint8")):
        handle = Saved(f"v{number}")
        shape = values.full_shape(0, 3)
        kind = {"dtype": Type(dtype)}
        yield Case("VarHandleOp", [], {**kind, "shape": list(shape), "shared_name": f"v{number}"},
                   save=[handle.name])
        yield Case("VarIsInitializedOp", [handle], {})
        yield Case("ReadVariableOp", [handle], kind, values_only=True)
        yield Case("AssignVariableOp", [handle, values.plain(dtype, shape)])
        yield Case("VarIsInitializedOp", [handle], {})
        yield Case("ReadVariableOp", [handle], kind, values_only=True)
        if dtype not in ("string", "bool"):
            yield Case("AssignAddVariableOp", [handle, values.plain(dtype, shape)])
            yield Case("ReadVariableOp", [handle], kind, values_only=True)
            yield Case("AssignSubVariableOp", [handle, values.plain(dtype, shape)])
            yield Case("ReadVariableOp", [handle], kind, values_only=True)
            yield Case("AssignAddVariableOp", [handle, values.plain(dtype, (7, *shape))])
        for out in ("int32", "int64"):
            yield Case("VariableShape", [handle], {"out_type": Type(out)}, values_only=True)
        yield Case("DisableCopyOnRead", [handle])
        yield Case("ReadVariableOp", [handle], {"dtype": Type("int16")}, values_only=True)
        yield Case("DestroyResourceOp", [handle])


@cases_of("ResourceApplyGradientDescent", "ResourceApplyMomentum", "ResourceApplyKerasMomentum",
          "ResourceApplyAdam")
def optimizers(op, gen, values):
    for dtype in gen.dtypes():
        shape = values.full_shape(0, 3)
        slots = {"ResourceApplyGradientDescent": 0, "ResourceApplyAdam": 2}.get(op, 1)
        handles = [Saved(f"{op}{dtype}{i}") for i in range(1 + slots)]
        for handle in handles:
            yield Case("VarHandleOp", [], {"dtype": Type(dtype), "shape": list(shape),
                                           "shared_name": handle.name}, save=[handle.name])
            yield Case("AssignVariableOp", [handle, values.plain(dtype, shape, 0, 1)])
        for _ in range(3):
            grad = values.plain(dtype, shape)
            yield Case(op, [*handles, *hyper(op, values, dtype, grad)], flags(op, values))
            for handle in handles:
                yield Case("ReadVariableOp", [handle], {"dtype": Type(dtype)},
                           Tolerance(16, scale=1), values_only=True)


def hyper(op, values, dtype, grad):
    """The inputs after the variables."""
    def number(value):
        return values.plain(dtype, (), value, value)
    if op == "ResourceApplyGradientDescent":
        return [number(0.1), grad]
    if op == "ResourceApplyAdam":
        return [number(0.9), number(0.99), number(0.01), number(0.9), number(0.999), number(1e-3),
                grad]
    return [number(0.1), grad, number(0.9)]


def flags(op, values):
    flags = {"use_locking": values.chance(0.5)}
    if op != "ResourceApplyGradientDescent":
        flags["use_nesterov"] = values.chance(0.5)
    return flags
