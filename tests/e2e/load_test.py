"""Load: signed events at 500 a second, and half as many forged ones. Nothing that was accepted is
lost or done twice, everything that is refused is counted, and memory stays bounded.

Half a minute here; ten minutes with `./run load`.
"""

import hashlib
import hmac
import json
import os
import statistics
import time
import unittest
import urllib.parse
from collections import Counter

from tests.load.paced import PacedSender
from world import ACCOUNTS, IN_MEMORY, WorldTest

SECONDS = int(os.environ.get("ELEVATOR_LOAD_SECONDS", "30"))
SIGNED, FORGED = 500, 250  # a second
# Of the signed ones: new requests, requests that were sent before, forms opened by shortcut or
# command, and clicks on a request that nobody knows. The others only ask whether we are there.
NEW, AGAIN, FORMS, STRANGE = 4, 60, 6, 24
SLOWER, MOST_503 = 1.2, 0.01  # than planned; of the signed ones
REQUESTS_OF_ONE = 10  # a person; a grant holds 20 leases
PEOPLE = max(10, SECONDS * NEW // REQUESTS_OF_ONE + 1)
MOST_MEGABYTES = 400


class Load(WorldTest):
    scratch = IN_MEMORY
    settings = {"LOG_LEVEL": "WARNING"}

    def seed(self):
        seed = super().seed()
        seed["users"] += [{"user_name": f"p{n}", "email": f"p{n}@corp.com"}
                          for n in range(PEOPLE)]
        return seed

    def setUp(self):
        super().setUp()
        for number in range(PEOPLE):
            self.slack.add_person(f"U0P{number}", f"p{number}@corp.com", f"P {number}")
        self.answers, self.seconds = Counter(), []
        self.accepted = set()

    # --- what is sent ---

    def prepare(self):
        """Bodies in which only ids are to be replaced: what sends must not be what is slow."""
        message = self.ask(self.dana)
        self.known = message["metadata"]["event_payload"]["request_id"].encode()
        self.click = self.amir.prepare_click(message, "approve").body
        self.fill_in(self.dana, account="dev", permission_set="ReadOnly")
        body = urllib.parse.parse_qs(self.dana.prepare_submit().body.decode())
        payload = json.loads(body["payload"][0])
        payload["user"] |= {"id": "PERSON", "name": "PERSON"}
        payload["view"]["id"] = payload["trigger_id"] = "VIEW"
        self.form = urllib.parse.urlencode({"payload": json.dumps(payload)}).encode()

    def submission(self, number):
        person, view = f"U0P{number % PEOPLE}", f"VLOAD{number}"
        return self.form.replace(b"PERSON", person.encode()).replace(b"VIEW", view.encode())

    def opens_form(self, number):
        if number % 2:
            return self.sam.prepare_command("/access").body
        return self.sam.deliver(
            self.sam._payload("shortcut", callback_id="request_for_access")).body

    def strange_click(self, number):
        return self.click.replace(self.known, b"%032x" % number)

    def request(self, body, secret=None, age=0):
        stamp = str(int(self.product.now) - age)
        mac = hmac.new((secret or self.slack.signing_secret).encode(),
                       b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return (b"POST /slack/events HTTP/1.1\r\nHost: elevator\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"X-Slack-Request-Timestamp: " + stamp.encode() + b"\r\n"
                b"X-Slack-Signature: v0=" + mac.encode() + b"\r\n"
                b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)

    def one_second(self, second):
        self.product.read_time()  # waiting inside the program moves its clock
        check = self.request(b"ssl_check=1&token=x")
        new = [(("new", n), self.submission(n)) for n in range(second * NEW, (second + 1) * NEW)]
        old = [(second * 7919 + place * 31) % (second * NEW) for place in range(AGAIN) if second]
        again = [(("again", n), self.submission(n)) for n in old]
        forms = [(("form", n), self.opens_form(n)) for n in range(FORMS)]
        strange = [(("strange", n), self.strange_click(second * STRANGE + n))
                   for n in range(STRANGE)]
        signed = [(what, self.request(body)) for what, body in new + again + forms + strange]
        signed += [(("signed", 0), check)] * (SIGNED - len(signed))
        signed = [signed[place * 7 % SIGNED] for place in range(SIGNED)]  # not one kind at a time
        forgeries = [self.request(b"ssl_check=1", secret="another"),
                     self.request(b"ssl_check=1&x=1", age=301),
                     self.request(b"ssl_check=1&x=2", age=-400),
                     check.replace(b"v0=", b"v1="),
                     self.request(self.submission(0), secret="guessed")]
        forged = [(("forged", 0), forgeries[n % len(forgeries)]) for n in range(FORGED)]
        # Three at a time: two signed, one forged.
        mixed = []
        for place in range(FORGED):
            mixed += [signed[2 * place], signed[2 * place + 1], forged[place]]
        return mixed

    def answered(self, what, status, seconds):
        kind, number = what
        self.answers[kind, status] += 1
        self.seconds.append(seconds)
        if kind == "new" and status == 200:
            self.accepted.add(number)

    # --- what must hold ---

    def test_nothing_is_lost_or_doubled(self):
        self.prepare()
        before = len(self.slack.channel_messages())
        self.opened = self.slack.count_calls("views.open")
        address = urllib.parse.urlsplit(self.product.url)
        sender = PacedSender((address.hostname, address.port), 32, self.answered)
        self.addCleanup(sender.close)
        began = time.perf_counter()
        for second in range(SECONDS):  # each when its time has come, however late the last one was
            sender.send(self.one_second(second), 1, began + second)
        took = time.perf_counter() - began
        wanted = SECONDS * NEW
        for number in set(range(wanted)) - self.accepted:  # as Slack sends again what was refused
            sender.send([(("new", number), self.request(self.submission(number)))], 0.01)
        self.assertEqual(len(self.accepted), wanted, self.answers)
        self.report(took)
        self.check_refusals()
        self.settle_all()
        self.check_small_things()
        self.check_requests(before, wanted)
        self.check_memory()

    def report(self, took):
        cuts = statistics.quantiles(self.seconds, n=100)
        print(f"{len(self.seconds)} answers in {took:.0f} s, median {cuts[49] * 1000:.1f} ms, "
              f"p99 {cuts[98] * 1000:.1f} ms, longest {max(self.seconds) * 1000:.0f} ms; "
              f"{dict(self.answers)}", flush=True)
        print(f"SUMMARY load events answered {len(self.seconds)}", flush=True)
        self.assertLess(cuts[98], 3)
        self.assertLessEqual(took, SECONDS * SLOWER, "it cannot take 500 events a second")

    def check_refusals(self):
        for (kind, status), number in self.answers.items():
            expected = {401} if kind == "forged" else {200, 503}
            self.assertIn(status, expected, (kind, number))
        forged = self.answers["forged", 401]
        self.assertEqual(forged, FORGED * SECONDS)
        self.assertEqual(self.counted("unsigned"), forged)
        busy = sum(number for (_, status), number in self.answers.items() if status == 503)
        self.assertLessEqual(busy, MOST_503 * SIGNED * SECONDS, self.answers)

    def counted(self, result):
        name = f'sso_elevator_slack_events_total{{result="{result}"}}'
        return self.product.metric(name)

    def settle_all(self):
        for _ in range(100):
            due = self.settle()
            if due is None or due > self.product.now + 60:
                return
            self.product.set_time(max(due, self.product.now))
        self.fail("it does not come to rest")

    def check_small_things(self):
        """Everybody got the form, or was told that the request is not known."""
        opened = self.slack.count_calls("views.open") - self.opened
        self.assertGreaterEqual(opened, self.answers["form", 200])
        told = [note for note in self.slack.whispers("U0AMIR") if "not known" in str(note)]
        self.assertGreaterEqual(len(told), self.answers["strange", 200])

    def check_requests(self, before, wanted):
        self.assertEqual(len(self.slack.channel_messages()) - before, wanted)
        operations = Counter(self.operations())
        self.assertEqual(operations["request"], wanted + 1, operations)  # and the one clicked on
        self.assertEqual(operations["grant"], wanted, operations)  # a lease each
        people = {(ACCOUNTS["dev"], "ReadOnly", f"p{n % PEOPLE}") for n in range(wanted)}
        self.assertEqual(self.aws.assignments(), people)
        created = self.aws.read("counters")["sso-admin:CreateAccountAssignment"]
        self.assertEqual(created, len(people))  # one grant each
        self.assertEqual(self.product.get("/readyz")[0], 200)

    def check_memory(self):
        with open(f"/proc/{self.product.process.pid}/status", encoding="ascii") as status:
            lines = dict(line.split(":", 1) for line in status)
        self.assertLess(int(lines["VmHWM"].split()[0]) / 1024, MOST_MEGABYTES)
        self.assertLess(int(lines["Threads"]), 60)


if __name__ == "__main__":
    unittest.main()
