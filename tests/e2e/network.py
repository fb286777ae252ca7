"""What lies between the program and the world, for tests: a TLS front and a name server."""

import socket
import ssl
import struct
import subprocess
import threading
import urllib.parse
from pathlib import Path


def make_certificate(folder, name):
    """Signs itself. Returns (key, certificate, the name under which OpenSSL looks it up)."""
    key, certificate = Path(folder) / "key.pem", Path(folder) / "certificate.pem"
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName={kind}:{name}", "-keyout", str(key),
                    "-out", str(certificate)], check=True, capture_output=True)
    hashed = subprocess.run(["openssl", "x509", "-noout", "-subject_hash", "-in", certificate],
                            check=True, capture_output=True, text=True).stdout.strip()
    return key, certificate, f"{hashed}.0"


def server_context(key, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


class TlsFront:
    """Takes TLS off and hands on to a server that speaks plain HTTP. Counts its connections."""

    def __init__(self, target_url, name, key, certificate):
        target = urllib.parse.urlsplit(target_url)
        self.target = (target.hostname, target.port)
        self.context = server_context(key, certificate)
        self.served = self.refused = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://{name}:{self.listener.getsockname()[1]}{target.path}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as tls, \
                    socket.create_connection(self.target) as plain:
                self.served += 1
                answers = threading.Thread(target=pump, args=(plain, tls), daemon=True)
                answers.start()
                pump(tls, plain)
                answers.join()
        except OSError:
            self.refused += 1

    def stop(self):
        self.listener.close()


def pump(source, sink):
    try:
        while received := source.recv(65536):
            sink.sendall(received)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class NameServer:
    """Answers each question for an IPv4 address with 127.0.0.1 (RFC 1035)."""

    ADDRESS = "127.66.0.1"  # of this machine; nobody else answers there

    def __init__(self):
        """OSError: port 53 is not ours to take, and resolvers ask no other."""
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((self.ADDRESS, 53))
        self.asked = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                question, client = self.socket.recvfrom(512)
            except OSError:
                return
            self.socket.sendto(self._answer(question), client)

    def _answer(self, message):
        end = message.index(b"\0", 12) + 1  # of the name
        kind, = struct.unpack("!H", message[end:end + 2])
        self.asked.append(message[13:end - 1].decode())
        question = message[12:end + 4]
        answer = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + bytes([127, 0, 0, 1])
        found = kind == 1
        header = struct.pack("!2sHHHHH", message[:2], 0x8180, 1, found, 0, 0)
        return header + question + (answer if found else b"")

    def stop(self):
        self.socket.close()
