"""Sends prepared HTTP requests as fast as they are answered: many connections that stay open, one
request at a time on each. One JSON object in on standard input, one out on standard output.

    {"address": [HOST, PORT], "requests": [BYTES AS LATIN-1, ...], "connections": 32, "seconds": 5}
    {"answers": 61234, "statuses": {"200": 61234}, "seconds": 5.0, "cpu_seconds": 2.9}

A process of its own, so that nothing else shares its interpreter lock. `cpu_seconds` tells whether
it was the bottleneck.
"""

import itertools
import json
import re
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
ANSWER_SECONDS = 10


class SenderError(Exception):
    """What answers does not keep to the rules that this relies on."""


def size_of_answer(received):
    """How many bytes the whole answer has; None while its headers are not complete."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    length = LENGTH.search(received, 0, end + 2)
    return end + 4 + (int(length.group(1)) if length else 0)


def is_last(answer):
    """The server closes this connection now."""
    return CLOSE.search(answer, 0, answer.find(b"\r\n\r\n") + 2) is not None


def status_of(answer):
    return answer[9:12].decode("ascii", "replace")


class Sender:
    def __init__(self, address, requests, connections):
        self.address = tuple(address)
        self.next_request = itertools.cycle(requests).__next__
        self.statuses = Counter()
        self.poll = select.epoll()
        self.open = {}
        for _ in range(connections):
            self.connect()

    def connect(self):
        connection = socket.create_connection(self.address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open[connection.fileno()] = [connection, b""]
        self.poll.register(connection, select.EPOLLIN)
        connection.sendall(self.next_request())

    def run(self, seconds):
        """Answers received until the time is over; what is on its way then does not count."""
        end = time.perf_counter() + seconds
        answers = 0
        while time.perf_counter() < end:
            ready = self.poll.poll(ANSWER_SECONDS)
            if not ready:
                raise SenderError(f"no answer in {ANSWER_SECONDS} s")
            for number, _ in ready:
                answers += self.receive(number)
        return answers

    def receive(self, number):
        state = self.open[number]
        connection, kept = state
        chunk = connection.recv(262144)
        if not chunk:
            raise SenderError("the connection was closed in the middle of an answer")
        received = kept + chunk if kept else chunk
        size = size_of_answer(received)
        if size is None or len(received) < size:
            state[1] = received
            return 0
        state[1] = b""
        self.statuses[status_of(received)] += 1
        if is_last(received):
            self.poll.unregister(connection)
            del self.open[number]
            connection.close()
            self.connect()
        else:
            connection.sendall(self.next_request())
        return 1


def send(address, requests, connections, seconds):
    """The same in a process of its own."""
    given = {"address": address, "connections": connections, "seconds": seconds,
             "requests": [request.decode("latin-1") for request in requests]}
    done = subprocess.run([sys.executable, str(Path(__file__))], input=json.dumps(given),
                          capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise SenderError(done.stderr[-2000:])
    return json.loads(done.stdout)


def main():
    given = json.load(sys.stdin)
    sender = Sender(given["address"], [text.encode("latin-1") for text in given["requests"]],
                    given["connections"])
    began, cpu = time.perf_counter(), time.process_time()
    answers = sender.run(given["seconds"])
    json.dump({"answers": answers, "statuses": sender.statuses,
               "seconds": time.perf_counter() - began,
               "cpu_seconds": time.process_time() - cpu}, sys.stdout)


if __name__ == "__main__":
    main()
