"""Sends one request at a time over a connection that stays open, as a proxy in front of the program
would, and takes the time. A process of its own, so that the fake Slack, which begins to work as
soon as the answer is written, does not delay the reading of that answer.

Both ways, a message is its length (4 bytes) and its bytes; an answer begins with its time (8
bytes, nanoseconds). A request of no bytes asks for the time of one durable write instead.
"""

import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

from sender import SenderError, size_of_answer

LONGEST_USE = 900  # the server closes a connection after 1,000 requests
BLOCK = b"x" * 4096


class Probe:
    """The driver's end."""

    def __init__(self, host, port, folder):
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), host, str(port), str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, request):
        """The answer, and the seconds from the first byte sent to the last received."""
        write_message(self.process.stdin, request)
        message = read_message(self.process.stdout)
        if message is None:
            raise SenderError("the probe ended")
        return message[8:], struct.unpack("!q", message[:8])[0] / 1e9

    def durable_write(self):
        """Seconds for 4 KiB appended and synchronised, beside the program's state."""
        return self.ask(b"")[1]

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def write_message(stream, message):
    stream.write(struct.pack("!i", len(message)) + message)
    stream.flush()


def read_message(stream):
    header = stream.read(4)
    return stream.read(struct.unpack("!i", header)[0]) if len(header) == 4 else None


class Connection:
    def __init__(self, address):
        self.address = address
        self.socket, self.used = None, LONGEST_USE

    def ready(self):
        if self.used >= LONGEST_USE:
            if self.socket:
                self.socket.close()
            self.socket = socket.create_connection(self.address)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.used = 0
        self.used += 1
        return self.socket

    def ask(self, request):
        connection = self.ready()
        began = time.perf_counter_ns()
        connection.sendall(request)
        received = b""
        while (size := size_of_answer(received)) is None or len(received) < size:
            chunk = connection.recv(262144)
            if not chunk:
                raise SenderError("the connection was closed in the middle of an answer")
            received += chunk
        return time.perf_counter_ns() - began, received


def time_write(file):
    began = time.perf_counter_ns()
    os.write(file, BLOCK)
    os.fdatasync(file)
    return time.perf_counter_ns() - began


def main():
    host, port, folder = sys.argv[1:]
    connection = Connection((host, int(port)))
    file = os.open(Path(folder, "probe"), os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    while (request := read_message(sys.stdin.buffer)) is not None:
        took, answer = connection.ask(request) if request else (time_write(file), b"")
        write_message(sys.stdout.buffer, struct.pack("!q", took) + answer)


if __name__ == "__main__":
    main()
