"""Is every C++ file as clang-format writes it? `./run fmt` repairs."""

import os
import re
import subprocess
import sys

LISTING = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.h", "*.cc"]


def sources():
    listing = subprocess.run(LISTING, capture_output=True, check=True, text=True)
    return [path for path in listing.stdout.split("\0") if os.path.isfile(path)]


def main():
    files = sources()
    checked = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *files],
                             capture_output=True, text=True)
    bad = set(re.findall(r"^(\S+):\d+:\d+: error", checked.stderr, re.MULTILINE))
    for path in sorted(bad):
        print(f"{path}: not formatted; run ./run fmt")
    if checked.returncode != 0 and not bad:
        print(checked.stderr)
        bad = {"clang-format-19 itself"}
    print(f"{len(files) - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
