"""Chaos: the machine, the network and the other sides in trouble that lasts. What people were
promised holds: nothing is given that cannot be written down, and everything ends on time."""

import os
import resource
import shutil
import socket
import subprocess
import threading
import time
import unittest
from pathlib import Path

from fake_slack import Fault
from network import make_certificate, server_context
from product import BINARY, ProductError
from world import HOUR, IN_MEMORY, MINUTE, WorldTest

CASES = 0  # played to their end
TOOLS = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"  # of file systems


class Chaos(WorldTest):
    scratch = IN_MEMORY

    def tearDown(self):
        global CASES
        outcome = self._outcome.result
        if not any(test is self
                   for test, _ in outcome.failures + outcome.errors + outcome.skipped):
            CASES += 1

    def active(self):
        """A grant of one hour."""
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        return message

    def ended(self):
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(self.operations().count("grant"), 1)
        self.assertEqual(self.operations().count("revoke"), 1)

    def ready(self):
        return self.product.get("/readyz")[0]

    def try_to_settle(self):
        """Rows that cannot be written stay due: that is all that may be wrong."""
        try:
            self.settle()
        except ProductError as error:
            self.assertIn("rows stay due", str(error))
            self.product.read_time()

    def gives_nothing_and_takes_back(self, fail, repair):
        """Nothing can be written down from `fail` on, until `repair`."""
        self.active()
        waiting = self.ask(self.sam)
        self.assertEqual(self.ready(), 200)
        fail()
        self.product.set_time(self.product.now + 1)  # the probe writes the time
        self.assertEqual(self.ready(), 503)
        # No new grant: what cannot be written down does not happen.
        self.amir.prepare_click(waiting, "approve").send()
        self.try_to_settle()
        self.assertFalse(self.has_access("sam"))
        self.product.set_time(self.product.now + HOUR + MINUTE)
        for _ in range(3):  # AWS works on it while we cannot write
            self.try_to_settle()
            self.product.set_time(self.product.now + MINUTE)
        self.assertEqual(self.aws.assignments(), set())
        self.assertNotIn("revoke", self.operations())
        self.assertGreater(self.product.metric("sso_elevator_unwritten_revocations_total"), 0)
        repair()
        self.assertEqual(self.ready(), 200)
        self.advance(10 * MINUTE)  # what happened meanwhile is written down, once
        self.ended()
        self.amir.click(waiting, "approve")  # and all goes on
        self.granted(person="sam")
        self.advance(2 * HOUR)
        self.assertEqual(self.aws.assignments(), set())
        self.verify_audit()


class Disk(Chaos):
    def fill_disk(self, full=True):
        """No file grows any more: what a full disk does, to this process only."""
        _, hard = resource.prlimit(self.product.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.product.process.pid, resource.RLIMIT_FSIZE,
                         (1 if full else hard, hard))

    def test_full_disk_gives_nothing_and_still_takes_back(self):
        self.gives_nothing_and_takes_back(self.fill_disk, lambda: self.fill_disk(full=False))

    def test_request_on_a_full_disk_is_not_lost_silently(self):
        self.fill_in(self.dana)
        self.fill_disk()
        submission = self.dana.prepare_submit()
        answer = submission.send()
        self.assertIn(b"cannot be done just now", answer.body)
        self.try_to_settle()
        self.assertEqual(self.slack.channel_messages(), [])
        self.fill_disk(full=False)
        self.assertEqual(submission.send(again=True).status, 200)  # as Slack or the person does
        self.settle()
        self.assertEqual(len(self.slack.channel_messages()), 1)


class Wal(Chaos):
    def spoil(self, name, offset_from_end, size):
        path = self.product.state / name
        data = bytearray(path.read_bytes())
        self.assertGreater(len(data), offset_from_end)
        for place in range(len(data) - offset_from_end, len(data) - offset_from_end + size):
            data[place] ^= 0xA5
        path.write_bytes(bytes(data))

    def test_spoiled_last_page_of_the_wal(self):
        message = self.active()
        self.product.kill()
        self.spoil("elevator.db-wal", 4096, 4096)
        self.start()
        self.advance(2 * MINUTE)
        # What the last commits said may be forgotten; the grant and its end are not.
        self.advance(HOUR + 10 * MINUTE)
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(len(self.slack.channel_messages()), 1)
        self.assertIn("revoke", self.operations())
        self.assertIn("ended", self.text_of(message).lower())

    def test_spoiled_database_is_refused_loudly(self):
        self.active()
        self.product.stop()
        path = self.product.state / "elevator.db"
        path.write_bytes(b"not a database at all" * 500)
        for left in self.product.state.glob("elevator.db-*"):
            left.unlink()
        with self.assertRaises(ProductError) as refused:
            self.start()
        self.assertIn("not a database", str(refused.exception))


class ReadOnly(Chaos):
    starts_by_itself = False

    def test_read_only_state_folder_is_refused_loudly(self):
        self.start()
        self.product.stop()
        mounted = os.geteuid() == 0 and self.mount_read_only()
        if not mounted:
            self.product.state.chmod(0o500)
            if os.access(self.product.state, os.W_OK):
                self.skipTest("mount: this user can write everywhere, and must not mount")
        try:
            with self.assertRaises(ProductError):
                self.start()
        finally:
            self.product.state.chmod(0o700) if not mounted else subprocess.run(
                ["umount", str(self.product.state)], check=True)
        self.assertRegex(self.product.log(), "read-?only|readonly|permission|cannot")
        self.start()
        self.assertEqual(self.ready(), 200)

    def mount_read_only(self):
        state = str(self.product.state)
        return all(subprocess.run(["mount", *words], capture_output=True).returncode == 0
                   for words in (["--bind", state, state],
                                 ["-o", "remount,ro,bind", state]))


class FailingDisk(Chaos):
    """The state lies on a file system of its own (ext4 in a file), which meets an error while the
    program runs: from then on the kernel lets nobody write, and everybody read."""

    starts_by_itself = False
    mounted = False

    def setUp(self):
        super().setUp()
        image = self.folder / "disk.img"
        with open(image, "wb") as file:
            file.truncate(64 * 1024 * 1024)
        self.product.state.mkdir(mode=0o700)
        made = shutil.which("mkfs.ext4", path=TOOLS) and self.tool("mkfs.ext4", "-q", "-F", image)
        self.mounted = bool(made) and self.mount(image)
        if not self.mounted:
            self.skipTest("mount: a file system of its own cannot be made here (needs root, a loop "
                          "device and ext4)")
        self.image = image
        self.start()

    def end_product(self):
        super().end_product()
        if self.mounted:
            subprocess.run(["umount", "--lazy", self.product.state], check=True)

    @staticmethod
    def tool(*words):
        return subprocess.run(words, capture_output=True, env={"PATH": TOOLS}).returncode == 0

    def mount(self, image):
        return self.tool("mount", "-t", "ext4", "-o", "loop,errors=remount-ro", image,
                         self.product.state)

    def fail_disk(self):
        # What the kernel does by itself after an error of the disk.
        self.assertTrue(self.tool("mount", "-o", "remount,abort", self.product.state))
        with self.assertRaises(OSError):
            (self.product.state / "probe").write_text("x")

    def repair_disk(self):
        """As an administrator does it: stop, check, mount, start."""
        self.product.stop()
        subprocess.run(["umount", self.product.state], check=True)
        self.mounted = False
        self.tool("fsck.ext4", "-p", self.image)  # 1: errors were corrected
        self.mounted = self.mount(self.image)
        self.assertTrue(self.mounted)
        self.start()

    def test_state_that_becomes_read_only_gives_nothing_and_still_takes_back(self):
        self.gives_nothing_and_takes_back(self.fail_disk, self.repair_disk)


class Clock(Chaos):
    def step(self, seconds):
        self.product.set_time(self.product.now + seconds)

    def test_clock_steps_an_hour_ahead(self):
        self.active()
        self.step(HOUR)
        self.advance(5 * MINUTE)
        self.ended()
        self.step(-HOUR)
        self.advance(2 * HOUR)
        self.ended()
        self.verify_audit()

    def test_clock_steps_an_hour_back(self):
        self.active()
        self.step(-HOUR)
        self.advance(HOUR + 30 * MINUTE)
        self.assertTrue(self.has_access())  # until the hour that was approved
        self.advance(40 * MINUTE)
        self.ended()
        self.verify_audit()

    def test_clock_right_again_while_aws_works(self):
        """What was to be looked at in a second is not looked at an hour later."""
        self.step(HOUR)
        self.aws.control("settings", {"polls": 3})
        message = self.ask(self.dana)
        self.aws.fail("DescribeAccountAssignmentCreationStatus", "throttle", times=1)
        self.amir.click(message, "approve")
        self.settle()
        self.assertFalse(self.has_access())
        self.step(-HOUR)
        self.work_until(self.has_access, within=3 * MINUTE, what="access after the step")


class Network(Chaos):
    starts_by_itself = False

    def test_aws_that_accepts_and_never_answers(self):
        """Slack is answered all the same; when AWS is back, there is one grant."""
        self.start()
        message = self.ask(self.dana)
        self.aws.fail("*", "hang", times=3, seconds=60)
        self.slack.patience = 3
        self.amir.click(message, "approve")
        settled = threading.Thread(target=self.settle)
        settled.start()
        self.sam.click(message, "approve")
        settled.join()
        self.aws.stop_failing()
        self.granted()
        self.advance(2 * HOUR)
        self.ended()

    def overdue(self):
        return self.product.metric("sso_elevator_revocations_overdue")

    def test_access_that_ends_while_aws_never_answers(self):
        """It is told to be overdue, and taken back as soon as AWS is there again."""
        self.start()
        self.active()
        for operation in ("DeleteAccountAssignment", "ListAccountAssignments"):
            self.aws.fail(operation, "hang", times=1_000_000, seconds=60)
        self.product.set_time(self.product.now + HOUR + MINUTE)
        self.settle()
        self.assertTrue(self.has_access())
        self.assertEqual(self.overdue(), 1)
        self.aws.stop_failing()
        self.advance(10 * MINUTE)
        self.ended()
        self.assertEqual(self.overdue(), 0)
        self.verify_audit()

    def test_tls_certificate_that_nobody_vouches_for(self):
        listener = TlsListener(self.folder)
        self.addCleanup(listener.stop)
        self.settings = {"AWS_ENDPOINT_URL": listener.url}
        self.product.environment = self.environment()
        self.start()
        self.dana.shortcut("request_for_access")
        self.settle()
        self.assertEqual(listener.requests, 0)
        self.assertGreater(listener.handshakes_refused, 0)
        self.assertRegex(self.product.log(), "certificate")
        self.assertEqual(self.product.get("/healthz")[0], 200)

    def test_names_that_cannot_be_resolved(self):
        """Access that ends then is told to be overdue, and taken back when they can be again.

        Without hooks, which want addresses of this machine: the time is the real one."""
        self.start()
        self.active()
        self.product.stop()
        environment = {**self.environment(), "AWS_ENDPOINT_URL": "http://aws.invalid:1",
                       "SLACK_TEAM_ID": self.slack.team_id}
        log = self.folder / "plain.log"
        process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--state", str(self.product.state)],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=log.open("wb"))
        try:
            self.product.url = process.stdout.readline().decode().split()[-1]
            give_up = time.monotonic() + 60  # the resolver takes its own time
            while time.monotonic() < give_up:
                self.assertEqual(self.product.get("/healthz")[0], 200)  # it serves meanwhile
                if "aws.invalid" in log.read_text() and self.overdue():
                    break
            self.assertEqual(self.overdue(), 1)
        finally:
            process.terminate()
            self.assertEqual(process.wait(60), 0)
            process.stdout.close()
        self.assertIn("aws.invalid", log.read_text())
        self.assertTrue(self.has_access())
        self.product.now = time.time() + HOUR
        self.start()
        self.advance(10 * MINUTE)
        self.ended()

    def test_slack_answers_500_for_an_hour(self):
        self.start()
        message = self.active()
        self.slack.faults.append(Fault("*", "500", times=1_000_000))
        self.advance(HOUR + 10 * MINUTE)
        self.assertEqual(self.aws.assignments(), set())  # on time, whatever Slack does
        self.slack.faults.clear()
        self.advance(15 * MINUTE)
        self.ended()
        self.assertNotIn("approve", self.amir.buttons(self.slack.channel_messages()[0]))
        self.assertIn("ended", self.text_of(self.slack.channel_messages()[0]).lower())
        self.assertEqual(len(self.slack.channel_messages()), 1, message)
        self.verify_audit()


class TlsListener:
    """Accepts TLS with a certificate of its own making, and counts what comes through."""

    def __init__(self, folder):
        key, certificate, _ = make_certificate(folder, "127.0.0.1")
        self.context = server_context(key, certificate)
        self.requests = self.handshakes_refused = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(connection, server_side=True) as tls:
                    self.requests += bool(tls.recv(1))
                    self.handshakes_refused += 1  # TLS 1.3: the refusal comes after our side
            except OSError:
                self.handshakes_refused += 1

    def stop(self):
        self.listener.close()


def tearDownModule():
    print(f"SUMMARY chaos cases {CASES}", flush=True)


if __name__ == "__main__":
    unittest.main()
