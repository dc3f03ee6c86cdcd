"""What the suite makes of numbers. Run by ctest: python3 -m unittest suite.test_suite"""

import json
import math
import unittest

from suite import report
from suite.metrics import Metrics, share_within

TEXT = """# HELP some words
# TYPE a counter
a{reason="x"} 2
a{reason="y",kind="z"} 3
ab 7
h_count 4
h_bucket{le="0.5"} 1
h_bucket{le="+Inf"} 4
h_bucket{le="1"} 3
"""


class MetricsTest(unittest.TestCase):
    def test_samples_of_a_name_are_added_and_longer_names_are_others(self):
        self.assertEqual(Metrics(TEXT).sum("a"), 5)
        self.assertEqual(Metrics(TEXT).sum("a", 'kind="z"'), 3)
        self.assertEqual(Metrics(TEXT).sum("ab"), 7)
        self.assertEqual(Metrics(TEXT).sum("none"), 0)

    def test_buckets_ascend(self):
        self.assertEqual(Metrics(TEXT).buckets("h"), [(0.5, 1), (1, 3), (math.inf, 4)])

    def test_a_share_is_of_what_came_between_two_readings(self):
        before = [(0.5, 10), (1, 10), (math.inf, 10)]
        after = [(0.5, 10), (1, 109), (math.inf, 110)]
        self.assertEqual(share_within(before, after, 0.99), 1)
        self.assertEqual(share_within(before, after, 1), math.inf)
        self.assertIsNone(share_within(before, before, 0.99))


class ReportTest(unittest.TestCase):
    def test_numbers_have_three_digits_that_count(self):
        self.assertEqual([report.number(value) for value in (123456.7, 99.949, 0.01234, 0, None)],
                         ["123,457", "99.9", "0.0123", "0", "–"])

    def test_a_row_is_a_line_of_the_table(self):
        row = report.Row("gt06", "fixes", 30_000, "/s", ceiling=60_000, ceiling_name="echo", aim="≥ 0.5", met=True,
                         cpu_s={"gateway": 1.5}, note="a | b")
        self.assertEqual(report.to_markdown([row]).splitlines()[2],
                         "| gt06 | fixes | 30,000 /s | 60,000 (echo) | 0.50 | ≥ 0.5 | yes | gateway 1.5 | a \\| b |")

    def test_what_was_not_measured_has_no_ratio(self):
        row = report.Row("udp", "datagrams", None, ceiling=5)
        self.assertIsNone(row.ratio)
        self.assertIn("| – |", report.to_markdown([row]))

    def test_the_json_has_the_machine_and_the_ratios(self):
        whole = json.loads(report.to_json({"kernel": "6"}, [report.Row("a", "b", 1, ceiling=2)]))
        self.assertEqual(whole["machine"], {"kernel": "6"})
        self.assertEqual(whole["rows"][0]["ratio"], 0.5)


if __name__ == "__main__":
    unittest.main()
