"""One test's world: AWS (moto), Slack (fake), the program, and one clock for all of them."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

from fake_slack import FakeSlack
from product import SAID, Product, run

START = 1_735_786_800.0  # 2025-01-02T03:00:00Z
PYTHON = os.environ.get("ELEVATOR_PYTHON", sys.executable)
MINUTE, HOUR = 60, 3600

# A file system in memory: for tests that write much and pull no plug.
IN_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None

# What the program is given and never tells. The runner of the suites searches its logs for them.
SANITIZED = "ELEVATOR_SANITIZED" in os.environ  # the program was built with a sanitizer
PLANTED = ("planted-aws-secret", "xoxb-planted-token", "planted-signing-secret")

ACCOUNTS = {"prod": "111111111111", "dev": "222222222222", "lab": "333333333333"}


class Aws:
    """moto in a process of its own, shared by the tests of a file."""

    def __init__(self):
        program = Path(__file__).with_name("moto_server.py")
        self.process = subprocess.Popen(
            [PYTHON, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "MOTO_EXIT_WITH_STDIN": "1"}, text=True)
        self.url = self.process.stdout.readline().split()[-1]

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def control(self, name, given=None):
        with urllib.request.urlopen(f"{self.url}/_control/{name}",
                                    json.dumps(given or {}).encode()) as answer:
            return json.load(answer)

    def read(self, name):
        with urllib.request.urlopen(f"{self.url}/_control/{name}") as answer:
            return json.load(answer)

    def fail(self, operation, kind, times=1, **more):
        self.control("faults", {"operation": operation, "kind": kind, "times": times, **more})

    def stop_failing(self):
        self.control("faults", {"clear": True})

    def assignments(self):
        """{(account id, permission set, user name)}"""
        return {(item["account_id"], item["permission_set"], item["user_name"])
                for item in self.read("state")["assignments"]}

    def memberships(self):
        return {(item["group"], item["user_name"]) for item in self.read("state")["memberships"]}


RULES = {
    "statements": [
        {"ResourceType": "Account", "Resource": [ACCOUNTS["prod"]], "PermissionSet": "*",
         "Approvers": ["amir@corp.com", "sam@corp.com"]},
        {"ResourceType": "Account", "Resource": [ACCOUNTS["dev"]], "PermissionSet": "ReadOnly",
         "ApprovalIsNotRequired": True},
        {"ResourceType": "Account", "Resource": [ACCOUNTS["lab"]], "PermissionSet": "Admin",
         "Approvers": ["dana@corp.com"], "AllowSelfApproval": True},
        {"ResourceType": "Account", "Resource": [ACCOUNTS["lab"]], "PermissionSet": "ReadOnly",
         "Approvers": ["dana@corp.com"]},
    ],
    "group_statements": [],
}


class WorldTest(unittest.TestCase):
    """A test with a running program. Subclasses set `rules` or `settings`."""

    rules = RULES
    settings = {}
    starts_by_itself = True
    scratch = None  # where the folders of the tests are made; None: where others are
    searched = 0  # texts that were searched for secrets
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.aws = Aws()

    @classmethod
    def tearDownClass(cls):
        cls.aws.stop()
        print(f"SUMMARY checks_of_I9 {WorldTest.searched}", flush=True)
        WorldTest.searched = 0

    def setUp(self):
        SAID.clear()
        self.folder = Path(tempfile.mkdtemp(prefix="elevator-e2e-", dir=self.scratch))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.aws.control("reset")
        self.seeded = self.aws.control("seed", self.seed())
        self.slack = FakeSlack(clock=lambda: self.product.now)
        self.slack.start()
        self.addCleanup(self.slack.stop)
        self.dana = self.slack.add_person("U0DANA", "dana@corp.com", "Dana")
        self.amir = self.slack.add_person("U0AMIR", "amir@corp.com", "Amir")
        self.sam = self.slack.add_person("U0SAM", "sam@corp.com", "Sam")
        self.write_rules(self.rules_document())
        self.product = Product(self.environment(), self.folder / "state", START)
        self.addCleanup(self.end_product)
        if self.starts_by_itself:
            self.start()

    def seed(self):
        return {"accounts": [{"name": name, "id": id} for name, id in ACCOUNTS.items()],
                "permission_sets": ["Admin", "ReadOnly"],
                "users": [{"user_name": name, "email": f"{name}@corp.com"}
                          for name in ("dana", "amir", "sam")],
                "groups": [{"name": "operators"}]}

    def rules_document(self):
        return self.rules

    def environment(self):
        return {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder),
                "AWS_ENDPOINT_URL": self.aws.url, "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_ACCESS_KEY": PLANTED[0],
                "SLACK_API_URL": self.slack.url, "SLACK_BOT_TOKEN": self.slack.bot_token,
                "SLACK_SIGNING_SECRET": self.slack.signing_secret,
                "SLACK_CHANNEL_ID": self.slack.channel,
                "RULES_FILE": str(self.folder / "rules.json"),
                "AWS_ACCESS_PORTAL_URL": "https://corp.awsapps.com/start",
                "LOG_LEVEL": "DEBUG",
                # Its listings and messages would be in the way of whoever counts calls.
                "SWEEP_MODE": "off",
                **{name: value for name, value in os.environ.items()
                   if name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")},
                **self.settings}

    def write_rules(self, rules):
        text = rules if isinstance(rules, str) else json.dumps(rules)
        (self.folder / "rules.json").write_text(text)

    def start(self, die=None):
        self.product.start(die)
        self.slack.product_url = self.product.url + "/slack/events"

    def restart(self):
        self.product.stop()
        self.start()

    def everything_kept(self):
        """What the program, which has ended, leaves behind: its state, in texts."""
        return [path.read_bytes() for path in self.product.state.rglob("*") if path.is_file()]

    def end_product(self):
        """Whatever happened in the test: a secret is nowhere to be found (I9)."""
        told = [self.product.metrics(), self.slack.everything_told()]
        if SANITIZED:  # what was leaked is seen at the end only
            self.assertIn(self.product.stop(), (None, 0), self.product.log()[-3000:])
        self.product.kill()
        self.assertNotRegex(self.product.log(), "Sanitizer: |runtime error: ")
        told += [self.product.log().encode(), *SAID, *self.everything_kept()]
        for secret in {*PLANTED, self.slack.bot_token, self.slack.signing_secret}:
            WorldTest.searched += len(told)
            self.assertFalse(any(secret.encode() in text for text in told), "a secret was told")

    # --- time ---

    def settle(self):
        return self.product.settle()

    def advance(self, seconds):
        self.advance_to(self.product.now + seconds)

    def advance_to(self, at):
        """To that time, doing on the way whatever becomes due, when it becomes due."""
        for _ in range(2000):
            due = self.settle()
            if due is None or due > at:
                break
            self.product.set_time(max(due, self.product.now))
        else:
            self.fail("rows become due for ever")
        self.product.set_time(max(at, self.product.now))
        self.settle()

    def work_until(self, condition, within=15 * MINUTE, what="what the test waits for"):
        """Settles, and moves the time to what is due next, until the condition holds."""
        end = self.product.now + within
        while True:
            due = self.settle()
            value = condition()
            if value:
                return value
            if due is None or due > end:
                self.fail(f"{what}: did not happen; the log ends:\n{self.product.log()[-4000:]}")
            self.product.set_time(max(due, self.product.now))

    # --- what people do ---

    def fill_in(self, person, account="prod", permission_set="Admin", duration="01:00",
                reason="INC-1: look at the logs"):
        """Opens the form and fills it in; not sent yet."""
        person.shortcut("request_for_access")
        self.settle()
        person.choose("select_account", ACCOUNTS[account])
        self.settle()
        person.choose("select_permission_set", permission_set)
        self.settle()
        person.choose("duration_picker", duration)
        person.enter("provide_reason", reason)

    def ask(self, person, **what):
        """Sends the filled-in form; the request's message."""
        before = len(self.slack.channel_messages())
        self.fill_in(person, **what)
        self.assertEqual(person.submit(), {})
        self.settle()
        messages = self.slack.channel_messages()
        self.assertEqual(len(messages), before + 1, self.product.log()[-3000:])
        return messages[-1]

    def ask_for_group(self, person, group="operators", duration="01:00", reason="on duty"):
        before = len(self.slack.channel_messages())
        person.shortcut("request_for_group_membership")
        self.settle()
        person.choose("select_group", self.seeded["groups"][group])
        self.settle()
        person.choose("duration_picker", duration)
        person.enter("provide_reason", reason)
        self.assertEqual(person.submit(), {})
        self.settle()
        messages = self.slack.channel_messages()
        self.assertEqual(len(messages), before + 1, self.product.log()[-3000:])
        return messages[-1]

    @staticmethod
    def text_of(message):
        return json.dumps(message.get("blocks", [])) + message.get("text", "")

    def thread_text(self, message):
        return "\n".join(self.text_of(note) for note in self.slack.thread(message))

    def has_access(self, person="dana", account="prod", permission_set="Admin"):
        return (ACCOUNTS[account], permission_set, person) in self.aws.assignments()

    def granted(self, **which):
        self.work_until(lambda: self.has_access(**which), what="access")
        self.settle()

    # --- the audit log ---

    def entries(self):
        """Audit entries in the order of their time."""
        entries = [json.loads(path.read_text()) for path in self.product.audit_entries()]
        return sorted(entries, key=lambda entry: entry["timestamp"])

    def operations(self):
        return [entry["operation_type"] for entry in self.entries()
                if entry["operation_type"] not in ("rules", "checkpoint")]

    def verify_audit(self):
        self.product.stop()
        done = run("audit", "verify", "--state", str(self.product.state))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout
