"""What the compatibility tests share: our programs, and the logs that they write."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("OPSCOPE_BIN", ROOT / "build/release/bin"))
TEST_PROGRAMS = pathlib.Path(os.environ.get("OPSCOPE_TEST_BIN", ROOT / "build/dev/bin"))
ARTIFACTS = pathlib.Path(os.environ.get("OPSCOPE_ARTIFACTS", ROOT / "build/test-artifacts"))


def run_program(name, *arguments, check=True, **options):
    """Runs one of our programs; gives what it printed."""
    folder = TEST_PROGRAMS if name.startswith("compat_") else PROGRAMS
    done = subprocess.run([str(folder / name), *map(str, arguments)], capture_output=True,
                          text=True, timeout=300, **options)
    if check:
        assert done.returncode == 0, f"{name} {arguments}: {done.returncode}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def artifacts():
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    return ARTIFACTS


@pytest.fixture(scope="session")
def known_log(tmp_path_factory):
    """The logdir that compat_write_log fills: one run, "known"."""
    logdir = tmp_path_factory.mktemp("known_log")
    run_program("compat_write_log", logdir / "known")
    return logdir
