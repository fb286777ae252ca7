"""The shipped program under test: started with its test hooks, its time in the test's hands.

    product = Product(environment, state_folder, now=1735786800.0)
    product.start()
    product.settle()          # all work that is due now is done; answers when more will be
    product.set_time(...)     # seconds since the epoch
    product.stop()            # SIGTERM; answers the exit code
"""

import os
import signal
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ELEVATOR_BINARY", str(ROOT / "build/release/bin/sso-elevator"))
START_SECONDS = 60  # a machine that builds at the same time is slow
SAID = []  # all that pages and commands of the program answered in this test


class ProductError(Exception):
    """The program did not do what its interface promises."""


class Died(ProductError):
    """The program ended although nobody stopped it: the n-th call was reached."""


class Product:
    def __init__(self, environment, state, now, arguments=()):
        self.environment = environment
        self.state = Path(state)
        self.now = now
        self.arguments = list(arguments)
        self.process, self.url, self.hooks = None, None, None
        self.log_file = self.state.parent / (self.state.name + ".log")
        self._buffer = b""
        self._lock = threading.RLock()

    # --- life ---

    def start(self, die=None):
        """`die`: ("before" or "after", n): the process kills itself at its n-th external call."""
        ours, theirs = socket.socketpair()
        with theirs, open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [BINARY, "serve", "--listen", "127.0.0.1:0", "--state", str(self.state),
                 "--test-hooks-fd", str(theirs.fileno()), *self.arguments],
                env=self.environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=log)
        self.hooks, self._buffer = ours, b""
        ours.settimeout(START_SECONDS)
        self.set_time(self.now)
        if die:
            self.ask(f"die {die[0]} {die[1]}")
        self.ask("run")
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening on http://"):
            self._ended()
        self.url = line.split()[-1]
        return self

    def stop(self, how=signal.SIGTERM):
        """Ends the process and answers its exit code."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(START_SECONDS)
        self._close()
        return code

    def kill(self):
        self.stop(signal.SIGKILL)

    def end_of_the_dead(self):
        """Takes notice of a process that killed itself. It is an error when it did not."""
        if self.process is None:
            return
        code = self.process.wait(START_SECONDS)
        self._close()
        if code != -signal.SIGKILL:
            raise ProductError(f"exit code {code}; its log:\n{self.log()[-3000:]}")

    def _close(self):
        if self.process is not None:
            self.process.stdout.close()
            self.hooks.close()
        self.process = None

    def _ended(self):
        code = self.process.wait(START_SECONDS)
        self._close()
        if code == -signal.SIGKILL:
            raise Died()
        raise ProductError(f"exit code {code}; its log:\n{self.log()[-3000:]}")

    # --- hooks ---

    def ask(self, line):
        with self._lock:
            try:
                self.hooks.sendall(line.encode() + b"\n")
                while b"\n" not in self._buffer:
                    received = self.hooks.recv(4096)
                    if not received:
                        self._ended()
                    self._buffer += received
            except (BrokenPipeError, ConnectionResetError):
                self._ended()
            answer, _, self._buffer = self._buffer.partition(b"\n")
        answer = answer.decode()
        if answer.startswith("error"):
            raise ProductError(f"{line}: {answer}; its log:\n{self.log()[-3000:]}")
        return answer

    def set_time(self, seconds):
        self.now = seconds
        self.ask(f"time {round(seconds * 1000)}")

    def settle(self):
        """Does all work that is due; answers when the next row is due (None: never)."""
        answer = self.ask("settle").split()[1]
        self.read_time()
        return None if answer == "never" else int(answer) / 1000

    def read_time(self):
        """Waiting inside the program moves its clock."""
        self.now = int(self.ask("now").split()[1]) / 1000
        return self.now

    def calls(self):
        return int(self.ask("calls").split()[1])

    # --- what can be seen of it ---

    def get(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        SAID.append(body)
        return status, body.decode()

    def metrics(self):
        """All of them as bytes; nothing when the program does not answer any more."""
        try:
            return self.get("/metrics")[1].encode() if self.process else b""
        except OSError:
            return b""

    def metric(self, name):
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(name + " "):
                return float(line.split()[-1])
        return None

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def audit_entries(self):
        folder = self.state / "audit"
        # Beside the entries lie the rules documents that they name.
        return sorted(path for path in folder.rglob("*.json") if path.parent.name != "rules")


def run(*arguments, environment=None):
    """One command of the program, to its end."""
    done = subprocess.run([BINARY, *arguments], env=environment, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=START_SECONDS)
    SAID.extend([done.stdout.encode(), done.stderr.encode()])
    return done
