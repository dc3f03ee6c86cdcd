"""persat_sandbox, the stand-in for Persat, for as long as a bench needs it."""

import subprocess


class Sandbox:
    def __init__(self, bench, port, *arguments):
        self._log = open(bench.folder / "sandbox.log", "wb")
        self._process = subprocess.Popen(
            [bench.build / "persat_sandbox", "--bind", f"127.0.0.1:{port}", *arguments], stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=self._log, env={**bench.environment, "PERSAT_SANDBOX_KEY": "bench"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=30)
        self._log.close()
