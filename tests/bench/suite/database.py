"""A PostgreSQL server of the suite's own: made by a gateway as its private one, and taken over from it, so that it
has the same settings and can be stopped and started here. Each bench has a database of its own in it."""

import os
import pathlib
import signal
import subprocess

from suite import processes
from suite.gateway import Gateway


class Database:
    def __init__(self, bench):
        self._quick = bench.quick
        maker = Gateway(bench, "database", url="embedded")
        maker.start(patience=300)
        self._folder = maker.folder / "data" / "postgres"
        # SIGKILL: then the server runs on.
        maker.kill()
        self._pid = self._read_pid()
        with open(f"/proc/{self._pid}/cmdline", "rb") as file:
            self._command = [part.decode() for part in file.read().split(b"\0")[:-1]]
        status = os.stat(f"/proc/{self._pid}")
        self._user, self._group = status.st_uid, status.st_gid
        self._server = None
        self._made = 0
        # Where it was is for other gateways a reason to ask every two seconds what it has heard.
        self.admin("DELETE FROM rastro.consumer_cursor", "rastro")
        # A template has no sessions; those of the gateway may not have noticed yet that it is gone.
        self.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'rastro'")
        self.admin("CREATE DATABASE rastro_template TEMPLATE rastro OWNER rastro")

    def _read_pid(self):
        return int((self._folder / "data" / "postmaster.pid").read_text().split("\n")[0])

    def url(self, name, user="rastro"):
        return f"postgresql:///{name}?host={self._folder / 'run'}&port=5432&user={user}"

    def admin(self, sql, name="postgres"):
        return query(self.url(name, "postgres"), sql)

    def fresh(self):
        """The URL of a new database with the schema and nothing in it."""
        self._made += 1
        name = f"bench_{self._made}"
        self.admin(f"CREATE DATABASE {name} TEMPLATE rastro_template OWNER rastro")
        return self.url(name)

    def drop(self, url):
        if self._quick:
            return  # it waits for the disk, and all go with the server
        name = url.removeprefix("postgresql:///").split("?")[0]
        self.admin(f"DROP DATABASE {name} WITH (FORCE)")

    def as_admin(self, url):
        """The same database, as the superuser."""
        return url.replace("&user=rastro", "&user=postgres")

    def version(self):
        return self.admin("SHOW server_version")

    def stop(self):
        """Fast: open transactions are rolled back. It may stand still already."""
        if not processes.is_running(self._pid):
            return
        os.kill(self._pid, signal.SIGINT)
        if self._server is not None:
            self._server.wait(timeout=60)
        processes.wait_until(lambda: not processes.is_running(self._pid), 60, "the database server ends")

    def start(self):
        """It may run already."""
        if processes.is_running(self._pid):
            return
        as_user = {} if self._user == os.getuid() else {
            "user": self._user, "group": self._group, "extra_groups": []}
        with open(self._folder / "server.log", "ab") as log:
            self._server = subprocess.Popen(
                ["nice", "-n", "5", *self._command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,  # as the gateway does
                cwd=self._folder, **as_user)
        self._pid = self._server.pid
        processes.wait_until(self._answers, 60, "the database server starts")

    def _answers(self):
        try:
            return self.admin("SELECT 1") == "1"
        except subprocess.CalledProcessError:
            return False

    def cpu_seconds(self):
        """Of each process of the server: {pid: seconds}."""
        return {pid: processes.cpu_seconds(pid) for pid in processes.children(self._pid)}

    def kinds(self):
        """What the server's processes are for: {pid: store, tracking or other}; nothing while it stands still."""
        if not processes.is_running(self._pid):
            return {}
        rows = self.admin("SELECT pid || ' ' || coalesce(application_name, '') FROM pg_stat_activity").splitlines()
        kinds = {}
        for row in rows:
            pid, _, application = row.partition(" ")
            kinds[int(pid)] = {"rastro store": "store", "rastro tracking": "tracking"}.get(application, "other")
        return kinds


def query(url, sql):
    """The rows as psql prints them, unaligned and without a heading."""
    done = subprocess.run(
        ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", url, "-c", sql],
        check=True, capture_output=True, text=True, cwd=pathlib.Path("/"))
    return done.stdout.strip()


def count_fixes(url, metrics):
    """Committed since the start: a hundred million rows are not counted one by one, their messages may be."""
    committed = metrics.sum("rastro_records_stored_total", 'outcome="committed"')
    return committed - int(query(url, "SELECT count(*) FROM rastro.message"))
