"""The suites of `./run test`, in the order in which they run. This table is the whole test plan.

A suite builds what it needs, runs programs and counts what they print (counts.py). A program may
also print lines `SUMMARY <name> <number>`: they are added up and shown below the table, and a
zero there is a failure.
"""

import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from counts import Counts
from moto_python import find_python
from programs import JOBS, Program, run, run_counted

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build"
FUZZ_SECONDS = 5
# The secrets of tests/e2e/world.py.
PLANTED = re.compile(rb"planted-aws-secret|xoxb-planted-token|planted-signing-secret")

SANITIZERS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


@dataclass(frozen=True)
class Suite:
    name: str
    about: str
    body: Callable
    needs: str = ""  # a path of the tree without which there is nothing to test yet
    may_skip_in_ci: tuple = ()  # what the reason begins with


def in_ci():
    return os.environ.get("CI", "").lower() in ("true", "1")


class SuiteRun:
    """One run of one suite: its counts, and its logs in build/logs/NAME/."""

    def __init__(self, name, whole=False, is_long=False):
        self.whole = whole  # every suite runs, so every test is built
        self.is_long = is_long  # what takes minutes may take an hour
        self.folder = BUILD / "logs" / name
        self.counts = Counts()
        self.logs = []
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.log"):
            old.unlink()

    def step(self, name, argv):
        """A command that has to succeed before tests can run. A failure is one failed test."""
        log = self.folder / f"{name}.log"
        status, _ = run(Program(name, argv, cwd=ROOT, seconds=3600), log)
        self.logs.append(log)
        if status != 0:
            self.counts.fail(f"{name} failed")
            show_tail(log)
        return status == 0

    def build(self, preset, targets=None):
        """Configures and builds `targets` (None: all); True when that worked."""
        if targets is not None and not targets:
            self.counts.fail(f"preset {preset} has nothing to test")
            return False
        wanted = ["--target", *targets] if targets else []
        return self.step("build", ["cmake", "--build", "--preset", preset, "-j", JOBS, *wanted])

    def configure(self, preset, *options):
        return self.step("configure", ["cmake", "--preset", preset, *options])

    def programs(self, programs, jobs=JOBS):
        for program, counts, log in run_counted(programs, self.folder, jobs):
            self.logs.append(log)
            self.counts.add(counts)
            if counts.failed:
                show_tail(log)

    def search_for_secrets(self):
        """What tests plant as secrets is in nothing that any program printed (I9)."""
        for log in self.logs:
            if PLANTED.search(log.read_bytes()):
                self.counts.fail(f"a planted secret is in {log.relative_to(BUILD)}")
        if self.logs:
            self.counts.add_row("logs searched for secrets", len(self.logs))

    def finish(self):
        """Writes build/logs/NAME.log: everything in one file, in order."""
        self.search_for_secrets()
        with open(self.folder.with_suffix(".log"), "w", encoding="utf-8") as sink:
            for log in self.logs:
                sink.write(f"== {log.stem}\n{log.read_text(encoding='utf-8', errors='replace')}\n")
        return self.counts


def show_tail(log, lines=60):
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()
    print(f"---- {log.relative_to(ROOT)} (last lines)", *text[-lines:], "----", sep="\n",
          flush=True)


def registered_tests(preset):
    """Tests known to ctest as (folder relative to the build, labels, Program)."""
    build = BUILD / preset
    listing = build / "ctest.json"
    argv = ["ctest", "--test-dir", build, "--show-only=json-v1"]
    status, text = run(Program("ctest", argv, cwd=ROOT), listing)
    if status != 0:
        return []
    tests = []
    for test in json.loads(text[text.index("{"):]).get("tests", []):
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        env = dict(pair.split("=", 1) for pair in properties.get("ENVIRONMENT", []))
        folder = Path(properties.get("WORKING_DIRECTORY", build)).relative_to(build)
        program = Program(test["name"], test.get("command", ["not-built"]), cwd=ROOT,
                          env=SANITIZERS | env, seconds=int(properties.get("TIMEOUT", 600)))
        tests.append((folder.as_posix(), properties.get("LABELS", []), program))
    return tests


def format_check(suite):
    suite.programs([Program("format", [sys.executable, HERE / "format.py"], cwd=ROOT)])


def lint(suite):
    unittest = [sys.executable, "-m", "unittest", "discover", "-v", "-p", "*_test.py"]
    suite.programs([
        Program("rules", [sys.executable, ROOT / "tests/lint/lint.py"], cwd=ROOT),
        Program("rules_test", unittest, cwd=ROOT / "tests/lint"),
        Program("suites_test", unittest, cwd=HERE),
    ])


def unit(suite):
    # Whoever names suites is editing: file by file, so that an edit costs seconds.
    unity = "ON" if suite.whole or in_ci() else "OFF"
    if suite.configure("dev", f"-DELEVATOR_UNITY={unity}") and suite.build("dev"):
        programs = [program for _, _, program in registered_tests("dev")]
        programs += driven("dev", ["lambda_test", "main_job_test", "races_test"], suite)
        suite.programs(programs)
        suite.counts.add_row("sanitizer suites (ASan, UBSan)", len(programs))


def driven(preset, modules, suite):
    """End-to-end tests that drive the executable of that preset: under a sanitizer, it."""
    python = python_with_moto(suite)
    if python is None:
        return []
    env = SANITIZERS | end_to_end_environment(python, preset) | {"ELEVATOR_SANITIZED": "1"}
    return [Program(f"{module}-{preset}", [python, "-m", "unittest", "-v", module],
                    cwd=ROOT / "tests/e2e", env=env, seconds=900) for module in modules]


def python_with_moto(suite):
    python = find_python(BUILD, ROOT / "tests/requirements.txt")
    if python is None:
        suite.counts.skipped += 1
        suite.counts.skips.append("moto: no Python can import it and installing it failed")
    return python


def some_tests(suite, preset, wanted, modules=()):
    """Builds and runs only the tests for which wanted(folder, labels) holds, and those end-to-end
    tests; how many."""
    if not suite.configure(preset):
        return 0
    names = [p.name for folder, labels, p in registered_tests(preset) if wanted(folder, labels)]
    if not suite.build(preset, names + ["sso-elevator"] * bool(modules)):
        return 0
    programs = [p for _, _, p in registered_tests(preset) if p.name in names]
    programs += driven(preset, modules, suite) if modules else []
    suite.programs(programs)
    return len(programs)


def simulation(suite):
    some_tests(suite, "sim", lambda folder, labels: folder in ("tests/sim", "tests/replay"))


def threads(suite):
    """Only what has threads: everything else is the same code under ASan in `unit`."""
    folders = ("src/net", "src/adapters", "src/main")
    count = some_tests(suite, "tsan", lambda folder, labels: folder.startswith(folders),
                       ["main_job_test", "races_test"])
    suite.counts.add_row("sanitizer suites (TSan)", count)


def tidy(suite):
    if suite.configure("tidy"):
        suite.programs([Program("tidy", [sys.executable, HERE / "tidy.py"], cwd=ROOT,
                                seconds=3600)])


def fuzzers(suite):
    if not (suite.configure("dev") and suite.build("dev", ["fuzzers"])):
        return
    corpus = ROOT / "tests/fuzz/corpus"
    built = {binary.name.removesuffix("_fuzz") for binary in (BUILD / "dev/bin").glob("*_fuzz")}
    for why in unpaired_fuzzers(built, {kept.name for kept in corpus.iterdir()}):
        suite.counts.fail(why)
    programs = []
    for name in sorted(built):
        binary = BUILD / f"dev/bin/{name}_fuzz"
        found = BUILD / "fuzz/corpus" / binary.name
        found.mkdir(parents=True, exist_ok=True)
        limits = [f"-max_total_time={FUZZ_SECONDS}", "-timeout=10", "-rss_limit_mb=2048",
                  "-print_final_stats=1", f"-artifact_prefix={BUILD}/fuzz/{binary.name}-"]
        inputs = [found, *filter(Path.is_dir, [corpus / name])]
        programs.append(Program(binary.name, [binary, *limits, *inputs], cwd=ROOT,
                                env=SANITIZERS, seconds=120))
    suite.programs(programs)


def unpaired_fuzzers(built, kept):
    """A fuzzer without kept inputs, or inputs whose fuzzer is gone: sentences."""
    return [f"fuzzer {name} keeps no inputs in tests/fuzz/corpus" for name in sorted(built - kept)
            ] + [f"no fuzzer {name} was built for its kept inputs" for name in sorted(kept - built)]


def end_to_end_environment(python, preset="release"):
    return {
        "ELEVATOR_PYTHON": str(python),
        "ELEVATOR_BINARY": str(BUILD / preset / "bin/sso-elevator"),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "tests/e2e"), str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def end_to_end(suite):
    python = python_with_moto(suite)
    if python is None or not (suite.configure("release") and suite.build("release")):
        return
    folder = ROOT / "tests/e2e"
    modules = sorted({*folder.glob("*_test.py"), *folder.glob("test_*.py")})
    env = end_to_end_environment(python)
    if suite.is_long:
        env["ELEVATOR_KILL_STRIDE"] = "7"
    if not modules:
        suite.counts.fail("tests/e2e holds no *_test.py")
    suite.programs([Program(m.stem, [python, "-m", "unittest", "-v", m.stem], cwd=folder, env=env,
                            seconds=7200 if suite.is_long else 900) for m in modules])


def arm64(suite):
    """Its zip file, made here and run under emulation."""
    python = find_python(BUILD, ROOT / "tests/requirements.txt")
    wanted = {"moto": python, "a compiler for arm64": shutil.which("aarch64-linux-gnu-g++"),
              "libraries for arm64": (BUILD / "arm64-root/complete").exists(),
              "qemu-user-static": shutil.which("qemu-aarch64-static")}
    missing = [name for name, found in wanted.items() if not found]
    if missing:
        suite.counts.skipped += 1
        suite.counts.skips.append(f"arm64: no {', no '.join(missing)}")
        return
    if not (suite.configure("arm64") and suite.build("arm64", ["sso-elevator"])):
        return
    env = end_to_end_environment(python) | {
        "ELEVATOR_EMULATOR": shutil.which("qemu-aarch64-static")}
    suite.programs([Program("arm64_test", [python, "-m", "unittest", "-v", "arm64_test"],
                            cwd=ROOT / "tests/arm64", env=env, seconds=900)])


def terraform(suite):
    """The module, planned, applied and destroyed against moto with the providers of the machine."""
    python = python_with_moto(suite)
    if python is None or not (suite.configure("release") and suite.build("release")):
        return  # its roles are tried with the executable
    folder = ROOT / "tests/terraform"
    # Twice as many at a time as there are processors: the provider sleeps, as if what it made took
    # AWS a minute to spread.
    suite.programs([Program(m.stem, [python, "-m", "unittest", "-v", m.stem], cwd=folder,
                            env=end_to_end_environment(python), seconds=1800)
                    for m in sorted(folder.glob("*_test.py"))], jobs=2 * JOBS)


def browser(suite):
    if not (suite.configure("release") and suite.build("release")):
        return
    run_sh = ROOT / "tests/browser/run.sh"
    suite.programs([Program("browser", [run_sh, BUILD / "release"], cwd=ROOT, seconds=1200)])


SUITES = [
    Suite("format", "clang-format of every C++ file", format_check),
    Suite("lint", "house rules, and the tests of the rules and of this runner", lint),
    # AWS's own signature suite is not ours to hand on: a clone without it has our own vectors.
    Suite("unit", "every test binary under ASan and UBSan", unit, may_skip_in_ci=("sigv4",)),
    Suite("sim", "the explorer, its mutants and the kept histories, optimised", simulation,
          needs="tests/sim"),
    Suite("tsan", "tests with threads under TSan", threads, needs="src/net"),
    Suite("tidy", "clang-tidy of src", tidy),
    Suite("fuzz", "every fuzzer for some seconds", fuzzers, needs="tests/fuzz"),
    Suite("e2e", "the shipped binary over real sockets, against moto and a fake Slack", end_to_end,
          needs="tests/e2e", may_skip_in_ci=("dns:", "mount:")),  # a container may have neither
    Suite("arm64", "the zip file for arm64, cross compiled, does the main job under emulation",
          arm64, needs="tests/arm64", may_skip_in_ci=("arm64:",)),  # packages of another Debian
    Suite("terraform", "the Terraform module against moto; what it deploys and documents",
          terraform, needs="tests/terraform"),
    Suite("browser", "the demo in headless Chromium, as a visitor uses it", browser,
          needs="src/main/demo"),
]

# What each suite has to report by itself; the promises are those of docs/invariants.md.
EXPECTED_ROWS = {
    "unit": ["worlds_explored", "seeds_run", "checks_of_I10", "sanitizer suites (ASan, UBSan)"],
    "tsan": ["sanitizer suites (TSan)"],
    "fuzz": ["fuzz executions"],
    "sim": ["worlds_explored", "schedules_explored", "seeds_run", "mutants", "mutants_caught",
            "explorer_cpu_seconds", "checks_of_I10",
            *[f"checks_of_I{number}" for number in range(1, 9)],
            *[f"checks_of_L{number}" for number in range(1, 5)]],
    "e2e": ["checks_of_I9", "chaos cases", "deaths survived (before a call)",
            "deaths survived (after a call)", "deaths survived (functions)",
            "load events answered"],
}
