"""`./run test [SUITE...]`: runs suites, prints one table; the last line is `N passed, N failed`."""

import sys
import time

from counts import Counts
from suites import EXPECTED_ROWS, ROOT, SUITES, SuiteRun, in_ci

LONG = ["--long"]  # every suite; what walks in strides takes smaller ones
USAGE = "usage: ./run test [--long | SUITE...]\n\nsuites:\n"


def usage():
    width = max(len(suite.name) for suite in SUITES) + 2
    return USAGE + "".join(f"  {suite.name:<{width}}{suite.about}\n" for suite in SUITES)


def choose(names):
    """The suites to run, or a sentence why not."""
    known = {suite.name: suite for suite in SUITES}
    if names in ([], LONG):
        return [s for s in SUITES if exists(s)]
    for name in names:
        if name == "--long":
            return "--long runs every suite: name none beside it"
        if name not in known:
            return f"there is no suite {name}"
        if not exists(known[name]):
            return f"suite {name} does not exist yet: there is no {known[name].needs}"
    return [s for s in SUITES if s.name in names]


def exists(suite):
    return (ROOT / suite.needs).exists()


def run_suite(suite, refuse_skips, names=()):
    print(f"-- {suite.name}: {suite.about}", flush=True)
    running = SuiteRun(suite.name, whole=names in ([], LONG), is_long=names == LONG)
    try:
        suite.body(running)
    except Exception as error:  # a broken suite is a failed test, never a silent one
        running.counts.fail(f"the suite itself broke: {type(error).__name__}: {error}")
    counts = running.finish()
    judge(counts, refuse_skips, suite.may_skip_in_ci)
    for why in counts.failures:
        print(f"   FAILED {why}")
    for why in counts.skips:
        print(f"   SKIPPED {why}")
    return counts


def judge(counts, refuse_skips, unless=()):
    """What nobody may overlook becomes a failure: nothing ran, a zero, a skip in CI."""
    if counts.passed + counts.failed + counts.skipped == 0:
        counts.fail("no test ran")
    for name, number in counts.rows.items():
        if number == 0:
            counts.fail(f"{name} is 0")
    unexpected = counts.skipped - sum(why.startswith(tuple(unless)) for why in counts.skips)
    if refuse_skips and unexpected:
        counts.fail(f"{unexpected} skipped, and CI skips nothing here")


def table(results):
    """The lines below which only the total follows."""
    lines = ["", f"{'suite':<24}{'passed':>9}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    for name, counts, seconds in results:
        lines.append(f"{name:<24}{counts.passed:>9}{counts.failed:>8}{counts.skipped:>9}"
                     f"{seconds:>9.1f}")
    total = Counts()
    for _, counts, _ in results:
        total.add(counts)
    if total.rows:
        lines.append("")
        lines += [f"{name:<40}{number:>12}"
                  for name, number in sorted(total.rows.items(), key=place_of_row)]
    lines.append("")
    return lines, total


def place_of_row(row):
    """What was explored and played first, then the promises in their order."""
    promise = row[0].removeprefix("checks_of_")
    if promise == row[0]:
        return (0, "", 0, row[0])
    return (1, promise[:1], int(promise[1:]), "")


def missing_rows(results):
    """A number that a suite did not print is as bad as a zero, whoever else printed it."""
    return [f"{name} did not report {row}" for name, counts, _ in results if counts.passed
            for row in EXPECTED_ROWS.get(name, []) if row not in counts.rows]


def main(names):
    chosen = choose(names)
    if isinstance(chosen, str):
        print(f"./run test: {chosen}\n\n{usage()}", file=sys.stderr, end="")
        return 2
    results = []
    for suite in chosen:
        start = time.monotonic()
        counts = run_suite(suite, in_ci(), names)
        results.append((suite.name, counts, time.monotonic() - start))
    missing = Counts()
    for why in missing_rows(results):
        missing.fail(why)
    if missing.failed:
        results.append(("summary", missing, 0.0))
    lines, total = table(results)
    print(*lines, sep="\n")
    for suite in SUITES:
        if not exists(suite):
            print(f"NOT THERE YET: suite {suite.name} ({suite.needs} does not exist)")
        elif suite not in chosen:
            print(f"NOT RUN: suite {suite.name}")
    for name, counts, _ in results:
        for why in counts.failures:
            print(f"FAILED {name}: {why}")
        for why in counts.skips:
            print(f"SKIPPED {name}: {why}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0

