"""The world of world.py with the program as it runs on AWS: three functions, rows in DynamoDB,
timers in EventBridge Scheduler, audit log, rules and listings in S3. Everything else, and what
people do in it, is the same.
"""

import json
import re
import urllib.parse
import urllib.request
from pathlib import Path

from product import BINARY, run
from runtime_api import Front, Function
from world import START, WorldTest

AUDIT, CONFIG, TABLE, GROUP = "audit-bucket", "config-bucket", "sso-elevator-state", "sso-elevator"
RULES_KEY = "config/approval-config.json"
ACCOUNT = "123456789012"
REVOKER = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:access-revoker"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/event-bridge-role-for-sso-elevator"


class AwsCalls:
    """Calls to AWS that a test makes itself. moto looks at the credential scope only."""

    def __init__(self, url):
        self.url = url

    def send(self, service, method="POST", path="/", body=b"", headers=None):
        signed = ("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250102/us-east-1/"
                  f"{service}/aws4_request, SignedHeaders=host, Signature=0")
        request = urllib.request.Request(self.url + path, body or None,
                                         {"Authorization": signed, **(headers or {})},
                                         method=method)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def json(self, service, target, body):
        return json.loads(self.send(service, body=json.dumps(body).encode(), headers={
            "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}) or b"{}")

    def put_object(self, bucket, key, body):
        self.send("s3", "PUT", f"/{bucket}/{key}", body, {"Content-Type": "application/json"})

    def objects(self, bucket, prefix=""):
        """{key: bytes}"""
        quoted = urllib.parse.quote(prefix, safe="")
        listed = self.send("s3", "GET", f"/{bucket}?list-type=2&prefix={quoted}").decode()
        return {key: self.send("s3", "GET", f"/{bucket}/{urllib.parse.quote(key)}")
                for key in re.findall(r"<Key>([^<]+)</Key>", listed)}

    def create_table(self):
        """As deploy/terraform/state.tf makes it."""
        text = {"pk", "due_bucket", "requester", "state", "head_bucket"}
        names = ["pk", "due_bucket", "due_at", "requester", "state", "created_at", "head_bucket",
                 "head_moved_at"]

        def index(name, first, second, also=()):
            projection = ({"ProjectionType": "INCLUDE", "NonKeyAttributes": list(also)} if also
                          else {"ProjectionType": "KEYS_ONLY"})
            return {"IndexName": name, "Projection": projection,
                    "KeySchema": [{"AttributeName": first, "KeyType": "HASH"},
                                  {"AttributeName": second, "KeyType": "RANGE"}]}

        self.json("dynamodb", "DynamoDB_20120810.CreateTable", {
            "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": name,
                                      "AttributeType": "S" if name in text else "N"}
                                     for name in names],
            "GlobalSecondaryIndexes": [
                index("due", "due_bucket", "due_at"),
                index("requester", "requester", "created_at", ["state", "open_target"]),
                index("state", "state", "created_at"),
                index("head", "head_bucket", "head_moved_at", ["sequence", "hash"])]})

    def delete_table(self):
        self.json("dynamodb", "DynamoDB_20120810.DeleteTable", {"TableName": TABLE})

    def schedules(self):
        """{name: schedule} of our group."""
        listed = json.loads(self.send("scheduler", "GET", f"/schedules?ScheduleGroup={GROUP}"))
        return {one["Name"]: json.loads(
            self.send("scheduler", "GET", f"/schedules/{one['Name']}?groupName={GROUP}"))
            for one in listed["Schedules"]}


class LambdaProduct:
    """Product of product.py, made of functions."""

    def __init__(self, environment, state, now):
        self.environment, self.state, self.now = environment, Path(state), now
        self.state.mkdir(parents=True, exist_ok=True)
        self.functions, self.front = {}, None
        self.payload, self.encode = "2.0", True
        self.command = [BINARY]

    def start(self, die=None):
        """`die`: {handler: ("before" or "after", n)}: its first instance dies at that call."""
        for handler, timeout in (("requester", 30), ("revoker", 300), ("attribute-syncer", 300)):
            self.functions[handler] = Function(handler, self.environment, self.state,
                                               lambda: self.now, timeout, self.command)
            self.functions[handler].die = (die or {}).get(handler)
        self.front = Front(self.requester, self.payload, self.encode)
        self.url = self.front.url
        return self

    @property
    def requester(self):
        return self.functions["requester"]

    @property
    def revoker(self):
        return self.functions["revoker"]

    def stop(self):
        if self.front:
            self.front.stop()
            self.front = None
        for function in self.functions.values():
            function.stop()
        return 0

    kill = stop

    # --- time: one for all processes ---

    def instances(self):
        return [one for function in self.functions.values() for one in function.instances
                if not one.is_dead()]

    def bury(self):
        return sum(function.bury() for function in self.functions.values())

    def set_time(self, seconds):
        self.now = seconds
        for instance in self.instances():
            instance.set_time(seconds)

    def read_time(self):
        self.wait_until_idle()
        self.set_time(max([self.now, *(instance.time() for instance in self.instances())]))
        return self.now

    def wait_until_idle(self):
        for function in self.functions.values():
            function.wait_until_idle()

    def call(self, handler, event):
        """One invocation, to its end."""
        self.read_time()
        done = self.functions[handler].invoke(event).wait_for_end()
        self.read_time()
        return done

    def settle(self):
        """As often as the rule of every minute would; answers when the next row is due."""
        for _ in range(500):
            done = self.call("revoker", {"action": "reconcile"})
            assert done.error is None, (done.error, self.log()[-3000:])
            due = done.answer.get("next_due")
            if due is None:
                return None
            due = seconds_of(due)
            if due > self.now:
                return due
        raise AssertionError("rows stay due whatever is done")

    # --- what can be seen of it ---

    def log(self):
        return "".join(path.read_text(errors="replace")
                       for path in sorted(self.state.glob("*.log")))

    def metrics(self):
        return b""

    def metric(self, name):
        """The newest that alarms can see."""
        for line in reversed(self.log().splitlines()):
            if line.startswith("{") and f'"{name}":' in line:
                return json.loads(line)[name]
        return None


def seconds_of(text):
    from datetime import datetime
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class LambdaTest(WorldTest):
    """A test of the functions."""

    payload, encode = "2.0", True

    def setUp(self):
        starts = self.starts_by_itself
        self.starts_by_itself = False
        super().setUp()
        self.calls = AwsCalls(self.aws.url)
        self.calls.create_table()
        self.calls.send("scheduler", "POST", f"/schedule-groups/{GROUP}", b"{}",
                        {"Content-Type": "application/json"})
        self.write_rules(self.rules_document())
        self.product = LambdaProduct(self.environment(), self.folder / "state", START)
        self.product.payload, self.product.encode = self.payload, self.encode
        if starts:
            self.start()

    def seed(self):
        return {**super().seed(), "buckets": [AUDIT, CONFIG]}

    def environment(self):
        environment = {**super().environment(),
                       "STATE_TABLE_NAME": TABLE, "SCHEDULE_GROUP_NAME": GROUP,
                       "SCHEDULE_POLICY_ARN": ROLE, "REVOKER_FUNCTION_ARN": REVOKER,
                       "S3_BUCKET_FOR_AUDIT_ENTRY_NAME": AUDIT, "CONFIG_BUCKET_NAME": CONFIG,
                       "CONFIG_S3_KEY": RULES_KEY, "SLACK_TEAM_ID": self.slack.team_id}
        del environment["RULES_FILE"]
        return environment

    def write_rules(self, rules):
        text = rules if isinstance(rules, str) else json.dumps(rules)
        if hasattr(self, "calls"):
            self.calls.put_object(CONFIG, RULES_KEY, text.encode())

    def start(self, die=None):
        self.product.start(die)
        self.slack.product_url = self.product.url

    def entries(self):
        stored = self.calls.objects(AUDIT, "logs/")
        entries = [json.loads(body) for key, body in stored.items() if "/rules/" not in key]
        return sorted(entries, key=lambda entry: entry["timestamp"])

    def everything_kept(self):
        """And what lies in S3, in the table, and in the schedules."""
        buckets = [self.calls.objects(bucket).values() for bucket in (AUDIT, CONFIG)]
        rows = self.calls.json("dynamodb", "DynamoDB_20120810.Scan", {"TableName": TABLE})
        self.assertNotIn("LastEvaluatedKey", rows, "the table has another page")
        return [*super().everything_kept(), *buckets[0], *buckets[1],
                json.dumps([rows, self.calls.schedules()]).encode()]

    def verify_audit(self):
        self.product.settle()
        self.product.stop()
        done = run("audit", "verify", "--s3", f"s3://{AUDIT}/logs/",
                   environment=self.environment())
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def fire_schedules(self):
        """What EventBridge Scheduler does with every schedule whose time has come."""
        fired = []
        for name, schedule in self.calls.schedules().items():
            at = re.fullmatch(r"at\((.*)\)", schedule["ScheduleExpression"])[1]
            if seconds_of(at + "+00:00") > self.product.now:
                continue
            fired.append(self.product.call("revoker", json.loads(schedule["Target"]["Input"])))
        return fired
