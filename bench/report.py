"""The numbers as a table of text (Markdown), each beside its target where the product has one."""

import math
import os

BASELINE = "baseline"
MET, NOT_MET = "met", "NOT MET"

# AWS calls of the existing product for the same step, with 500 accounts.
EXISTING = {"open form": 102, "submit": 25, "approve": 181, "revoke": 7}
MOST_AWS_CALLS = {"open form": 0, "submit": 3, "approve": 6}
MOST_MILLISECONDS = 5.0
LEAST_EVENTS = 2000
MOST_MIB = 40.0
SATURATED = 0.9  # of a core


def percentile(values, share):
    """The smallest value that at least that share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def verdict(is_met):
    return MET if is_met else NOT_MET


def rows_of_times(times):
    for name, seconds in times.items():
        if not seconds:
            continue  # too few samples were asked for
        p50, p99 = (percentile(seconds, share) * 1000 for share in (0.50, 0.99))
        is_click = not name.startswith(BASELINE)
        yield (name, f"{p50:.2f} ms", f"{p99:.2f} ms", str(len(seconds)),
               f"p99 < {MOST_MILLISECONDS:g} ms" if is_click else "",
               verdict(p99 < MOST_MILLISECONDS) if is_click else "")


def rows_of_rates(rates):
    baseline = next(iter(rates.values()))["per_second"]
    for name, measured in rates.items():
        is_event = not name.startswith(BASELINE)
        limit = " (sender is the limit)" if measured["sender_cores"] > SATURATED else ""
        yield (name, f"{measured['per_second']:,.0f}/s{limit}",
               f"{measured['per_second'] / baseline:.2f}",
               f"{measured['server_microseconds']:.0f} us",
               f"{measured['server_cores']:.1f} / {measured['sender_cores']:.1f}"
               f" / {measured['other_cores']:.1f}",
               f">= {LEAST_EVENTS:,}/s" if is_event else "",
               verdict(measured["per_second"] >= LEAST_EVENTS) if is_event else "")


def rows_of_memory(memory):
    for name, mebibytes in memory.items():
        yield (name, f"{mebibytes:.1f} MiB", f"< {MOST_MIB:g} MiB", verdict(mebibytes < MOST_MIB))


def rows_of_calls(calls):
    for name, counts in calls.items():
        most = MOST_AWS_CALLS.get(name)
        plus = f" + {counts['polls']} polls" if counts["polls"] else ""
        yield (name, f"{counts['aws']}{plus}", str(EXISTING.get(name, "")), str(counts["slack"]),
               "" if most is None else f"<= {most}" + (" + polls" if name == "approve" else ""),
               "" if most is None else verdict(counts["aws"] <= most))


def section(headings, rows):
    rows = [headings, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(headings))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |"
             for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def operations(calls):
    for name, counts in calls.items():
        for side in ("aws", "slack"):
            listed = counts[f"{side}_by_operation"]
            if listed:
                yield f"{name}, {side}: " + ", ".join(
                    f"{operation} {count}" for operation, count in sorted(listed.items()))


def table(measured):
    cores = len(os.sched_getaffinity(0))
    return "\n\n".join([
        f"500 accounts, 25 permission sets; {cores} cores, shared by the program, the sender, "
        "moto and the fake Slack. While answers were timed, programs that have nothing to do with "
        f"this used {max(0, measured['others']):.1f} cores.",
        section(("signed click to answer", "p50", "p99", "samples", "target", ""),
                [*rows_of_times(measured["times"]),
                 *rows_of_times({f"{name}, state in memory": seconds
                                 for name, seconds in measured["times_in_memory"].items()})]),
        section(("events", "rate", "of baseline", "program's CPU each",
                 "cores: program / sender / others", "target", ""),
                rows_of_rates(measured["rates"])),
        section(("resident memory", "", "target", ""), rows_of_memory(measured["memory"])),
        section(("external calls", "AWS", "existing product's AWS", "Slack", "target (AWS)", ""),
                rows_of_calls(measured["calls"])),
        "\n".join(operations(measured["calls"]))])
