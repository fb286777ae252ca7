"""The surroundings of a function that answer at once: the Runtime API, and an AWS that remembers
what moto answered. Bytes on sockets: a web framework would be slower than what it measures.
"""

import json
import socket
import threading
import time
import urllib.parse

RUNTIME = b"/2018-06-01/runtime/"


class Connection:
    """One HTTP/1.1 connection, from the server's side."""

    def __init__(self, sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket, self._buffer = sock, b""

    def read(self):
        """(head, body) of a message; None: the other end is gone."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        size = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        while len(self._buffer) < size:
            if not self._more():
                return None
        body, self._buffer = self._buffer[:size], self._buffer[size:]
        return head, body

    def _more(self):
        try:
            received = self.socket.recv(1 << 16)
        except OSError:
            return False
        self._buffer += received
        return bool(received)

    def write(self, message):
        try:
            self.socket.sendall(message)
        except OSError:
            pass  # a function that was stopped reads no answer


class Server:
    """serve(connection) for each connection, in a thread of its own."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        with sock:
            self.serve(Connection(sock))

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def answer_of(status, body=b"", headers=()):
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}",
             *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode() + body


class Lambda(Server):
    """The Runtime API of one process: gives it the event when it asks, if there is one."""

    def __init__(self, event):
        self._event = event
        self.asked_at, self.answered_at, self.answer = None, None, b""
        self.done = threading.Event()
        super().__init__()

    def serve(self, connection):
        while (message := connection.read()) is not None:
            now = time.monotonic()
            head, body = message
            if head.startswith(b"GET " + RUNTIME + b"invocation/next"):
                if self.asked_at is not None or self._event is None:
                    self.asked_at = self.asked_at or now
                    self.done.set()
                    continue  # frozen: nobody calls
                self.asked_at = now
                deadline = round((time.time() + 30) * 1000)
                connection.write(answer_of(200, json.dumps(self._event).encode(), (
                    ("Lambda-Runtime-Aws-Request-Id", "one"),
                    ("Lambda-Runtime-Deadline-Ms", deadline))))
                continue
            if b"/response " in head.partition(b"\r\n")[0]:
                self.answered_at, self.answer = now, body
            else:
                self.answer = body  # an error
            connection.write(answer_of(202))
            self.done.set()


class Remembering(Server):
    """In front of moto. Since rewind(), the n-th call of an operation (of GetItem: for that row) is
    answered as the n-th ever was. Connections of before are cut: they are those of a process that
    was stopped."""

    def __init__(self, upstream):
        url = urllib.parse.urlsplit(upstream)
        self._upstream = (url.hostname, url.port)
        self._answers, self._counts, self._rewound = {}, {}, 0
        self._lock = threading.Lock()
        self.asked = 0
        super().__init__()
        self.url = "http://" + self.address

    def rewind(self):
        with self._lock:
            self._counts = {}
            self._rewound += 1

    def serve(self, connection):
        rewound = self._rewound
        while (message := connection.read()) is not None and rewound == self._rewound:
            head, body = message
            lines = head.split(b"\r\n")
            target = [line for line in lines if line.lower().startswith(b"x-amz-target:")]
            with self._lock:
                key = (lines[0], *target, body if b".GetItem" in b"".join(target) else b"")
                number = self._counts[key] = self._counts.get(key, 0) + 1
                answer = self._answers.get((key, number))
            if answer is None:
                answer = self._ask(head, body)
                with self._lock:
                    self.asked += 1
                    self._answers[key, number] = answer
            connection.write(answer)

    def _ask(self, head, body):
        with socket.create_connection(self._upstream) as sock:
            sock.sendall(head + b"\r\n\r\n" + body)
            message = Connection(sock).read()
        if message is None:
            raise ConnectionError("moto does not answer")
        return message[0] + b"\r\n\r\n" + message[1]
