"""`opscope tensorboard` and TensorBoard's own notebook module know each other's servers."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.request

import pytest

from conftest import run_program

ARGUMENTS = ("--port", "0", "--host", "127.0.0.1")


class Command:
    """Runs both in one folder, with a temporary folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        programs = pathlib.Path(sys.executable).parent
        self._environment = dict(os.environ, TMPDIR=str(folder),
                                 PATH=f"{programs}:{os.environ['PATH']}")

    def opscope(self, *arguments, check=True):
        return run_program("opscope", "tensorboard", *arguments, check=check, cwd=self.folder,
                           env=self._environment)

    def notebook(self, call):
        code = f"from tensorboard import notebook; notebook.{call}"
        done = subprocess.run([sys.executable, "-c", code], cwd=self.folder, text=True,
                              env=self._environment, capture_output=True, timeout=120, check=True)
        return done.stdout


@pytest.fixture
def command(tmp_path):
    command = Command(tmp_path)
    yield command
    command.opscope("stop", "--all")


def test_starts_lists_and_stops_a_server(command):
    assert command.opscope("list").stdout == "No known TensorBoard instances running.\n"
    command.opscope("start", "--logdir", "logs", "--", *ARGUMENTS)
    (instance,) = json.loads(command.opscope("list", "--json").stdout)["instances"]
    with urllib.request.urlopen(instance["url"] + "data/logdir", timeout=60) as response:
        assert json.loads(response.read())["logdir"] == "logs"
    ours = command.opscope("list").stdout
    assert ours.splitlines()[0] == command.notebook("list()").splitlines()[0]
    assert f"port {instance['port']}: logdir logs (started " in ours
    command.opscope("stop", "--port", instance["port"])
    assert command.notebook("list()") == "No known TensorBoard instances running.\n"


def test_the_notebook_uses_our_server_again(command):
    command.opscope("start", "--logdir", "logs", "--", *ARGUMENTS)
    assert "Reusing TensorBoard on port" in command.notebook(
        f"start('--logdir logs {' '.join(ARGUMENTS)}')")


def test_we_use_the_notebooks_server_again(command):
    command.notebook(f"start('--logdir logs {' '.join(ARGUMENTS)}')")
    assert "Reusing TensorBoard on port" in command.opscope(
        "start", "--logdir", "logs", "--", *ARGUMENTS).stdout


def test_shows_what_tensorboard_says_when_it_cannot_start(command):
    done = command.opscope("start", "--logdir", "logs", "--", "--no_such_flag", check=False)
    assert done.returncode == 1
    assert "unrecognized arguments: --no_such_flag" in done.stderr
