"""Reads what test programs print and turns it into counts. Nothing counted is a failure."""

import re
from dataclasses import dataclass, field

DOCTEST = re.compile(
    r"^\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed(?: \|\s*(\d+) skipped)?",
    re.MULTILINE)
UNITTEST = re.compile(r"^Ran (\d+) tests? in [^\n]*\n+(?:OK|FAILED)(?: \(([^)]*)\))?",
                      re.MULTILINE)
# Only as the last line: in the middle it is what a tested program said, not what the test says.
PLAIN = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*\Z", re.MULTILINE)
FUZZER = re.compile(r"^stat::number_of_executed_units:\s*(\d+)", re.MULTILINE)
# unittest names a test before it runs, without ending the line.
SUMMARY = re.compile(r"^(?:\S+ \(\S+\) \.\.\. )?SUMMARY (\S[^\n]*?)\s+(\d+)\s*$",
                     re.MULTILINE)
SKIPPED_WHY = re.compile(r"^SKIPPED (.+)$|\.\.\. skipped '(.*)'$", re.MULTILINE)


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    rows: dict = field(default_factory=dict)  # SUMMARY name -> number
    failures: list = field(default_factory=list)  # one sentence each
    skips: list = field(default_factory=list)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures
        self.skips += other.skips
        for name, number in other.rows.items():
            self.add_row(name, number)
        return self

    def add_row(self, name, number):
        self.rows[name] = self.rows.get(name, 0) + number

    def fail(self, why):
        self.failed += 1
        self.failures.append(why)
        return self


def count(name, output, status):
    """Counts of one program: its printed numbers, made honest by its exit status."""
    counts = Counts()
    for _, passed, failed, skipped in DOCTEST.findall(output):
        _add(counts, passed, failed, skipped)
    for passed, failed, skipped in PLAIN.findall(output):
        _add(counts, passed, failed, skipped)
    for ran, details in UNITTEST.findall(output):
        _add_unittest(counts, int(ran), details)
    for units in FUZZER.findall(output):
        counts.add_row("fuzz executions", int(units))
        counts.passed += status == 0 and int(units) > 0
    for row, number in SUMMARY.findall(output):
        counts.add_row(row, int(number))
    counts.skips = [a or b for a, b in SKIPPED_WHY.findall(output)]
    counts.skipped = max(counts.skipped, len(counts.skips))
    if counts.failed:
        counts.failures.append(f"{name}: {counts.failed} failed")
    elif status != 0:
        counts.fail(f"{name}: {describe(status)} without reporting a failed test")
    elif counts.passed + counts.skipped == 0:
        counts.fail(f"{name}: reported no tests")
    return counts


def _add(counts, passed, failed, skipped):
    counts.passed += int(passed)
    counts.failed += int(failed)
    counts.skipped += int(skipped or 0)


def _add_unittest(counts, ran, details):
    numbers = {key: int(number) for key, number in
               re.findall(r"([a-z ]+)=(\d+)", details)}
    numbers = {key.strip(): number for key, number in numbers.items()}
    failed = sum(numbers.get(k, 0) for k in ("failures", "errors", "unexpected successes"))
    skipped = numbers.get("skipped", 0)
    counts.failed += failed
    counts.skipped += skipped
    counts.passed += max(0, ran - failed - skipped)


def describe(status):
    if status < 0:
        return f"killed by signal {-status}"
    return f"exit status {status}"
