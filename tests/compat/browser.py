"""Debian's Chromium without a window, driven through the DevTools protocol on a pair of pipes.

The protocol: https://chromedevtools.github.io/devtools-protocol/. With --remote-debugging-pipe the
browser reads JSON messages that end in a zero byte from its descriptor 3 and writes them to 4.
"""

import base64
import fcntl
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1600,1000",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
REPLY_TIMEOUT_S = 60


class Browser:
    """with Browser() as browser: browser.open(url); browser.evaluate("document.title")"""

    def __enter__(self):
        program = shutil.which("chromium")
        assert program, "there is no chromium; scripts/install_deps test installs it"
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        browser_reads, self._to_browser = os.pipe()
        self._from_browser, browser_writes = os.pipe()
        arguments = [program, *FLAGS, f"--user-data-dir={self._profile.name}",
                     "--remote-debugging-pipe", "about:blank"]
        self._output = tempfile.TemporaryFile()
        # The shell puts the pipes where the browser looks for them; their own numbers must not be
        # those. (dash knows only one-digit numbers.)
        browser_reads = self._moved_up(browser_reads)
        browser_writes = self._moved_up(browser_writes)
        redirect = f'exec "$@" 3<&{browser_reads} 4>&{browser_writes}'
        self._process = subprocess.Popen(
            ["bash", "-c", redirect, "bash", *arguments], stdin=subprocess.DEVNULL,
            stdout=self._output, stderr=self._output, pass_fds=(browser_reads, browser_writes))
        os.close(browser_reads)
        os.close(browser_writes)
        self._received = b""
        self._last_id = 0
        self._session = None
        try:
            target = self._call("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._call("Target.attachToTarget", targetId=target,
                                       flatten=True)["sessionId"]
            self._call("Page.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        os.close(self._to_browser)  # the browser ends when its pipe does
        os.close(self._from_browser)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
        self._profile.cleanup()

    @staticmethod
    def _moved_up(descriptor):
        moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
        os.close(descriptor)
        return moved

    def open(self, url):
        error = self._call("Page.navigate", url=url).get("errorText")
        assert not error, f"{url}: {error}"

    def evaluate(self, expression):
        """The value of a JavaScript expression, or of its promise."""
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True,
                            awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def screenshot(self, path):
        image = self._call("Page.captureScreenshot", format="png")["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(image))

    def _call(self, method, **parameters):
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to_browser, data):]
        while True:
            answer = self._receive()
            if answer.get("id") == self._last_id:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def _receive(self):
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._from_browser], [], [], REPLY_TIMEOUT_S)
            data = os.read(self._from_browser, 1 << 20) if ready else b""
            if not data:
                self._output.seek(0)
                printed = self._output.read().decode(errors="replace")
                raise RuntimeError(f"the browser {'ended' if ready else 'is silent'}:\n{printed}")
            self._received += data
        message, self._received = self._received.split(b"\0", 1)
        return json.loads(message)
