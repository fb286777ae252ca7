#!/usr/bin/env python3
"""Checks the house rules on the checkout. Each rule is one test; findings are file:line: why."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import layers  # noqa: E402
import words  # noqa: E402
from source import Tree  # noqa: E402

RULES = layers.RULES + words.RULES


def main():
    tree = Tree.of_checkout(Path(__file__).resolve().parents[2])
    failed = 0
    for rule in RULES:
        findings = rule(tree)
        failed += bool(findings)
        if findings:
            print(f"{rule.__name__}: {rule.__doc__}")
        for finding in findings:
            print(f"  {finding}")
    print(f"{len(RULES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
