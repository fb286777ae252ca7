"""The zip files of ./run package: the same bytes each time, and the program in them does its work
in an otherwise empty root: no libraries, no loader, no /etc.
"""

import os
import shutil
import subprocess
import unittest
import zipfile
from pathlib import Path

from lambda_world import LambdaTest
from network import NameServer, TlsFront, make_certificate
from product import BINARY, ROOT, ProductError
from world import HOUR, MINUTE


MOST_BYTES = 6_000_000
AUTHORITIES = Path("/usr/share/ca-certificates/mozilla")


def package(folder, architecture):
    done = subprocess.run([ROOT / "deploy/package.sh", architecture], capture_output=True,
                          env={**os.environ, "ELEVATOR_PACKAGES": str(folder),
                               "ELEVATOR_BINARY": str(BINARY)}, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def enter(root):
    """The command that runs something in that root."""
    return ["chroot", root] if os.geteuid() == 0 else ["unshare", "-r", "chroot", root]


class PackageTest(LambdaTest):
    starts_by_itself = False

    def make_twice(self, architecture):
        """The names of the files, which are the same bytes both times."""
        for name in ("one", "two"):
            package(self.folder / name, architecture)
        files = sorted(path.name for path in (self.folder / "one").iterdir())
        for name in files:
            self.assertEqual((self.folder / "one" / name).read_bytes(),
                             (self.folder / "two" / name).read_bytes(), name)
        archive = self.folder / "one" / f"sso-elevator-lambda-{architecture}.zip"
        with zipfile.ZipFile(archive) as opened:
            names = opened.namelist()
            authorities = {opened.read(name) for name in names if name.startswith("certs/")}
        # None that was only added to this machine.
        self.assertEqual(authorities, {path.read_bytes() for path in AUTHORITIES.iterdir()})
        self.assertEqual(names[0], "bootstrap")
        self.assertTrue(all(name.startswith("certs/") for name in names[1:]), names[:5])
        self.assertGreater(len(names), 100)
        self.assertLess(archive.stat().st_size, MOST_BYTES)
        return files

    def unpack(self, archive):
        root = self.folder / "root"
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(root)
        (root / "bootstrap").chmod(0o755)
        return root

    def start_from(self, archive, emulator=None):
        root = self.unpack(archive)
        command = ["/bootstrap"]
        if emulator:
            shutil.copy(emulator, root / "emulator")
            command.insert(0, "/emulator")
        self.product.environment["LAMBDA_TASK_ROOT"] = "/"
        self.product.command = [*enter(str(root)), *command]
        self.start()

    def main_job(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.assertEqual(len(self.calls.schedules()), 1)
        self.product.set_time(self.product.now + HOUR + MINUTE)
        fired, = self.fire_schedules()
        self.assertIsNone(fired.error)
        self.assertFalse(self.has_access())
        self.settle()
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant", "revoke"])
        self.verify_audit()


class X86(PackageTest):
    def test_two_packages_are_the_same_bytes_and_do_the_main_job(self):
        files = self.make_twice("x86_64")
        self.assertEqual(files, ["SHA256SUMS", "sso-elevator-lambda-x86_64.zip",
                                 "sso-elevator-linux-x86_64"])
        self.start_from(self.folder / "one" / files[1])
        self.main_job()

    def start_behind_tls(self, etc):
        """In a root that has these files in /etc, as those of Lambda have them. Everything it calls
        is "localhost", with a certificate that only its own folder of CAs knows."""
        package(self.folder / "one", "x86_64")
        key, certificate, hashed = make_certificate(self.folder, "localhost")
        root = self.folder / "root"
        (root / "etc").mkdir(parents=True)
        (root / "certs").mkdir()
        for name, text in etc.items():
            (root / "etc" / name).write_text(text)
        shutil.copy(certificate, root / "certs" / hashed)
        fronts = [TlsFront(url, "localhost", key, certificate)
                  for url in (self.aws.url, self.slack.url)]
        for front in fronts:
            self.addCleanup(front.stop)
        self.product.environment["AWS_ENDPOINT_URL"] = fronts[0].url
        self.product.environment["SLACK_API_URL"] = fronts[1].url
        self.start_from(self.folder / "one" / "sso-elevator-lambda-x86_64.zip")
        return fronts, root / "certs" / hashed

    def test_it_speaks_tls_with_the_authorities_of_its_package(self):
        fronts, authority = self.start_behind_tls({"hosts": "127.0.0.1 localhost\n",
                                                   "nsswitch.conf": "hosts: files dns\n"})
        self.main_job()
        self.assertTrue(all(front.served for front in fronts))
        # Whoever is in none of them is not trusted.
        self.product.stop()
        authority.unlink()
        self.start()
        with self.assertRaisesRegex(ProductError, "certificate for localhost is not accepted"):
            self.product.revoker.invoke({"action": "reconcile"})
        self.assertGreater(fronts[0].refused, 0)

    def test_it_asks_the_name_server(self):
        try:
            names = NameServer()
        except OSError as error:
            self.skipTest(f"dns: port 53 of {NameServer.ADDRESS} is not to be had: {error}")
        self.addCleanup(names.stop)
        self.start_behind_tls({"resolv.conf": f"nameserver {NameServer.ADDRESS}\n",
                               "nsswitch.conf": "hosts: files dns myhostname\n"})
        self.main_job()
        self.assertTrue(any("localhost" in name for name in names.asked), names.asked)


if __name__ == "__main__":
    unittest.main()
