"""TensorFlow runs the graphs of staged programs, random ones among them, and gives our results."""

import pathlib
import re
import subprocess
import sys

import pytest

from conftest import ROOT, run_program

CHECK = pathlib.Path(ROOT) / "tests/runtime/graph/check_graphs.py"


# What compat_staged_graphs is to write, and how many graphs that is.
SETS = {"small": ((), 240), "large": (("1000", "1120", "4", "5"), 120)}


@pytest.mark.parametrize("name", SETS)
def test_random_programs_agree(tmp_path, name):
    arguments, count = SETS[name]
    run_program("compat_staged_graphs", tmp_path, *arguments)
    # In a process of its own: it runs TensorFlow without eager execution.
    done = subprocess.run([sys.executable, str(CHECK), str(tmp_path)], capture_output=True,
                          text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    counts = re.search(r"(\d+) graphs give (\d+) equal values, 0 do not", done.stdout)
    assert counts and int(counts.group(1)) >= count, done.stdout
