"""AWS Lambda for tests: functions that are started when they are called, through the Runtime API,
and an HTTP front like API Gateway's.

    function = Function("requester", environment, folder, clock=lambda: product.now)
    done = function.invoke({"action": "reconcile"})     # an idle instance, or a new one
    done.answer, done.error                             # what the function said
    front = Front(function); front.url                  # requests become invocations

An instance takes one invocation at a time. It is busy from then until it asks for the next: Lambda
freezes a process only while it waits for that.
"""

import base64
import itertools
import json
import queue
import socket
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from product import BINARY, START_SECONDS, Died, ProductError

PATIENCE = 120  # seconds of real time: a machine that builds at the same time is slow
VERSION = "/2018-06-01/runtime/"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass  # a process that was killed says nothing


class Invocation:
    """One call of a function, and what became of it."""

    numbers = itertools.count(1)

    def __init__(self, event, deadline):
        self.id = f"00000000-0000-0000-0000-{next(Invocation.numbers):012}"
        self.event, self.deadline = event, deadline
        self.answer, self.error = None, None
        self._answered, self._finished = threading.Event(), threading.Event()

    def wait_for_answer(self):
        if not self._answered.wait(PATIENCE):
            raise ProductError(f"no answer to {json.dumps(self.event)[:300]}")
        return self

    def wait_for_end(self):
        self.wait_for_answer()
        if not self._finished.wait(PATIENCE):
            raise ProductError(f"no end of {json.dumps(self.event)[:300]}")
        return self

    def answered(self, answer=None, error=None):
        self.answer, self.error = answer, error
        self._answered.set()

    def finished(self):
        """The instance asked for the next one, or is gone."""
        if not self._answered.is_set():
            self.answered(error={"errorType": "Runtime.ExitError"})
        self._finished.set()


class Instance:
    """One process of a function, with the Runtime API of its own."""

    def __init__(self, command, environment, log_file, now, die=None):
        self.current, self.start_error = None, None
        self.idle, self._events = threading.Event(), queue.Queue()
        self._buffer, self._lock = b"", threading.RLock()
        self._server = self._serve()
        address = f"127.0.0.1:{self._server.server_address[1]}"
        ours, theirs = socket.socketpair()
        with theirs, open(log_file, "ab") as log:
            self.process = subprocess.Popen(
                [*command, "--test-hooks-fd", str(theirs.fileno())],
                env={**environment, "AWS_LAMBDA_RUNTIME_API": address},
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._hooks = ours
        ours.settimeout(START_SECONDS)
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            self.set_time(now)
            if die:
                self.ask(f"die {die[0]} {die[1]}")
            self.ask("run")
        except Died:
            pass  # it says why
        if not self.idle.wait(START_SECONDS) or self.start_error or self.is_dead():
            self.stop()
            raise ProductError(f"the function did not start: {self.start_error}")

    def is_dead(self):
        return self.process.poll() is not None

    def _watch(self):
        self.process.wait()
        self.idle.set()
        if self.current:
            self.current.finished()

    # --- the Runtime API ---

    def _serve(self):
        instance = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_GET(self):  # noqa: N802
                instance.give_next(self)

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status = instance.take(self.path.removeprefix(VERSION).split("/"), body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server

    def give_next(self, request):
        if request.path != VERSION + "invocation/next":
            return request.send_error(404)
        if self.current:
            self.current.finished()
            self.current = None
        self.idle.set()
        invocation = self._events.get()
        if invocation is None:
            return request.send_error(410)
        body = json.dumps(invocation.event).encode()
        request.send_response(200)
        request.send_header("Lambda-Runtime-Aws-Request-Id", invocation.id)
        request.send_header("Lambda-Runtime-Deadline-Ms", str(round(invocation.deadline * 1000)))
        request.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700")
        request.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:test")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def take(self, path, body):
        if path == ["init", "error"]:
            self.start_error = json.loads(body)
            self.idle.set()
            return 202
        invocation = self.current
        if invocation is None or path[:2] != ["invocation", invocation.id]:
            return 400
        if path[2] == "response":
            invocation.answered(answer=json.loads(body))
        else:
            invocation.answered(error=json.loads(body))
        return 202

    def invoke(self, invocation):
        self.idle.clear()
        self.current = invocation
        self._events.put(invocation)
        return invocation

    # --- the test hooks ---

    def ask(self, line):
        with self._lock:
            try:
                self._hooks.sendall(line.encode() + b"\n")
                while b"\n" not in self._buffer:
                    received = self._hooks.recv(4096)
                    if not received:
                        raise Died()
                    self._buffer += received
            except (BrokenPipeError, ConnectionResetError):
                raise Died() from None
            answer, _, self._buffer = self._buffer.partition(b"\n")
        if answer.startswith(b"error"):
            raise ProductError(f"{line}: {answer.decode()}")
        return answer.decode()

    def set_time(self, seconds):
        self.ask(f"time {round(seconds * 1000)}")

    def time(self):
        return int(self.ask("now").split()[1]) / 1000

    def stop(self):
        self.process.kill()
        self.process.wait()
        self._events.put(None)
        self._hooks.close()
        self._server.shutdown()
        self._server.server_close()


class Function:
    """A function with as many instances as are needed at once."""

    def __init__(self, handler, environment, folder, now, timeout=30, command=(BINARY,)):
        self.handler, self.timeout, self.now = handler, timeout, now
        self.environment = {**environment, "_HANDLER": handler}
        self.log_file = Path(folder) / f"{handler}.log"
        self.command = list(command)
        self.instances = []
        self.die = None  # ("before" or "after", n): where the next instance dies
        self.deaths = 0
        self._lock = threading.Lock()

    def invoke(self, event):
        """Returns at once; wait_for_answer() and wait_for_end() wait."""
        with self._lock:
            idle = [one for one in self.instances if one.idle.is_set() and not one.is_dead()]
            instance = idle[0] if idle else self._start()
            return instance.invoke(Invocation(event, instance.time() + self.timeout))

    def _start(self):
        die, self.die = self.die, None
        try:
            instance = Instance(self.command, self.environment, self.log_file, self.now(), die)
        except ProductError:
            self.deaths += die is not None
            raise
        self.instances.append(instance)
        return instance

    def bury(self):
        """Lets go of instances that are dead; how many died since the last time."""
        with self._lock:
            dead = [one for one in self.instances if one.is_dead()]
            self.instances = [one for one in self.instances if one not in dead]
            count, self.deaths = self.deaths + len(dead), 0
        for instance in dead:
            instance.stop()
        return count

    def start(self, number=1):
        """So many instances, warm."""
        with self._lock:
            while len(self.instances) < number:
                self._start()

    def wait_until_idle(self):
        for instance in list(self.instances):
            if not instance.idle.wait(PATIENCE):
                raise ProductError(f"{self.handler} does not come to an end")

    def stop(self):
        with self._lock:
            for instance in self.instances:
                instance.stop()
            self.instances.clear()


class Front:
    """What stands before the requester: every POST becomes an invocation.

    payload: "2.0" (HTTP API; the body encoded or not) or "1.0".
    """

    def __init__(self, function, payload="2.0", encode=True):
        self.function, self.payload, self.encode = function, payload, encode
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                event = front.event(self.command, self.path, dict(self.headers.items()), body)
                try:
                    done = front.function.invoke(event).wait_for_answer()
                except ProductError:
                    done = None
                answer = done.answer if done and done.answer else {"statusCode": 502}
                out = answer.get("body", "").encode()
                self.send_response(answer["statusCode"])
                for name, value in answer.get("headers", {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_):
                pass

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/access-requester"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def event(self, method, path, headers, body):
        path = urllib.parse.urlsplit(path).path
        common = {"body": base64.b64encode(body).decode() if self.encode else body.decode(),
                  "isBase64Encoded": self.encode}
        if self.payload == "1.0":
            return {"version": "1.0", "httpMethod": method, "path": path, "headers": headers,
                    "multiValueHeaders": {name: [value] for name, value in headers.items()},
                    "requestContext": {"httpMethod": method, "stage": "default"}, **common}
        return {"version": "2.0", "rawPath": "/default" + path,
                "headers": {name.lower(): value for name, value in headers.items()},
                "requestContext": {"http": {"method": method, "path": "/default" + path}},
                **common}

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
