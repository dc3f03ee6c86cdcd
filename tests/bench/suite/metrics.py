"""Prometheus' text format, as far as a gateway writes it."""

import math


class Metrics:
    def __init__(self, text):
        self._samples = {}  # name: list of (labels as text, value)
        for line in text.splitlines():
            if not line or line.startswith("#"):
                continue
            head, _, value = line.rpartition(" ")
            name, _, labels = head.partition("{")
            self._samples.setdefault(name, []).append((labels.rstrip("}"), float(value)))

    def sum(self, name, label=""):
        """Of all samples of that name whose labels contain `label`; 0 when there is none."""
        return sum(value for labels, value in self._samples.get(name, []) if label in labels)

    def buckets(self, name):
        """Of a histogram: [(upper bound, how many were at most that)], ascending."""
        found = []
        for labels, value in self._samples.get(name + "_bucket", []):
            bound = labels.split('le="')[1].split('"')[0]
            found.append((math.inf if bound == "+Inf" else float(bound), value))
        return sorted(found)


def share_within(before, after, share):
    """The bound of the bucket within which that share of what came between two readings lies; None when nothing
    came. The truth is at most this."""
    counts_before = dict(before)
    counts = [(bound, count - counts_before.get(bound, 0)) for bound, count in after]
    if not counts or counts[-1][1] <= 0:
        return None
    return next(bound for bound, count in counts if count >= share * counts[-1][1])
