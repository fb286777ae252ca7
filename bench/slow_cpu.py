"""Starts a program on a share of a processor, as AWS Lambda gives it to functions with little
memory: by a control group where this user may make one, else by stopping and continuing it.
"""

import os
import signal
import struct
import threading
import time
from pathlib import Path

TENTH = 0.1
PERIOD = 0.020  # seconds
GROUP = f"sso-elevator-bench-{os.getpid()}"
VERSION_1 = Path("/sys/fs/cgroup/cpu")
VERSION_2 = Path("/sys/fs/cgroup")


def _make_group():
    """The folder of a control group whose share can be set, or None."""
    for root, file in ((VERSION_1, "cpu.cfs_quota_us"), (VERSION_2, "cpu.max")):
        folder = root / GROUP
        try:
            folder.mkdir()
        except OSError:
            continue
        if (folder / file).exists() and os.access(folder / file, os.W_OK):
            return folder
        folder.rmdir()
    return None


def _set_share(folder, share):
    period = round(PERIOD * 1e6)
    if (folder / "cpu.max").exists():
        (folder / "cpu.max").write_text(f"{round(period * share)} {period}")
    else:
        (folder / "cpu.cfs_period_us").write_text(str(period))
        (folder / "cpu.cfs_quota_us").write_text(str(round(period * share)))


def how():
    folder = _make_group()
    if folder is None:
        return "stopping and continuing it (SIGSTOP, SIGCONT)"
    folder.rmdir()
    return f"a control group ({PERIOD * 1000 * TENTH:g} of every {PERIOD * 1000:g} ms)"


class Process:
    def __init__(self, process_id, folder, share):
        self.id, self._folder, self._over = process_id, folder, threading.Event()
        self._pulse = None
        if share and folder is None:
            self._pulse = threading.Thread(target=self._interrupt, args=(share,), daemon=True)
            self._pulse.start()

    def _interrupt(self, share):
        while not self._over.is_set():
            time.sleep(PERIOD * share)
            os.kill(self.id, signal.SIGSTOP)
            time.sleep(PERIOD * (1 - share))
            os.kill(self.id, signal.SIGCONT)

    def end(self):
        self._over.set()
        if self._pulse:
            self._pulse.join()
        os.kill(self.id, signal.SIGKILL)
        os.waitpid(self.id, 0)
        if self._folder is not None:
            for _ in range(100):
                try:
                    return self._folder.rmdir()
                except OSError:
                    time.sleep(0.01)  # the kernel has not yet noticed


def execute(program, environment, share, log):
    """(Process, time.monotonic() just before it was executed)."""
    folder = _make_group() if share else None
    if folder is not None:
        _set_share(folder, share)
    reading, writing = os.pipe()
    process_id = os.fork()
    if process_id == 0:
        try:
            output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            os.dup2(output, 1)
            os.dup2(output, 2)
            if folder is not None:
                (folder / "cgroup.procs").write_text(str(os.getpid()))
            os.write(writing, struct.pack("d", time.monotonic()))
            os.execve(program, [str(program)], environment)
        finally:
            os._exit(127)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        began, = struct.unpack("d", pipe.read(8))
    return Process(process_id, folder, share), began
