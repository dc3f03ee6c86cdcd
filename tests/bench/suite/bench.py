"""What every bench is given: the build, a folder, the database, and where its rows go."""

import os
import pathlib
import sys
import time

from suite.database import Database
from suite.report import Row, number


class Bench:
    def __init__(self, build, folder, quick, seconds):
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(folder).resolve()
        self.quick = quick
        self._seconds = seconds
        # What the environment says of Rastro is not for these gateways.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("RASTRO_")}
        self.name = ""
        self.rows = []
        self.loads = []
        self._database = None
        self._seed = int(time.time()) % 90000

    @property
    def database(self):
        if self._database is None:
            self.say("making the database server")
            self._database = Database(self)
        return self._database

    def choose(self, quick, full):
        return quick if self.quick else full

    def seconds(self, quick, full):
        """How long a run takes; --seconds shortens the full ones."""
        if self.quick:
            return quick
        return full if self._seconds is None else min(full, self._seconds)

    @property
    def short(self):
        """A full run that --seconds cuts short."""
        return self._seconds is not None

    def next_seed(self):
        """Another one, another range of identities."""
        self._seed += 1
        return self._seed

    def limits(self, connections):
        """The keys of a configuration that lets so many in, all of them from this machine."""
        return f"limits: {{max_connections: {connections}}}"

    def say(self, text):
        print(f"{time.strftime('%H:%M:%S')}  {self.name:12} {text}", file=sys.stderr, flush=True)

    def add(self, figure, ours, unit="", met=None, **more):
        row = Row(self.name, figure, ours, unit, met=None if self.quick else met, **more)
        self.rows.append(row)
        ratio = f", {row.ratio:.2f} of {row.ceiling_name}" if row.ratio is not None else ""
        self.say(f"{figure}: {number(ours)} {unit}{ratio}")

    def end_loads(self):
        for load in self.loads:
            load.end()
        self.loads.clear()

    def close(self):
        self.end_loads()
        if self._database is not None:
            self._database.stop()
