"""How long it takes to read a large catalogue from the stand-in for Persat without pacing, the first time and again,
and to list conflicts when every client has one."""

import time

from suite.database import query
from suite.gateway import Gateway, free_port
from suite.sandbox import Sandbox


def run(bench):
    clients = bench.choose(1000, 100_000)
    port = free_port()
    url = bench.database.fresh()
    yaml = f'persat: {{url: "http://127.0.0.1:{port}/v1", requests_per_second: 100000}}'
    with Sandbox(bench, port, "--clients", str(clients)), \
            Gateway(bench, "persat_pull", url, yaml=yaml, environment={"RASTRO_PERSAT_API_KEY": "bench"}) as gateway:
        def timed(figure, *command):
            began = time.monotonic()
            gateway.run("persat", *command)
            bench.add(figure, (time.monotonic() - began) * 1000, "ms", note=f"{clients:,} clients")

        timed("the catalogue read for the first time", "sync")
        timed("the catalogue read again", "sync")
        query(url, "UPDATE rastro.client SET company_name = 'Nuestro ' || uid_client;"
              "UPDATE rastro.persat_client SET remote = remote || jsonb_build_object('company_name', 'Otro ' || uid_client)")
        timed("a hundred conflicts listed where every client has one", "conflicts", "--kind", "conflict", "--limit", "100")
        timed("ten thousand conflicts listed", "conflicts", "--limit", "10000", "--json")
    bench.database.drop(url)
