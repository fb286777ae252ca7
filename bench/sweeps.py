"""What sweeps of large organizations cost: build/sim/bin/measure_scale, as a table. In virtual
time, with 50 ms for each answer of AWS and its limit of 20 calls a second enforced."""

import json
import subprocess
from pathlib import Path

from report import section, verdict

PROGRAM = Path(__file__).resolve().parents[1] / "build/sim/bin/measure_scale"
AWS_PER_SECOND = 20
MOST_OVER_THE_FEWEST = 1.3
MOST_MIB = 64
# What the existing product's walk over every pair of account and permission set took.
EXISTING = {"company": 26_699}
WORLDS = {
    "company": "500 accounts, 50 permission sets, 2,000 users, 6,000 provisioned pairs, 300 "
               "assignments that nobody asked for",
    "corporation": "1,000 accounts, 200 permission sets, 10,000 users, 20,000 provisioned pairs, "
                   "300 assignments that nobody asked for, 500 groups with attribute rules"}


def measure():
    """{world: [measured]}"""
    measured = {}
    for world in WORLDS:
        done = subprocess.run([PROGRAM, world], stdout=subprocess.PIPE, text=True, check=True)
        measured[world] = [json.loads(line) for line in done.stdout.splitlines()]
    return measured


def minutes(seconds):
    return f"{int(seconds // 60)}:{int(seconds % 60):02} min"


def rows_of(runs):
    for run in runs:
        if not run["fewest"]:
            yield (run["what"], "", "", "", "", "", f"{run['resident_mib']:.1f} MiB", "")
            continue
        over = run["calls"] / run["fewest"]
        yield (run["what"], f"{run['calls']:,}", f"{run['fewest']:,}", f"{over:.2f}",
               minutes(run["seconds"]),
               f"{run['per_second'] / AWS_PER_SECOND:.0%} (at most "
               f"{run['most_in_a_second']} in a second, {run['throttled']} refused)",
               f"{run['most_mib']:.1f} MiB",
               verdict(over <= MOST_OVER_THE_FEWEST and run["most_mib"] < MOST_MIB))


def table(measured):
    parts = []
    for world, runs in measured.items():
        parts.append(f"{WORLDS[world]}. A walk over every pair of account and permission set: "
                     f"{runs[0]['every_pair']:,} calls")
        existing = EXISTING.get(world)
        parts[-1] += f"; the existing product makes {existing:,}." if existing else "."
        parts.append(section(("sweep", "calls", "fewest", "ratio", "time", "of AWS's rate",
                              "most memory", f"<= {MOST_OVER_THE_FEWEST}, < {MOST_MIB} MiB"),
                             rows_of(runs)))
    return "\n\n".join(parts)
