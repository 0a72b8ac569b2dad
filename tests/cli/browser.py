"""A page in a real browser: Debian's Chromium without a window, spoken to over pipes in its DevTools protocol."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from go_children import skip_without_go
from support import PATIENCE

PHONE = (360, 740)
DESKTOP = (1440, 900)


def chromium():
    found = shutil.which("chromium")
    if found is None:
        skip_without_go("there is no chromium")
    return found


class Browser:
    """One tab. All that goes wrong in it, and all that it asks for, is kept."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="tracecheck-browser-")
        to_browser, self.to = os.pipe()
        self.of, from_browser = os.pipe()
        # The protocol's descriptors are 3 and 4. A container's root has no sandbox, nor a large /dev/shm.
        command = f"exec 3<&{to_browser} 4>&{from_browser}; exec \"$0\" \"$@\""
        options = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
                   "--hide-scrollbars", "--disable-background-networking", "--remote-debugging-pipe",
                   f"--user-data-dir={self.folder}"]
        self.process = subprocess.Popen(
            ["bash", "-c", command, chromium(), *options, "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.number = 0
        self.session = None
        self.unread = b""
        self.problems = []
        self.requests = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Network", "Page"):
            self.call(f"{domain}.enable")

    def close(self):
        with contextlib.suppress(OSError):
            self.call("Browser.close")
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.to)
        os.close(self.of)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session and not method.startswith("Browser."):
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + PATIENCE
        while True:
            answer = self.receive(end)
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self.note(answer)

    def receive(self, end):
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.of], [], [], max(0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            piece = os.read(self.of, 1 << 20)
            if not piece:
                raise OSError("the browser has ended")
            self.unread += piece
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def note(self, event):
        parameters = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                details = parameters["exceptionDetails"]
                self.problems.append(details.get("exception", {}).get("description", details["text"]))
            case "Runtime.consoleAPICalled":
                self.problems.append(f"console.{parameters['type']}: {parameters['args']}")
            case "Log.entryAdded":
                self.problems.append(parameters["entry"]["text"])
            case "Page.javascriptDialogOpening":
                self.problems.append(f"a dialog: {parameters['message']}")
            case "Network.requestWillBeSent":
                self.requests.append(parameters["request"]["url"])

    def evaluate(self, expression):
        """The value of an expression, once it is there if it is a promise."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    @contextlib.contextmanager
    def seconds_of_work(self):
        """Gives what tells, afterwards, for how long the page itself has worked, however busy the machine is."""

        def worked():
            metrics = self.call("Performance.getMetrics")["metrics"]
            return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

        self.call("Performance.enable", timeDomain="threadTicks")
        before = worked()
        after = []
        yield lambda: after[0] - before
        after.append(worked())
        self.call("Performance.disable")

    def settle(self):
        """Waits until what has changed is drawn."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def open(self, page, size=DESKTOP, dark=False, scale=1, reduced_motion=True):
        """A page, by the path of its file or by its address, as it is once it has been drawn."""
        width, height = size
        phone = size == PHONE
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced_motion else "no-preference"}])
        self.problems.clear()
        self.requests.clear()
        address = page if isinstance(page, str) else page.resolve().as_uri()
        result = self.call("Page.navigate", url=address)
        assert "errorText" not in result, result
        scheme = address.split(":")[0]
        self.wait_for(f"location.href.startsWith('{scheme}:') && document.readyState === 'complete'")
        self.settle()

    def wait_for(self, condition):
        end = time.monotonic() + PATIENCE
        while not self.evaluate(condition):
            assert time.monotonic() < end, f"it does not come to {condition}"
            time.sleep(0.02)

    def key(self, key, modifiers=0):
        """Presses a key, named as in KeyboardEvent.key; modifiers: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
                 "Home": 36, "End": 35, "PageUp": 33, "PageDown": 34}
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        code = {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, modifiers=modifiers, **text, **code)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, modifiers=modifiers, **code)
        self.settle()

    def type(self, text):
        self.call("Input.insertText", text=text)
        self.settle()

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def picture(self, path, whole=False):
        """A PNG of what is seen, or of all of the page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))
