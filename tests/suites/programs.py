"""Runs programs without a terminal, with a time limit, and keeps what they print."""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from counts import count

JOBS = os.cpu_count() or 1
RUNNING = set()  # process groups, so that an interrupted run leaves nothing behind


def stop_everything():
    """Asks first: ninja then stops its compilers, which are not in its group."""
    for group in list(RUNNING):
        _kill(group, signal.SIGTERM)


def _kill(group, number=signal.SIGKILL):
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


@dataclass
class Program:
    """One command. `reads` tells whether its output holds test counts."""

    name: str
    argv: list
    cwd: Path = None
    env: dict = field(default_factory=dict)
    seconds: int = 600


def run(program, log):
    """Runs it with its output going to the file `log`. Returns (exit status, output)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "wb") as sink:
        try:
            process = subprocess.Popen(
                [str(part) for part in program.argv], cwd=program.cwd, stdin=subprocess.DEVNULL,
                stdout=sink, stderr=subprocess.STDOUT, env=os.environ | program.env,
                start_new_session=True)
        except OSError as error:
            sink.write(f"cannot start {program.argv[0]}: {error}\n".encode())
            status = 127
        else:
            status = _wait(process, program, sink)
    return status, log.read_text(encoding="utf-8", errors="replace")


def _wait(process, program, sink):
    RUNNING.add(process.pid)
    try:
        return process.wait(program.seconds)
    except subprocess.TimeoutExpired:
        sink.write(f"\nstopped: still running after {program.seconds} s\n".encode())
        return -signal.SIGKILL
    finally:
        # A program that leaves children behind would hold ports and files of the next one.
        _kill(process.pid)
        RUNNING.discard(process.pid)
        process.wait()


def run_counted(programs, folder, jobs=JOBS):
    """Runs programs side by side; returns [(program, counts, log)] in the given order."""

    def one(program):
        log = folder / f"{program.name}.log"
        status, output = run(program, log)
        return program, count(program.name, output, status), log

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, programs))
