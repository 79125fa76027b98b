#!/usr/bin/env python3
"""Writes docs/ops.md, the table of ops, from what the runtime itself tells of them.

usage: scripts/generate_op_docs.py OP_RUNNER [--check]

OP_RUNNER is the program of that name in a build's bin folder. With --check nothing is written: it
is an error when docs/ops.md is not what would be.
"""
import json
import pathlib
import subprocess
import sys

TABLE = pathlib.Path(__file__).resolve().parent.parent / "docs" / "ops.md"

# Ops that the executor runs itself, or that only mark a place in a graph.
EXECUTED = {"While", "StatelessWhile", "If", "StatelessIf", "Case", "PartitionedCall",
            "StatefulPartitionedCall", "Placeholder", "_Arg", "_Retval"}
TYPES = ["float32", "float64", "float16", "bfloat16", "int8", "int16", "int32", "int64", "uint8",
         "uint16", "uint32", "uint64", "bool", "string", "complex64", "complex128", "resource",
         "variant"]
SETS = [(set(TYPES), "all"), (set(TYPES[:12]), "numbers"), (set(TYPES[:4]), "floating"),
        (set(TYPES[:8]), "signed numbers"), (set(TYPES[4:12]), "integers"),
        (set(TYPES[:13]), "numbers, bool"), (set(TYPES[:14]), "numbers, bool, string")]

INTRODUCTION = """# Ops

<!-- Made by scripts/generate_op_docs.py from op_runner --list; a test checks that it is up to date. -->

The {ops} ops of TensorFlow's registry that the runtime knows, so that it can describe, write and
read graphs with them. {run} of them run: {kernels} by a kernel, which serves eager calls and graphs
alike, and {executed} by the executor. The others are refused with `unimplemented` when they would
have to run.

- **runs**: `kernel`, `executor`, or nothing.
- **shapes**: whether output shapes are inferred while tracing; without it they are unknown.
- **gradient**: `yes`; `none` where the gradient is none by definition; nothing where asking for it
  is an error.
- **types**: the data types that there are kernels for, of each type attribute. `floating` is
  float16, bfloat16, float32 and float64; `integers` the eight signed and unsigned ones; `numbers`
  both; `all` whatever a tensor can hold. Values and inferred shapes are compared with TensorFlow's
  over random cases in tests/compat; what differs is listed in tests/compat/op_cases/exempt.py.

What is known but does not run: ops that read or write files and images; PyFunc and EagerPyFunc, which
call Python; TensorFlow 1's control flow by single nodes (Switch, Merge, Enter, Exit, NextIteration,
LoopCond), for which there are If, Case and While; VariableV2, which imported graphs read as a
variable; SymbolicGradient.

Complex numbers are made, taken apart, moved, compared, cast and multiplied (also as matrices), and
have the four basic operations; other functions, reductions and gradients refuse them. Texts are
decoded from UTF-8, UTF-16-BE, UTF-16-LE, UTF-32-BE, US-ASCII and ISO-8859-1.

| op | runs | shapes | gradient | types |
| --- | --- | --- | --- | --- |
"""


def type_names(types):
    for names, word in SETS:
        if set(types) == names:
            return word
    return ", ".join(types)


def row(op):
    runs = "kernel" if op["kernel"] else "executor" if op["name"] in EXECUTED else ""
    types = "; ".join(f"{attr}: {type_names(names)}" for attr, names in sorted(op["types"].items())
                      if names)
    gradient = "" if op["gradient"] == "no" else op["gradient"]
    shapes = "yes" if op["shape"] else ""
    return f"| `{op['name']}` | {runs} | {shapes} | {gradient} | {types} |\n"


def table(ops):
    kernels = sum(op["kernel"] for op in ops)
    executed = sum(op["name"] in EXECUTED and not op["kernel"] for op in ops)
    text = INTRODUCTION.format(ops=len(ops), run=kernels + executed, kernels=kernels,
                               executed=executed)
    return text + "".join(map(row, ops))


def main(runner, check):
    done = subprocess.run([runner, "--list"], stdout=subprocess.PIPE, text=True, check=True)
    text = table(json.loads(done.stdout))
    if not check:
        TABLE.write_text(text, encoding="utf-8")
    elif not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text:
        sys.exit("docs/ops.md is not up to date: run scripts/generate_op_docs.py OP_RUNNER")


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    main(arguments[0], "--check" in sys.argv)
