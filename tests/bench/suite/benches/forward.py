"""What forwarding costs a whole gateway: the same load with it off and with it on, to the stand-in for Persat."""

from suite import load, processes
from suite.gateway import Gateway, free_port
from suite.metrics import share_within
from suite.sandbox import Sandbox

BATCHES = [1, 50]
_YAML = """forward:
  enabled: {enabled}
  base_url: http://127.0.0.1:{port}/v1
  path: /positions
  api_key: bench
  body: '{{"device_id": 1, "imei": ${{imei}}, "timestamp": ${{time}}, "latitude": ${{latitude}}, "longitude": ${{longitude}}}}'
  batch_max: {batch}
  batch_ms: {batch_ms}
  requests_per_second: 100000
  concurrency: 4"""


def _run_once(bench, port, enabled, batch):
    yaml = _YAML.format(enabled=str(enabled).lower(), port=port, batch=batch, batch_ms=20 if batch > 1 else 0)
    url = bench.database.fresh()
    with Gateway(bench, "forward", url, yaml=yaml) as gateway:
        before = processes.cpu_seconds(gateway.pid)
        sent = load.simulate(bench, "teltonika", gateway.target("teltonika"), bench.choose(50, 500), bench.seconds(3, 20),
                             interval_ms=50 if batch > 1 else 500).result()
        gateway.wait_stored(600)
        processes.wait_until(lambda: gateway.metrics().sum("rastro_forward_pending") == 0, 600, "all is forwarded")
        used = processes.cpu_seconds(gateway.pid) - before
        buckets = gateway.metrics().buckets("rastro_forward_delivery_seconds")
    bench.database.drop(url)
    return used / sent["records_acked"] * 1e6, share_within([], buckets, 0.99), sent


def run(bench):
    port = free_port()
    with Sandbox(bench, port, "--push-path", "/v1/positions"):
        for batch in BATCHES:
            off, _, _ = _run_once(bench, port, False, batch)
            on, p99, sent = _run_once(bench, port, True, batch)
            rate = sent["records_acked"] / sent["seconds"]
            bench.add(f"gateway's processor time a position, forwarded in requests of {batch}", on, "µs", ceiling=off,
                      ceiling_name="forwarding off", note=f"{rate:,.0f}/s; 99 of 100 delivered within {p99} s")
