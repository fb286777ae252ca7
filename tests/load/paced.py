"""Sends HTTP requests at a steady rate over connections that stay open, one at a time on each."""

import re
import select
import socket
import time
from collections import deque

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
ANSWER_SECONDS = 30


class LoadError(Exception):
    """No answer, or one that is none."""


class PacedSender:
    """`answered(kind, status, seconds)` is called for each answer; the seconds are those since the
    request was to be sent, which is what a caller waits for who did not wait for others."""

    def __init__(self, address, connections, answered):
        self.address, self.answered = address, answered
        self.poll = select.epoll()
        self.open, self.idle = {}, deque()
        for _ in range(connections):
            self.connect()

    def connect(self):
        connection = socket.create_connection(self.address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.open[connection.fileno()] = [connection, b"", None, 0.0]
        self.poll.register(connection, select.EPOLLIN)
        self.idle.append(connection.fileno())

    def close(self):
        for connection, *_ in self.open.values():
            connection.close()
        self.poll.close()

    def send(self, requests, seconds, began=None):
        """[(kind, bytes)], spread evenly over the seconds from `began` (None: now) on, or later
        when answers are slow."""
        began, sent = began or time.perf_counter(), 0
        while sent < len(requests) or len(self.idle) < len(self.open):
            elapsed = time.perf_counter() - began
            due = min(len(requests), int(len(requests) * elapsed / seconds) + 1)
            while sent < due and self.idle:
                self.start(*requests[sent], began + seconds * sent / len(requests))
                sent += 1
            busy = len(self.idle) < len(self.open)
            self.receive(0.001 if sent < len(requests) else ANSWER_SECONDS, busy)

    def start(self, kind, request, due):
        state = self.open[self.idle.popleft()]
        state[1:] = [b"", kind, due]
        state[0].sendall(request)

    def receive(self, wait, busy):
        ready = self.poll.poll(wait)
        if not ready and busy and wait == ANSWER_SECONDS:
            raise LoadError(f"no answer in {ANSWER_SECONDS} s")
        for number, _ in ready:
            state = self.open[number]
            chunk = state[0].recv(65536)
            state[1] += chunk
            if chunk and not is_whole(state[1]):
                continue
            if state[2] is not None:
                if not chunk:
                    raise LoadError("the connection was closed in the middle of an answer")
                self.answered(state[2], int(state[1][9:12]), time.perf_counter() - state[3])
            if not chunk or CLOSE.search(state[1]):
                self.replace(number)
            else:
                state[2] = None
                self.idle.append(number)

    def replace(self, number):
        self.poll.unregister(number)
        self.open.pop(number)[0].close()
        if number in self.idle:
            self.idle.remove(number)
        self.connect()


def is_whole(received):
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = LENGTH.search(received, 0, end + 2)
    return len(received) >= end + 4 + (int(length.group(1)) if length else 0)
