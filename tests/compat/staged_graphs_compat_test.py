"""TensorFlow runs the graphs of staged programs, random ones among them, and gives our results."""

import pathlib
import re
import subprocess
import sys

from conftest import ROOT, run_program

CHECK = pathlib.Path(ROOT) / "tests/runtime/graph/check_graphs.py"


def test_random_programs_agree(tmp_path):
    run_program("compat_staged_graphs", tmp_path)
    # In a process of its own: it runs TensorFlow without eager execution.
    done = subprocess.run([sys.executable, str(CHECK), str(tmp_path)], capture_output=True,
                          text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
    counts = re.search(r"(\d+) graphs give (\d+) equal values, 0 do not", done.stdout)
    assert counts and int(counts.group(1)) >= 200, done.stdout
