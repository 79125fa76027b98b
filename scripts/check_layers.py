#!/usr/bin/env python3
"""Checks the include graph of the source tree against the layer rules.

    proto <- summary <- profiler, saved_model <- runtime; profiler <- profiler_server, profiler_client
    proto <- summary <- saved_model <- viewer/model <- viewer/ui <- viewer/app

Prints one line per violation, "file:line: what is wrong", and fails when there is one.
docs/architecture.md explains the rules; the tables below are the rules.
"""

import argparse
import os
import pathlib
import re
import sys

# Everything that may stand at the top of the tree.
TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".git", ".gitignore", "CMakeLists.txt",
    "CMakePresets.json", "LICENSE", "README.md", "bench", "build", "cmake", "docs", "proto",
    "runtime", "samples", "scripts", "summary", "tests", "viewer",
}
IGNORED_TOP_LEVEL = {".cache", ".ccache", ".vscode", ".idea", "compile_commands.json"}

# The module of a file is that of the longest folder that holds it.
MODULE_OF_FOLDER = {
    "proto": "proto",
    "summary": "summary",
    "summary/include/opscope/saved_model": "saved_model",
    "summary/src/saved_model": "saved_model",
    "runtime": "runtime",
    "runtime/include/opscope/profiler": "profiler",
    "runtime/src/profiler": "profiler",
    "runtime/src/profiler_server": "profiler_server",
    "runtime/src/profiler_client": "profiler_client",
    "viewer/model": "viewer/model",
    "viewer/cli": "viewer/cli",
    "viewer/ui": "viewer/ui",
    "viewer/app": "viewer/app",
    "samples": "samples",
    "bench": "bench",
    "tests": "tests",
}

# What each module may include, itself always excepted. Tests see everything.
LIBRARIES = {"proto", "summary", "saved_model", "profiler", "profiler_server", "runtime"}
VIEWER = {"viewer/model", "viewer/cli", "viewer/ui", "viewer/app"}
MAY_INCLUDE = {
    "proto": set(),
    "summary": {"proto"},
    "profiler": {"proto", "summary"},
    "profiler_server": {"proto", "summary", "profiler"},
    "profiler_client": {"proto", "summary", "profiler"},
    "saved_model": {"proto", "summary"},
    "runtime": {"proto", "summary", "saved_model", "profiler"},
    "viewer/model": {"proto", "summary", "saved_model"},
    "viewer/cli": {"proto", "summary", "saved_model", "viewer/model"},
    "viewer/ui": {"proto", "summary", "saved_model", "viewer/model"},
    "viewer/app": {"proto", "summary", "saved_model"} | VIEWER,
    "samples": LIBRARIES,
    "bench": LIBRARIES | VIEWER,
    "tests": LIBRARIES | VIEWER | {"profiler_client", "samples"},
}

# Libraries that only some modules may know, by the beginning of what is included.
KNOWN_ONLY_TO = {
    "Eigen/": {"runtime", "bench", "tests"},
    "unsupported/Eigen/": {"runtime", "bench", "tests"},
    "imgui": {"viewer/ui", "viewer/app", "bench", "tests"},
    "GLFW/": {"viewer/app"},
    "EGL/": {"viewer/app"},
    "grpcpp/": {"profiler_server", "profiler_client", "tests"},
    "CLI/": {"viewer/cli", "profiler_client", "viewer/app", "samples", "bench", "tests"},
}

# Public headers that may speak protobuf; the others must not make their users compile it.
PROTO_IN_PUBLIC_HEADER = re.compile(r"(^|/)(event_[a-z_]*|[a-z_]*graph[a-z_]*|proto_[a-z_]*)\.h$")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SOURCE_SUFFIXES = {".h", ".cc", ".inc"}


def module_of(path):
    """The module of a path relative to the root, or None for a folder that has no rule."""
    parts = path.split("/")
    for length in range(len(parts) - 1, 0, -1):
        module = MODULE_OF_FOLDER.get("/".join(parts[:length]))
        if module:
            return module
    return None


def is_public(path):
    return "/include/" in f"/{path}"


class Tree:
    """The source files below a root and where an include of ours leads."""

    def __init__(self, root):
        self.files = sorted(self._walk(pathlib.Path(root)))
        self.known = set(self.files)
        self.root = pathlib.Path(root)
        self.by_name = {}
        for path in self.files:
            self.by_name.setdefault(path.rsplit("/", 1)[-1], []).append(path)

    @staticmethod
    def _walk(root):
        for folder, folders, names in os.walk(root):
            relative = pathlib.Path(folder).relative_to(root).as_posix()
            folders[:] = [f for f in folders if not f.startswith(".")
                          and not (relative == "." and f == "build")]
            for name in names:
                if pathlib.Path(name).suffix in SOURCE_SUFFIXES or name.endswith(".proto"):
                    yield name if relative == "." else f"{relative}/{name}"

    def resolve(self, including, include):
        """The file that `including` means by "include", or None."""
        if include.endswith(".pb.h"):
            include = include[: -len(".pb.h")] + ".proto"
        beside = os.path.normpath(f"{os.path.dirname(including)}/{include}")
        if beside in self.known:
            return beside
        candidates = [path for path in self.by_name.get(include.rsplit("/", 1)[-1], [])
                      if f"/{path}".endswith(f"/{include}")]
        # Two modules may both have a utils/x.h: the nearest one is meant.
        return max(candidates, default=None,
                   key=lambda path: len(os.path.commonpath([path, including])))


def check_include(tree, path, include, is_quoted):
    """Yields what is wrong with one include in the file at `path`."""
    module = module_of(path)
    for beginning, modules in KNOWN_ONLY_TO.items():
        if include.startswith(beginning):
            if module not in modules:
                yield f'{module} must not know {beginning.rstrip("/")}: includes {include}'
            elif is_public(path):
                yield f"a public header must not expose {include}"
            return
    target = tree.resolve(path, include)
    if target is None:
        if is_quoted:
            yield f'"{include}" is not a file of ours; others are included with <>'
        return
    if not is_quoted:
        yield f"<{include}> is a file of ours, to be included with quotes"
    target_module = module_of(target)
    if target_module != module and target_module not in MAY_INCLUDE.get(module, set()):
        yield f"{module} must not include {target_module}: {include}"
    if is_public(path):
        if "/src/" in target:
            yield f"a public header must not include {target}"
        if target.endswith(".proto") and not PROTO_IN_PUBLIC_HEADER.search(path):
            yield f"this public header must not expose protobuf: {include}"
    elif module == "samples" and target_module in LIBRARIES - {"proto"} and not is_public(target):
        yield f"a sample may use public headers only: {target}"


def check_top_level(root):
    for name in sorted(os.listdir(root)):
        if name not in TOP_LEVEL | IGNORED_TOP_LEVEL:
            yield f"{name}:1: nothing else may stand at the top of the tree"


def check_file(tree, path):
    module = module_of(path)
    if module is None:
        yield f"{path}:1: no rule for this folder; add it to scripts/check_layers.py"
        return
    text = (tree.root / path).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            include = match.group(1) or match.group(2)
            for problem in check_include(tree, path, include, match.group(1) is not None):
                yield f"{path}:{number}: {problem}"


def check(root):
    """All violations below root, as lines of text."""
    tree = Tree(root)
    violations = list(check_top_level(root))
    for path in tree.files:
        if not path.endswith(".proto"):
            violations += check_file(tree, path)
    return violations


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("root", nargs="?", default=default, help="the source tree")
    violations = check(parser.parse_args().root)
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)


if __name__ == "__main__":
    main()
