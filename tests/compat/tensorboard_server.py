"""A real TensorBoard on a free port of the loopback interface."""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

START_TIMEOUT_S = 120
LOAD_TIMEOUT_S = 60


class TensorBoardServer:
    """with TensorBoardServer(logdir, load_fast=True) as server: server.get("runs")"""

    def __init__(self, logdir, load_fast, *arguments):
        self._command = [
            str(pathlib.Path(sys.executable).parent / "tensorboard"), "--logdir", str(logdir),
            "--host", "127.0.0.1", "--port", "0", f"--load_fast={str(load_fast).lower()}",
            "--reload_interval", "1", *arguments]

    def __enter__(self):
        self._output = tempfile.TemporaryFile(mode="w+")
        environment = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3")
        self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, text=True,
                                         stdout=self._output, stderr=self._output, env=environment)
        try:
            self.url = self._wait_for_address()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=30)
        self._output.close()

    def _wait_for_address(self):
        give_up = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < give_up:
            self._output.seek(0)
            printed = self._output.read()
            match = re.search(r"TensorBoard \S+ at (http://\S+?)/? ", printed)
            if match:
                return match.group(1)
            if self._process.poll() is not None:
                raise RuntimeError(f"TensorBoard ended with {self._process.returncode}:\n{printed}")
            time.sleep(0.1)
        raise RuntimeError(f"TensorBoard was not ready in {START_TIMEOUT_S} s:\n{printed}")

    def get_bytes(self, path, **query):
        url = f"{self.url}/data/{path}"
        if query:
            url += "?" + urllib.parse.urlencode(query)
        with urllib.request.urlopen(url, timeout=60) as response:
            body = response.read()
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body

    def get(self, path, **query):
        return json.loads(self.get_bytes(path, **query))

    def wait_for_runs(self, *runs):
        """Until TensorBoard has read the runs; it reads in the background."""
        return self.wait_until(lambda: set(runs) <= set(self.get("runs")) or None,
                               f"the runs {runs}")

    def wait_until(self, probe, what):
        """The first result of `probe` that is not None."""
        give_up = time.monotonic() + LOAD_TIMEOUT_S
        while time.monotonic() < give_up:
            result = probe()
            if result is not None:
                return result
            time.sleep(0.2)
        raise AssertionError(f"TensorBoard did not show {what} in {LOAD_TIMEOUT_S} s")
