"""The world in which is measured: 500 accounts in AWS (moto), a Slack (fake), the release binary,
all of them those of the end-to-end tests. Time stands still unless it is moved, so nothing but the
measured work runs while a measurement runs.
"""

import os
import urllib.parse
from collections import Counter
from contextlib import contextmanager

import sender
import slack_person
from probe import Probe
from world import IN_MEMORY, WorldTest

ACCOUNT_COUNT = 500
COLLEAGUES = 50
PERMISSION_SETS = [f"Role{number:02}" for number in range(24)] + ["ReadOnly"]
POLLS = ("DescribeAccountAssignmentCreationStatus", "DescribeAccountAssignmentDeletionStatus")


def account_id(number):
    return f"{100_000_000_000 + number}"


def raw_request(delivery):
    """A signed delivery as bytes."""
    lines = ["POST /slack/events HTTP/1.1", "Host: elevator.example.com",
             *(f"{name}: {value}" for name, value in delivery.headers().items()),
             f"Content-Length: {len(delivery.body)}", "", ""]
    return "\r\n".join(lines).encode() + delivery.body


PlainDelivery = slack_person.Delivery


def cpu_seconds_of(process_id):
    with open(f"/proc/{process_id}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Times:
    """Seconds by the name of what was done."""

    def __init__(self):
        self.by_name = {}
        self.name = None

    @contextmanager
    def of(self, name):
        self.name = name
        yield
        self.name = None

    def take(self, seconds):
        if self.name in self.by_name:
            self.by_name[self.name].append(seconds)


def timed_delivery(company):
    """What people do in the fake Slack goes through the probe."""

    class TimedDelivery(PlainDelivery):
        def send(self, *_, **__):
            if company.kept is not None:
                company.kept.append(raw_request(self))
                return slack_person.Answer(200, b'{"options": []}')
            answer, seconds = company.probe.ask(raw_request(self))
            company.times.take(seconds)
            return slack_person.Answer(int(sender.status_of(answer)),
                                       answer.partition(b"\r\n\r\n")[2])

    return TimedDelivery


class CompanyFacts:
    """500 accounts, 25 permission sets, 53 people; everything needs amir's approval."""

    rules = {"statements": [{"ResourceType": "Account", "Resource": "*", "PermissionSet": "*",
                             "Approvers": ["amir@corp.com", "sam@corp.com"]}],
             "group_statements": []}
    settings = {"LOG_LEVEL": "INFO"}  # as shipped

    def seed(self):
        world = super().seed()
        people = [{"user_name": name, "email": f"{name}@corp.com"}
                  for name in (f"person{number:02}" for number in range(COLLEAGUES))]
        return {**world, "users": world["users"] + people, "permission_sets": PERMISSION_SETS,
                "accounts": [{"name": f"account-{number:04}", "id": account_id(number)}
                             for number in range(ACCOUNT_COUNT)]}

    @contextmanager
    def counted(self):
        """Calls to AWS, polls of its operations, and calls to Slack, filled in at the end."""
        self.aws.control("counters", {})
        before = len(self.slack.calls)
        counts = {}
        yield counts
        by_operation = Counter()
        for name, count in self.aws.read("counters").items():
            by_operation[name.partition(":")[2]] += count
        counts["polls"] = sum(by_operation.pop(name, 0) for name in POLLS)
        counts["aws"] = sum(by_operation.values())
        counts["aws_by_operation"] = dict(by_operation)
        counts["slack"] = len(self.slack.calls) - before
        counts["slack_by_operation"] = dict(Counter(
            call["method"] for call in self.slack.calls[before:]))


class Company(CompanyFacts, WorldTest):
    """It, with the program as a server."""

    def __enter__(self):
        self.setUpClass()
        self.setUp()
        self.colleagues = [
            self.slack.add_person(f"U{number:06}", f"person{number:02}@corp.com", f"P{number}")
            for number in range(COLLEAGUES)]
        self.settle()
        self.times, self.kept = Times(), None
        address = urllib.parse.urlsplit(self.product.url)
        self.address = (address.hostname, address.port)
        self.probe = Probe(*self.address, self.folder)
        slack_person.Delivery = timed_delivery(self)
        return self

    def __exit__(self, *_):
        slack_person.Delivery = PlainDelivery
        self.probe.close()
        self.doCleanups()
        self.tearDownClass()

    @contextmanager
    def delivering_to(self, kept):
        """What people do goes to that list, as bytes, instead of to the program."""
        self.kept = kept
        yield
        self.kept = None

    def cpu_seconds(self):
        """What the program has used of the processors since its start."""
        return cpu_seconds_of(self.product.process.pid)

    def other_cpu_seconds(self):
        """What this machine has used for anything but this measurement."""
        ours = (os.getpid(), self.product.process.pid, self.aws.process.pid,
                self.probe.process.pid)
        return self.machine_cpu_seconds() - sum(map(cpu_seconds_of, ours))

    @staticmethod
    def machine_cpu_seconds():
        with open("/proc/stat", encoding="ascii") as file:
            user, nice, system, _, _, irq, softirq, steal = map(int, file.readline().split()[1:9])
        ticks = user + nice + system + irq + softirq + steal
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory_mib(self, name):
        """VmRSS: resident now; VmHWM: the most it ever was."""
        with open(f"/proc/{self.product.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) / 1024
        return None


class CompanyInMemory(Company):
    """The same with the program's state on a file system in memory: a durable write costs nothing
    there, so what is left of a click that writes is the program's own."""

    scratch = IN_MEMORY
