"""Sizes, words that may not appear, and what must never be committed."""

import re

from source import Finding, is_test

LONGEST_FILE = 600
LONGEST_LINE = 100
WRITTEN_BY_HAND = (".h", ".cc", ".ts", ".tsx", ".py")

# Where production code may wait in real time. Everybody else takes a Clock, or a waiter.
MAY_WAIT = [
    "src/net/",
    "src/main/",
    "src/adapters/aws/rate_limiter.cc",  # the real Waiter; tests pass one that moves a clock
]

# Where the wall clock is read.
MAY_READ_CLOCK = [
    "src/base/time.cc",   # SystemClock
    "src/net/client.cc",  # the age of idle connections; decides nothing about access
]

# Tests that may wait in real time, each with its reason. Everything else moves a virtual clock.
MAY_SLEEP = {
    "tests/e2e/moto_server.py": "answers as late as a test asks it to",
}


def _production(tree, allowed=()):
    return [p for p in tree.paths(".h", ".cc", under="src/")
            if not is_test(p) and not p.startswith(tuple(allowed))]


def _all_code(tree):
    return tree.paths(".h", ".cc", under="src/") + tree.paths(".h", ".cc", under="tests/")


def file_sizes(tree):
    """No file is longer than 600 lines."""
    return [Finding(path, LONGEST_FILE, f"{count} lines; the hard stop is {LONGEST_FILE}")
            for path in tree.paths(*WRITTEN_BY_HAND)
            if (count := tree.files[path].count("\n")) > LONGEST_FILE]


def line_lengths(tree):
    """No line is longer than 100 columns, unless it holds a link or recorded text."""
    findings = []
    for path in tree.paths(*WRITTEN_BY_HAND, ".sh", ".cmake", "CMakeLists.txt"):
        recorded = _raw_string_lines(tree.files[path]) if path.endswith((".h", ".cc")) else set()
        for number, line in enumerate(tree.files[path].splitlines(), 1):
            if len(line) > LONGEST_LINE and "://" not in line and number not in recorded:
                findings.append(Finding(path, number, f"{len(line)} columns"))
    return findings


def _raw_string_lines(text):
    lines = set()
    for match in re.finditer(r'R"([^()\\\s]{0,16})\(.*?\)\1"', text, re.DOTALL):
        first = text.count("\n", 0, match.start()) + 1
        lines.update(range(first, first + match.group(0).count("\n") + 1))
    return lines


def output_belongs_to_entry(tree):
    """Only entry and main write to standard output; everybody else has a Logger."""
    return tree.search(r"std::(cout|cerr|clog)\b|\bprintf\s*\(|\bputs\s*\(",
                       _production(tree, ["src/entry/", "src/main/"]),
                       "{} outside entry and main: use the Logger")


def nothing_sleeps(tree):
    """Waiting belongs to the net, to main and to named waiters; the rest asks a Clock."""
    return tree.search(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b",
                       _production(tree, MAY_WAIT), "{}: wait where MAY_WAIT says")


def tests_do_not_sleep(tree):
    """Tests move a virtual clock instead of waiting."""
    python = [p for p in tree.paths(".py", under="tests/") if not p.startswith("tests/lint/")]
    code = [p for p in _all_code(tree) if is_test(p)]
    pattern = r"\b(time\.sleep|asyncio\.sleep|sleep_for|sleep_until|usleep)\b"
    findings = tree.search(pattern, code, "{} in a test")
    findings += tree.search(pattern, python, "{} in a test", code=False)
    sleepers = {finding.path for finding in findings}
    unused = [Finding(path, 1, "is allowed to sleep and does not: remove it from MAY_SLEEP")
              for path in MAY_SLEEP if path not in sleepers and path in tree.files]
    return [f for f in findings if f.path not in MAY_SLEEP] + unused


def one_clock(tree):
    """The wall clock is read where MAY_READ_CLOCK says; everybody else takes a Clock."""
    files = [p for p in _all_code(tree) if p not in MAY_READ_CLOCK]
    return tree.search(r"system_clock::now|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|\bgettimeofday\b",
                       files, "{}: take a Clock")


def no_std_regex(tree):
    """RE2 runs in linear time; std::regex does not."""
    return tree.search(r"std::regex|#\s*include\s*<regex>", _all_code(tree), "{}: use RE2")


def no_coroutines(tree):
    """GCC 12 miscompiles them (docs/adr/0001)."""
    return tree.search(r"\bco_(await|return|yield)\b", _all_code(tree), "{} is not used here")


def no_throw(tree):
    """Errors are values; exceptions are only what third-party code throws."""
    return tree.search(r"\bthrow\b", _production(tree), "{}: return a Result")


def no_assert(tree):
    """A check that disappears in release builds protects nobody."""
    return tree.search(r"(?<![\w_])assert\s*\(", _production(tree), "{}: use CHECK_THAT")


NAME = r"\w*(?:signature|\bmac\b|_mac\b|\bmac_|hmac)\w*"
HARMLESS = r"(?:nullptr|(?:\w+::)*(?:nullopt|npos)|\d)"


def constant_time(tree):
    """Signatures and MACs are compared with equal_in_constant_time() only (base/crypto.h)."""
    files = _production(tree)
    findings = tree.search(r"\b(strcmp|strncmp|memcmp|bcmp)\s*\(", files,
                           "{}: compare with == or equal_in_constant_time()")
    left = rf"(?<![\w]){NAME}(?:\(\))?\s*[!=]=(?!\s*{HARMLESS})"
    right = rf"[!=]=\s*(?:[\w]+(?:\.|->|::))*{NAME}(?:\(\))?(?!\s*(?:\.|->|::|\w|\())"
    findings += tree.search(f"{left}|{right}", files, "{}: use equal_in_constant_time()")
    return findings


def todo_has_an_issue(tree):
    """What is left to do is an issue, named where the code knows about it."""
    files = [p for p in tree.paths(*WRITTEN_BY_HAND, ".sh", ".cmake", ".txt", ".tf", "run")
             if not p.startswith("tests/lint/")]
    return tree.search(r"\b(TODO(?!\(#\d+\))|FIXME|XXX)\b", files, "{} without an issue: TODO(#12)",
                       code=False)


def no_default_label(tree):
    """A new state has to be a compile error in every switch."""
    files = tree.paths(".h", ".cc", under="src/")
    files = [p for p in files if p.startswith(("src/domain/", "src/policy/", "src/workflow/"))]
    return tree.search(r"\bdefault\s*:", files, "{} hides new enumerators")


def header_says_what_it_is(tree):
    """A header starts with a comment and has #pragma once."""
    findings = []
    for path in tree.paths(".h", under="src/"):
        if not tree.files[path].startswith("//"):
            findings.append(Finding(path, 1, "starts without a comment that says what it is"))
        if "#pragma once" not in tree.files[path]:
            findings.append(Finding(path, 1, "#pragma once is missing"))
    return findings


def no_machine_paths(tree):
    """Nothing here knows on which machine it was written."""
    files = [p for p in tree.files if not p.startswith("tests/lint/")]
    return tree.search(r"(?<![\w.~/])/(work|root|home)/", files, "{} is a path of one machine",
                       code=False)


def no_download_addresses(tree):
    """Lock files record versions and digests; where packages come from is the user's choice."""
    locks = tree.paths("package-lock.json", "yarn.lock", "pnpm-lock.yaml")
    findings = tree.search(r'"?resolved"?:?\s*"http', locks, "a download address", code=False)
    settings = tree.paths(".npmrc", "pip.conf", "requirements.txt", "package.json")
    return findings + tree.search(r"registry\s*=|--(extra-)?index-url|--find-links|npm_config_",
                                  settings, "{} names a registry", code=False)


RULES = [file_sizes, line_lengths, output_belongs_to_entry, nothing_sleeps, tests_do_not_sleep,
         one_clock, no_std_regex, no_coroutines, no_throw, no_assert, constant_time,
         todo_has_an_issue, no_default_label, header_says_what_it_is, no_machine_paths,
         no_download_addresses]
