"""The gateway's API, as a program reads it."""

import http.client
import time

from suite import processes


class Reader:
    """One connection with a key of its own, made again when the gateway has closed it as idle."""

    def __init__(self, gateway):
        key = gateway.run("apikey", "create", "bench")
        self._line = http.client.HTTPConnection("127.0.0.1", gateway.http, timeout=120)
        self._headers = {"Authorization": f"Bearer {key}"}
        processes.wait_until(lambda: self._answers("/v1/devices"), 30, "the key is known")

    def get(self, target):
        """The answer's bytes, its Link and the seconds that it took."""
        began = time.monotonic()
        try:
            answer = self._ask(target)
        except ConnectionError:
            self._line.close()
            answer = self._ask(target)
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{target}: {answer.status} {body[:200]!r}")
        return body, answer.headers.get("Link", ""), time.monotonic() - began

    def _ask(self, target):
        self._line.request("GET", target, headers=self._headers)
        return self._line.getresponse()

    def _answers(self, target):
        try:
            self.get(target)
            return True
        except (RuntimeError, OSError):
            self._line.close()
            return False
