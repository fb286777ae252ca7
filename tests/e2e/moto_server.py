"""AWS for tests: moto behind HTTP/1.1 keep-alive, corrected where it differs from AWS, and able to
misbehave on demand.

    python3 moto_server.py            prints "listening on http://127.0.0.1:PORT" and serves

Only python3 and moto are needed. What is corrected: moto_fixes.py. Control (JSON in, JSON out):

    POST /_control/seed       accounts, permission sets, users, groups, buckets; answers their ids
    GET  /_control/state      live assignments and memberships, operations with their status
    GET  /_control/counters   calls by "service:Operation" since the start or the last reset
    POST /_control/counters   {} sets them to zero
    POST /_control/settings   {"polls": 2, "outcome": "FAILED", "rate_limit": 20, "latency_ms": 5}
    POST /_control/faults     {"operation": "CreateAccountAssignment", "kind": KIND, "times": 3}
    POST /_control/assign     an assignment made by hand; /_control/unassign takes it away
    POST /_control/join       a membership made by hand; /_control/leave
    POST /_control/user       {"user_id", "status": "DISABLED", "extensions": {}, "remove": true}
    POST /_control/reset      everything as at the start
    POST /_control/backends   how many backends moto keeps: what is left behind makes it slow

KIND: throttle (400 ThrottlingException), error500, error503, deny, close_before (nothing happens,
the connection is cut), close_after (it happens, the connection is cut), hang (no answer until the
caller leaves), garbage (200 with a body that is no answer). "skip" lets that many calls pass first;
"code" and "status" make any other refusal.
"""

import io
import json
import logging
import os
import socket
import sys
import threading
import time
import traceback
from collections import Counter, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ.setdefault("MOTO_ENABLE_ISO_REGIONS", "true")

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from moto_fixes import ApiError, Identity, Transactions

# Services that share Identity Center's limit of 20 requests a second.
LIMITED = {"sso-admin", "identitystore"}
SERVICES = {"SWBExternalService": "sso-admin", "AWSIdentityStore": "identitystore",
            "AWSOrganizationsV20161128": "organizations"}


class Faults:
    """Injected failures, by operation; each used up in order."""

    def __init__(self):
        self._lock = threading.Lock()
        self._pending = []

    def add(self, fault):
        with self._lock:
            self._pending.append({"times": 1, "skip": 0, **fault})

    def clear(self):
        with self._lock:
            self._pending.clear()

    def next_for(self, operation):
        with self._lock:
            for fault in self._pending:
                if fault["operation"] not in (operation, "*"):
                    continue
                if fault["skip"] > 0:
                    fault["skip"] -= 1
                    continue
                if fault["times"] > 0:
                    fault["times"] -= 1
                    return fault
        return None


def forget_everything():
    """moto keeps a backend for every account that ever was, and lists it again at each reset."""
    BackendDict._instances[:] = {id(one): one for one in BackendDict._instances}.values()
    for backends in BackendDict._instances:
        for account in [key for key in backends if key != DEFAULT_ACCOUNT_ID]:
            del backends[account]
        for by_region in list(backends.values()):
            for backend in list(by_region.values()):
                backend.reset()


class World:
    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.faults = Faults()
        self.lock = threading.RLock()
        self.recent = deque()
        self.counters = Counter()
        self.settings = {}
        self.reset()

    def reset(self):
        with self.lock:
            forget_everything()
            self.settings = {"polls": 1, "outcome": "SUCCEEDED", "rate_limit": None,
                             "failure_reason": "refused by the test", "latency_ms": 0}
            self.identity = Identity(self.settings)
            self.transactions = Transactions()
            self.faults.clear()
            self.counters.clear()
            self.recent.clear()

    def over_rate(self, service):
        limit = self.settings["rate_limit"]
        if not limit or service not in LIMITED:
            return False
        with self.lock:
            now = time.monotonic()
            while self.recent and self.recent[0] <= now - 1:
                self.recent.popleft()
            if len(self.recent) >= limit:
                self.counters["over_rate_limit"] += 1
                return True
            self.recent.append(now)
            return False


WORLD = World()


def operation_of(request):
    """(service, operation): "sso-admin", "ListInstances"; for REST services the method."""
    target = request.headers.get("X-Amz-Target", "")
    if target:
        prefix, _, name = target.rpartition(".")
        return SERVICES.get(prefix, prefix.split("_")[0].lower()), name
    scope = request.headers.get("Authorization", "").partition("Credential=")[2].split("/")
    service = scope[3] if len(scope) > 3 else "s3"
    if service == "s3":
        if request.command == "GET" and "list-type=2" in request.path:
            return "s3", "ListObjectsV2"
        return "s3", {"PUT": "PutObject", "GET": "GetObject"}.get(request.command,
                                                                 request.command)
    return service, request.command


class Hung(Exception):
    """The connection is to be cut without an answer."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one write per response

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *arguments):
        pass

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        try:
            if self.path.startswith("/_control/"):
                status, headers, answer = self.control(body)
            else:
                status, headers, answer = self.aws(body)
        except (KeyError, TypeError, AttributeError, ValueError):
            traceback.print_exc()
            status, headers, answer = 500, [], traceback.format_exc().encode()
        except Hung:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_any

    def aws(self, body):
        service, operation = operation_of(self)
        with WORLD.lock:
            WORLD.counters[f"{service}:{operation}"] += 1
        if WORLD.settings["latency_ms"]:
            time.sleep(WORLD.settings["latency_ms"] / 1000)
        if WORLD.over_rate(service):
            return self.refuse(service, ApiError("ThrottlingException", "Rate exceeded"))
        fault = WORLD.faults.next_for(operation)
        if fault and fault["kind"] != "close_after":
            return self.misbehave(service, fault)
        answer = self.serve(service, operation, body)
        if fault:
            raise Hung
        return answer

    def serve(self, service, operation, body):
        if service == "dynamodb":
            try:
                with WORLD.lock:
                    return WORLD.transactions.serve(operation, body, lambda: self.to_moto(body))
            except ApiError as error:
                return self.refuse(service, error)
        fix = getattr(WORLD.identity, f"{service}_{operation}".replace("-", "_"), None)
        if fix is None:
            return self.to_moto(body)
        try:
            with WORLD.lock:
                answer = fix(json.loads(body or b"{}"), self.region())
        except ApiError as error:
            return self.refuse(service, error)
        if answer is None:
            return self.to_moto(body)
        return 200, [("Content-Type", "application/x-amz-json-1.1")], json.dumps(answer).encode()

    def region(self):
        scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        return scope[2] if len(scope) > 2 else "us-east-1"

    def misbehave(self, service, fault):
        kind = fault["kind"]
        if kind == "close_before":
            raise Hung
        if kind == "hang":
            self.connection.settimeout(fault.get("seconds", 60))
            try:
                self.connection.recv(1)
            except OSError:
                pass
            raise Hung
        if kind == "garbage":
            return 200, [("Content-Type", "text/html")], b"<html>captive portal</html>"
        known = {"throttle": ("ThrottlingException", 400), "deny": ("AccessDeniedException", 400),
                 "error500": ("InternalServerException", 500),
                 "error503": ("ServiceUnavailable", 503)}
        code, status = known.get(kind, (fault.get("code", kind), fault.get("status", 400)))
        return self.refuse(service, ApiError(code, "injected by the test", status))

    def refuse(self, service, error):
        if service == "s3":
            xml = f"<Error><Code>{error.code}</Code><Message>{error.message}</Message></Error>"
            return error.status, [("Content-Type", "application/xml")], xml.encode()
        body = json.dumps({"__type": error.code, "message": error.message}).encode()
        return error.status, [("Content-Type", "application/x-amz-json-1.1")], body

    def to_moto(self, body):
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.command, "SCRIPT_NAME": "", "QUERY_STRING": query,
            "PATH_INFO": _unquote(path), "RAW_URI": self.path, "REQUEST_URI": self.path,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False}
        for name, value in self.headers.items():
            environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        started = {}

        def start_response(status, headers, exc_info=None):
            started["status"] = int(status.split()[0])
            started["headers"] = headers

        answer = b"".join(WORLD.moto(environ, start_response))
        return started["status"], started["headers"], answer

    def control(self, body):
        name = self.path.removeprefix("/_control/").partition("?")[0]
        given = json.loads(body or b"{}")
        with WORLD.lock:
            answer = self.control_call(name, given)
        if answer is None:
            return 404, [], b"{}"
        return 200, [("Content-Type", "application/json")], json.dumps(answer).encode()

    def control_call(self, name, given):
        identity = WORLD.identity
        if name == "counters" and self.command == "GET":
            return dict(WORLD.counters)
        if name == "counters":
            WORLD.counters.clear()
        elif name == "settings":
            WORLD.settings.update(given)
            return WORLD.settings
        elif name == "faults":
            WORLD.faults.clear() if given.get("clear") else WORLD.faults.add(given)
        elif name == "reset":
            WORLD.reset()
        elif name == "backends":
            return {"number": sum(len(backends) for backends in BackendDict._instances)}
        elif name in ("state", "seed", "assign", "unassign", "join", "leave", "user"):
            return getattr(identity, f"control_{name}")(given)
        else:
            return None
        return {}


def _unquote(path):
    from urllib.parse import unquote_to_bytes
    return unquote_to_bytes(path).decode("latin-1")  # as WSGI wants it (PEP 3333)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        kind = sys.exc_info()[0]
        if not issubclass(kind, (ConnectionError, ValueError, OSError)):
            super().handle_error(request, client_address)


def main():
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = Server(("127.0.0.1", port), Handler)
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    if os.environ.get("MOTO_EXIT_WITH_STDIN"):
        # The test that started us holds the other end: when it goes, so do we.
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
