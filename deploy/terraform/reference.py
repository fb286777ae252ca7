#!/usr/bin/env python3
"""Writes reference.md: every input and output of the module, from its .tf files.

    python3 reference.py          prints it
    python3 reference.py --write  writes it
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
DESCRIPTION = re.compile(r'^  description = "((?:[^"\\]|\\.)*)"$', re.MULTILINE)


def blocks(kind, *files):
    for file in files:
        for found, name, body in BLOCK.findall((HERE / file).read_text(encoding="utf-8")):
            if found == kind:
                yield name, body


def argument(body, name):
    """The text of an argument of the block, on as many lines as its brackets stay open."""
    lines = body.splitlines()
    for number, line in enumerate(lines):
        if re.match(rf"  {name}\s*=", line):
            text = line.partition("=")[2].strip()
            while sum(map(text.count, "([{")) > sum(map(text.count, ")]}")):
                number += 1
                text += "\n" + lines[number].strip()
            return text
    return None


def in_one_line(text):
    text = re.sub(r"([({\[])\n", r"\1 ", text)
    text = re.sub(r"\n([)}\]])", r" \1", text)
    text = re.sub(r"\s*\n", ", ", text)
    return re.sub(r" +", " ", text).replace("{ ,", "{").replace("|", "\\|")


def description(body):
    return DESCRIPTION.search(body).group(1).replace('\\"', '"').replace("|", "\\|")


def inputs(title, file):
    rows = [f"## {title}", "", "| name | type | default | meaning |", "|---|---|---|---|"]
    for name, body in blocks("variable", file):
        fallback = argument(body, "default")
        secret = " Sensitive." if argument(body, "sensitive") == "true" else ""
        fallback = "**required**" if fallback is None else f"`{in_one_line(fallback)}`"
        rows.append(f"| `{name}` | `{in_one_line(argument(body, 'type'))}` | {fallback} "
                    f"| {description(body)}{secret} |")
    return rows


def outputs():
    rows = ["## Outputs", "", "| name | value |", "|---|---|"]
    return rows + [f"| `{name}` | {description(body)} |"
                   for name, body in blocks("output", "outputs.tf")]


def text():
    lines = ["# Inputs and outputs", "",
             "Made by `reference.py` from the `.tf` files; a test compares them.", "",
             *inputs("Inputs of terraform-aws-sso-elevator 4.2.2", "variables.tf"), "",
             *inputs("Inputs that it does not have", "variables_more.tf"), "", *outputs()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        (HERE / "reference.md").write_text(text(), encoding="utf-8")
    else:
        print(text(), end="")
