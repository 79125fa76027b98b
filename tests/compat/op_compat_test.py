"""Every op that has a kernel, on random cases: values, errors and inferred shapes are TensorFlow's.

OPSCOPE_OP_SEED gives other cases than the usual ones."""

import collections
import json
import os
import subprocess
import zlib

import numpy as np
import pytest
import tensorflow as tf

from conftest import TEST_PROGRAMS
from op_cases import GENERATORS, Gen, Saved, all_cases
from op_cases.exempt import KNOWN_DIFFERENCES, NO_CASES, OTHER_ERRORS, OTHER_TYPES
from op_cases.state import SEQUENCES
from op_cases.values import Values
from op_compare import CODES, difference, same_error, shapes_differ
from op_runner import OpRunner, array_of, describe, flat_inputs
from op_tensorflow import Eager, Graphs, Refused, cpu_types, op_def_of

SEED = int(os.environ.get("OPSCOPE_OP_SEED", "1"))
SHOWN = 12  # differences of one op that a failure prints
MOST_CONSTANT = 64  # elements of an input whose value a shape function may know
OURS = ("complex64", "complex128", "resource", "variant")  # types that the comparison leaves out


@pytest.fixture(scope="module")
def runner():
    runner = OpRunner(TEST_PROGRAMS / "op_runner")
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def ops():
    """What op_runner tells of every op, by name."""
    done = subprocess.run([str(TEST_PROGRAMS / "op_runner"), "--list"], capture_output=True,
                          text=True, check=True)
    return {op["name"]: op for op in json.loads(done.stdout)}


@pytest.fixture(scope="module")
def eager():
    return Eager()


@pytest.fixture(scope="module")
def graphs():
    return Graphs()


def questions_of(case, values):
    """What to ask the shape function: everything known, only shapes, and parts of both."""
    inputs = list(flat_inputs(case))
    if case.values_only or any(isinstance(given, Saved) for given in inputs):
        return []
    known = [given.size <= MOST_CONSTANT for given in inputs]
    partial = []
    for given in inputs:
        if given.size <= MOST_CONSTANT and values.chance(0.5):
            partial.append((given.shape, True))
        elif values.chance(0.12):
            partial.append((None, False))
        else:
            partial.append(([None if values.chance(0.3) else d for d in given.shape], False))
    return [[(given.shape, k) for given, k in zip(inputs, known)],
            [(given.shape, False) for given in inputs], partial]


def error_difference(case, answer, refused):
    if refused.code in ("no_kernel", "Unimplemented"):
        return None  # nothing to compare with
    if "error" not in answer:
        return f"no error where TensorFlow has {refused.code}: {str(refused)[:200]}"
    if same_error(answer["code"], refused.code) or case.op in OTHER_ERRORS:
        return None
    return f"{answer['code']} for {CODES.get(refused.code)}: {answer['error']} / {refused}"


def outcome_difference(case, answer, eager, op_def):
    """How our answer differs from TensorFlow's; None if it does not."""
    try:
        theirs = eager.run(case, op_def)
    except Refused as refused:
        return error_difference(case, answer, refused)
    if "error" in answer:
        return f"error: {answer['error'][:300]}"
    ours = [array_of(tensor) for tensor in answer["outputs"]]
    if len(ours) != len(theirs):
        return f"{len(ours)} outputs for {len(theirs)}"
    for i, (got, want) in enumerate(zip(ours, theirs)):
        if case.shapes_only:
            got, want = np.zeros(got.shape, got.dtype), np.zeros(want.shape, want.dtype)
        if told := difference(got, want, case.tolerance):
            return f"output {i}: {told}"
    return None


def shape_difference(case, question, ours, graphs, op_def):
    try:
        theirs = graphs.infer(case, op_def, question)
    except Refused as refused:
        if isinstance(ours, dict):
            return None
        return f"inferred {ours} where TensorFlow refuses: {str(refused)[:200]}"
    if isinstance(ours, dict):
        return f"error: {ours['error'][:200]} for {theirs}"
    return shapes_differ(ours, theirs)


def differences(op, info, runner, eager, graphs):
    values = Values([SEED, zlib.crc32(op.encode())])
    gen = Gen(values, info["types"])
    count = 0
    for case in all_cases(op, gen, values):
        count += 1
        op_def = op_def_of(case.op)
        questions = questions_of(case, values)
        answer = runner.ask(case, op_def, questions)
        with np.errstate(all="ignore"):
            told = outcome_difference(case, answer, eager, op_def)
        if told:
            yield f"{told}\n    {describe(case)}"
        for question, ours in zip(questions, answer["shapes"]):
            told = shape_difference(case, question, ours, graphs, op_def)
            if told and not ("error" in answer and isinstance(ours, dict)):  # refused early: good
                yield f"shape: {told}\n    {question}\n    {describe(case)}"
    assert count, f"no cases of {op}"


@pytest.mark.parametrize("op", sorted(GENERATORS))
def test_tensorflow_agrees(op, ops, runner, eager, graphs):
    assert op in ops and ops[op]["kernel"], "cases of an op without a kernel"
    told = list(differences(op, ops[op], runner, eager, graphs))
    if op in KNOWN_DIFFERENCES and told:
        pytest.xfail(KNOWN_DIFFERENCES[op])
    kinds = collections.Counter(each.split(":")[0] for each in told)
    assert not told, f"{len(told)} differences {dict(kinds)}\n" + "\n".join(told[:SHOWN])


def test_every_kernel_has_cases(ops):
    kernels = {name for name, op in ops.items() if op["kernel"]}
    assert kernels - set(GENERATORS) - set(SEQUENCES) == set(NO_CASES) & kernels


def test_kernels_take_tensorflows_types(ops):
    missing = []
    for name, op in ops.items():
        for attr, ours in op["types"].items() if op["kernel"] else ():
            theirs = cpu_types(name, attr)
            allowed = next(a for a in op_def_of(name).attr if a.name == attr).allowed_values.list
            if theirs is None:
                theirs = {tf.as_dtype(each).name for each in allowed.type}
            theirs = {each for each in theirs if not each.startswith(("q", "float8", "int4", "uint4",
                                                                      "int2", "uint2", "float4"))}
            lacking = theirs - set(ours) - set(OURS) - OTHER_TYPES.get(name, set())
            if lacking:
                missing.append(f"{name} {attr}: {sorted(lacking)}")
    assert not missing, "\n".join(missing)
