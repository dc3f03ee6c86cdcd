"""A gateway with a folder and ports of its own: started, waited for, read, stopped by its process id."""

import pathlib
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from suite import processes
from suite.metrics import Metrics

_CONFIG = """data_dir: {data_dir}
devices: {{unknown: accept}}
listeners:
  - {{protocol: gt06, transport: tcp, bind: "127.0.0.1:{gt06}"}}
  - {{protocol: teltonika, transport: tcp, bind: "127.0.0.1:{teltonika}"}}
  - {{protocol: teltonika, transport: udp, bind: "127.0.0.1:{udp}"}}
http: {{bind: "127.0.0.1:{http}"}}
{yaml}
"""


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """`url` is database.url; `yaml` are further keys, at the left margin; `data_dir` stands elsewhere if given."""

    def __init__(self, bench, name, url, yaml="", environment=None, data_dir=None):
        self.folder = pathlib.Path(bench.folder) / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o711)
        self.program = bench.build / "rastro"
        self.ports = {"gt06": free_port(), "teltonika": free_port(), "udp": free_port(socket.SOCK_DGRAM)}
        self.http = free_port()
        self.config = self.folder / "rastro.yaml"
        self.config.write_text(_CONFIG.format(
            data_dir=data_dir or self.folder / "data", http=self.http, yaml=yaml, **self.ports))
        self._environment = {**bench.environment, "RASTRO_DATABASE_URL": url, **(environment or {})}
        self._process = None
        self.start_ms = None

    @property
    def pid(self):
        return self._process.pid

    @property
    def log(self):
        return self.folder / "serve.log"

    def target(self, listener):
        return f"127.0.0.1:{self.ports[listener]}"

    def start(self, patience=60):
        """Seconds from the start to the first /readyz that says yes."""
        began = time.monotonic()
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(
                [self.program, "serve", "--config", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._environment)
        processes.wait_until(self._ready_or_dead, patience, "the gateway is ready")
        return time.monotonic() - began

    def _ready_or_dead(self):
        if self._process.poll() is not None:
            raise RuntimeError(f"the gateway ended: {self.log.read_text()[-2000:]}")
        return self.is_ready()

    def get(self, path, timeout=10):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.http}{path}", timeout=timeout) as answer:
            return answer.read().decode()

    def is_ready(self):
        try:
            self.get("/readyz")
            return True
        except (urllib.error.URLError, OSError):
            return False

    def metrics(self):
        return Metrics(self.get("/metrics"))

    def wait_stored(self, patience):
        """Until the database has all that is durable; how long that took."""
        began = time.monotonic()
        # Not oftener: the answer is work of the gateway, and counted as such.
        processes.wait_until(lambda: self.metrics().sum("rastro_records_pending") == 0, patience, "all is stored",
                             pause=0.25)
        return time.monotonic() - began

    def run(self, *arguments):
        """Another command on the same configuration; what it printed."""
        done = subprocess.run([self.program, *arguments, "--config", self.config], check=True, text=True,
                              capture_output=True, env=self._environment)
        return done.stdout.strip()

    def stop(self):
        self._end(signal.SIGTERM)

    def kill(self):
        self._end(signal.SIGKILL)

    def _end(self, how):
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(how)
        self._process.wait(timeout=90)

    def __enter__(self):
        try:
            self.start_ms = self.start() * 1000
        except BaseException:  # also an interrupt: nothing is left running
            self.kill()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
