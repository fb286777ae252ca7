"""The functions with the roles and the environment that the module made: they do everything they
are for, AWS refuses nothing, and whatever a role may do is used here or stands below with the page
of AWS that demands it. guard.py checks every call.
"""

import json
import os
import shutil
import sys
import tempfile
import unittest
from datetime import datetime, timezone
from pathlib import Path

from stack import Stack

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from fake_slack import FakeSlack  # noqa: E402
from lambda_world import AwsCalls, LambdaProduct, LambdaTest  # noqa: E402
from world import ACCOUNTS, HOUR, MINUTE, START, Aws  # noqa: E402

GROUP = "sso-elevator-scheduled-revocation"
ROLES = {"requester": "access-requester", "revoker": "access-revoker",
         "attribute-syncer": "attribute-syncer"}
# Rows are driven by whichever of them comes first, with the same code.
DRIVERS = ("access-requester", "access-revoker")

LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/"
MANAGEMENT = "https://docs.aws.amazon.com/singlesignon/latest/userguide/howtodelegatessoaccess.html"

# What the functions never ask for themselves: action -> (who does, where AWS says so).
NOT_ASKED_FOR = {
    "iam:AttachRolePolicy": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:CreateRole": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:GetRole": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:GetSAMLProvider": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:ListAttachedRolePolicies": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:ListRolePolicies": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:PutRolePolicy": ("Identity Center, in the caller's name", MANAGEMENT),
    "iam:UpdateSAMLProvider": ("Identity Center, in the caller's name", MANAGEMENT),
    "logs:CreateLogStream": ("Lambda", LAMBDA + "monitoring-cloudwatchlogs.html"),
    "logs:PutLogEvents": ("Lambda", LAMBDA + "monitoring-cloudwatchlogs.html"),
    "s3:ListBucket": ("S3, to tell that an object is missing",
                      "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"),
    "sqs:SendMessage": ("Lambda, for calls that fail for good",
                        LAMBDA + "invocation-async-retain-records.html"),
}

INPUTS = """
  attribute_sync_enabled        = true
  attribute_sync_managed_groups = ["synced"]
  attribute_sync_rules          = [{ group_name = "synced", attributes = { displayName = "amir" } }]
  grant_in_management_account   = true
  sweep_mode                    = "remove"
  security_people               = ["sam@corp.com"]
  config = [{
    ResourceType = "Account", Resource = "111111111111", PermissionSet = "*"
    Approvers    = ["amir@corp.com", "group:leads"]
  }, {
    ResourceType = "OU", Resource = "Root/Labs/*", PermissionSet = "ReadOnly"
    Approvers    = "amir@corp.com", Requesters = ["group:leads"]
  }, {
    ResourceType = "Tag", Resource = "stage=dev", PermissionSet = "ReadOnly"
    ApprovalIsNotRequired = true
  }]
"""

SEED = {
    "accounts": [{"name": "prod", "id": ACCOUNTS["prod"]},
                 {"name": "dev", "id": ACCOUNTS["dev"], "tags": {"stage": "dev"}},
                 {"name": "lab", "id": ACCOUNTS["lab"], "ou": "Labs"}],
    "permission_sets": ["Admin", "ReadOnly"],
    "users": [{"user_name": name, "email": f"{name}@corp.com"} for name in ("dana", "amir")]
    + [{"user_name": "sam", "email": "Sam@corp.com"}],
    "groups": [{"name": "operators"}, {"name": "leads", "members": ["sam"]}, {"name": "synced"}],
}


class Roles(LambdaTest):
    """One installation, one day of its life."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(cls, seed=SEED)
        cls.seeded = cls.stack.seeded
        cls.stack.configure(INPUTS + f"""
  group_config = [{{
    Resource = "{cls.seeded["groups"]["operators"]}", Approvers = "amir@corp.com"
  }}]
""")
        cls.stack.apply()
        cls.resources = cls.stack.resources()
        cls.aws = object.__new__(Aws)
        cls.aws.url = cls.stack.url

    @classmethod
    def tearDownClass(cls):
        pass  # the emulator ends with the stack

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="elevator-roles-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.slack = FakeSlack(clock=lambda: self.product.now)
        self.slack.bot_token = "xoxb-of-the-test"
        self.slack.signing_secret = "signing-secret-of-the-test"
        self.slack.start()
        self.addCleanup(self.slack.stop)
        for name in ("dana", "amir", "sam"):
            person = self.slack.add_person(f"U0{name.upper()}", f"{name}@corp.com", name)
            setattr(self, name, person)
        self.calls = AwsCalls(self.stack.url)
        self.product = LambdaProduct({}, self.folder / "state", START)
        self.addCleanup(self.product.kill)
        self.start()

    def start(self, die=None):
        super().start(die)
        for handler, role in ROLES.items():
            self.product.functions[handler].environment = self.environment_of(handler, role)

    def environment_of(self, handler, role):
        values = self.resources[f'aws_lambda_function.this["{handler}"]']
        given = self.stack.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::123456789012:role/{role}",
            RoleSessionName=handler)["Credentials"]
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "_HANDLER": handler,
                "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL": self.stack.url,
                "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
                "AWS_SESSION_TOKEN": given["SessionToken"], "SLACK_API_URL": self.slack.url,
                **values["environment"][0]["variables"],
                "SLACK_CHANNEL_ID": self.slack.channel, "SLACK_TEAM_ID": self.slack.team_id,
                "LOG_LEVEL": "DEBUG"}

    def entries(self):
        bucket = self.resources["aws_s3_bucket.audit[0]"]["bucket"]
        stored = self.calls.objects(bucket, "logs/")
        entries = [json.loads(body) for key, body in stored.items() if "/rules/" not in key]
        return sorted(entries, key=lambda entry: entry["timestamp"])

    # --- the day ---

    def by_hand(self, user):
        self.aws.control("assign", {
            "account_id": ACCOUNTS["prod"], "principal_id": self.seeded["users"][user],
            "permission_set_arn": self.seeded["permission_sets"]["Admin"]})

    def have_more_pairs_than_people(self):
        """What the last sweep counted, in a large organization."""
        table, key = "sso-elevator-state", {"pk": {"S": "named#sweep"}}
        dynamodb = self.stack.client("dynamodb")
        item = dynamodb.get_item(TableName=table, Key=key)["Item"]
        row = json.loads(item["body"]["S"])
        row["body"] = json.dumps({**json.loads(row["body"]), "pairs": 2000, "users": 3})
        item["body"]["S"] = json.dumps(row)
        dynamodb.put_item(TableName=table, Item=item)

    def schedule_of_the_existing_product(self):
        person = {"id": "U0AMIR", "email": "amir@corp.com", "real_name": "Amir"}
        name = "access-revoker2025-01-02-04-00-00"
        inner = {"schedule_name": name, "approver": person, "requester": person,
                 "user_account_assignment": {
                     "instance_arn": self.seeded["instance_arn"], "account_id": ACCOUNTS["lab"],
                     "permission_set_arn": self.seeded["permission_sets"]["Admin"],
                     "user_principal_id": self.seeded["users"]["amir"]},
                 "permission_duration": "PT1H"}
        at = datetime.fromtimestamp(self.product.now + HOUR, timezone.utc)
        self.stack.client("scheduler").create_schedule(
            Name=name, GroupName=GROUP, FlexibleTimeWindow={"Mode": "OFF"},
            ScheduleExpression=f"at({at:%Y-%m-%dT%H:%M:%S})",
            Target={"Arn": self.resources['aws_lambda_function.this["revoker"]']["arn"],
                    "RoleArn": self.resources["aws_iam_role.scheduler"]["arn"],
                    "Input": json.dumps({"action": "event_bridge_revoke",
                                         "revoke_event": json.dumps(inner)})})
        return name

    def event(self, action, handler="revoker"):
        done = self.product.call(handler, {"action": action})
        self.assertIsNone(done.error, self.product.log()[-3000:])

    def upgrade(self):
        old = self.schedule_of_the_existing_product()
        self.settle()
        listed = self.stack.client("scheduler").list_schedules(GroupName=GROUP)["Schedules"]
        self.assertNotIn(old, [one["Name"] for one in listed])
        self.assertEqual(1, len(listed))

    def events_of_schedules(self):
        scheduler = self.stack.client("scheduler")
        return [json.loads(scheduler.get_schedule(GroupName=GROUP, Name=one["Name"])
                           ["Target"]["Input"])
                for one in scheduler.list_schedules(GroupName=GROUP)["Schedules"]]

    def an_account(self):
        message = self.ask(self.dana)
        self.sam.click(message, "approve")  # a member of the group of approvers
        self.product.read_time()
        self.assertTrue(self.has_access(), self.product.log()[-3000:])
        self.product.set_time(self.product.now + HOUR + MINUTE)
        for event in self.events_of_schedules():
            self.product.call("revoker", event)
        self.assertFalse(self.has_access())
        self.settle()

    def by_tag_and_unit(self):
        self.ask(self.dana, account="dev", permission_set="ReadOnly")
        self.granted(account="dev", permission_set="ReadOnly")
        message = self.ask(self.sam, account="lab", permission_set="ReadOnly")
        self.amir.click(message, "approve")
        self.granted(person="sam", account="lab", permission_set="ReadOnly")
        self.dana.click(self.message_of("dev"), "end_access")
        self.product.read_time()
        self.assertEqual({}, self.dana.submit())
        self.work_until(lambda: not self.has_access(account="dev", permission_set="ReadOnly"))

    def message_of(self, account):
        return next(message for message in self.slack.channel_messages()
                    if ACCOUNTS[account] in self.text_of(message)
                    and "end_access" in self.dana.buttons(message))

    def a_group(self):
        message = self.ask_for_group(self.dana)
        self.amir.click(message, "approve")
        self.work_until(lambda: ("operators", "dana") in self.aws.memberships(), what="membership")
        self.settle()
        self.aws.fail("IsMemberInGroups", "ResourceNotFoundException")  # then it looks what is gone
        self.advance(HOUR + MINUTE)
        self.assertNotIn(("operators", "dana"), self.aws.memberships())

    def without_listings(self):
        """Nobody has a list of accounts and groups any more when what was filled in is sent."""
        before = len(self.slack.channel_messages())
        self.fill_in(self.dana)
        self.sam.shortcut("request_for_group_membership")
        self.settle()
        self.sam.choose("select_group", self.seeded["groups"]["operators"])
        self.sam.choose("duration_picker", "01:00")
        self.sam.enter("provide_reason", "on duty")
        self.product.stop()
        self.forget_listings()
        self.start()
        for person in (self.dana, self.sam):
            self.assertEqual({}, person.submit())
            self.product.read_time()
        # The place of an account in the organization cannot be had before the next listing.
        self.work_until(lambda: len(self.slack.channel_messages()) == before + 2, what="requests")
        for message in self.slack.channel_messages()[-2:]:
            self.amir.click(message, "approve")
        self.granted()
        self.work_until(lambda: ("operators", "sam") in self.aws.memberships(), what="membership")
        self.advance(HOUR + MINUTE)

    def forget_listings(self):
        bucket = self.resources["aws_s3_bucket.config"]["bucket"]
        for key in self.calls.objects(bucket, "cache/"):
            self.stack.client("s3").delete_object(Bucket=bucket, Key=key)

    def a_lost_answer(self):
        message = self.ask(self.dana)
        self.aws.fail("CreateAccountAssignment", "close_after")
        self.amir.click(message, "approve")
        self.granted()

    def the_day(self):
        self.upgrade()
        self.an_account()
        self.by_tag_and_unit()
        self.a_group()
        self.without_listings()
        self.a_lost_answer()
        self.by_hand("amir")
        self.event("check_on_inconsistency")
        self.advance(25 * HOUR)
        self.event("sso_elevator_scheduled_revocation")
        self.work_until(lambda: not self.has_access("amir"), what="the removal")
        self.have_more_pairs_than_people()
        self.event("check_on_inconsistency")
        self.aws.fail("CreateGroupMembership", "ConflictException")  # then it looks
        self.event("attribute_sync", "attribute-syncer")
        self.event("attribute_sync", "attribute-syncer")
        self.assertIn(("synced", "amir"), self.aws.memberships())
        self.aws.control("join", {"group_id": self.seeded["groups"]["synced"],
                                  "user_id": self.seeded["users"]["sam"]})
        self.advance(25 * HOUR)
        self.event("attribute_sync", "attribute-syncer")

    # --- what it shows ---

    def allowed(self, role):
        handler = next(handler for handler, name in ROLES.items() if name == role)
        policy = json.loads(self.resources[f'aws_iam_role_policy.function["{handler}"]']["policy"])
        return {action for statement in policy["Statement"] for action in statement["Action"]}

    def is_expected(self, _, action, why):
        """Of an entry that is there already, nobody may look whether it is the same: the key, which
        is made of what it is about, has to do."""
        bucket = self.resources["aws_s3_bucket.audit[0]"]["bucket"]
        return action == "s3:GetObject" and f"arn:aws:s3:::{bucket}/logs/2" in why

    def test_nothing_is_missing_and_everything_is_used(self):
        self.the_day()
        seen = self.aws.read("guard")
        self.assertEqual([], [one for one in seen["refused"] if not self.is_expected(*one)])
        used = {tuple(pair) for pair in seen["used"]}
        self.assertEqual(set(ROLES.values()), {role for role, _ in used})
        of_drivers = {action for role, action in used if role in DRIVERS}
        unused = {}
        for role in ROLES.values():
            own = of_drivers if role in DRIVERS else {a for r, a in used if r == role}
            unused[role] = self.allowed(role) - own - set(NOT_ASKED_FOR)
        self.assertEqual({role: set() for role in ROLES.values()}, unused)
        for who, page in NOT_ASKED_FOR.values():
            self.assertTrue(who and page.startswith("https://docs.aws.amazon.com/"))
        used_here = {action for _, action in used}
        self.assertFalse(used_here & set(NOT_ASKED_FOR) - {"s3:ListBucket"}, "it is asked for")
        self.forged_calls_are_refused()

    def forged_calls_are_refused(self):
        """The guard is awake: another's action, another table, a signature of somebody else."""
        import boto3
        from botocore.exceptions import ClientError

        given = self.product.functions["attribute-syncer"].environment

        def client(service, secret=given["AWS_SECRET_ACCESS_KEY"]):
            return boto3.client(service, endpoint_url=self.stack.url, region_name="us-east-1",
                                aws_access_key_id=given["AWS_ACCESS_KEY_ID"],
                                aws_secret_access_key=secret,
                                aws_session_token=given["AWS_SESSION_TOKEN"])

        table = given["STATE_TABLE_NAME"]
        key = {"pk": {"S": "x"}}
        client("dynamodb").get_item(TableName=table, Key=key)
        for call in (lambda: client("dynamodb").get_item(TableName="another", Key=key),
                     lambda: client("dynamodb").delete_item(TableName=table, Key=key),
                     lambda: client("dynamodb", "x" * 40).get_item(TableName=table, Key=key),
                     lambda: client("organizations").list_accounts(),
                     lambda: client("s3").get_object(
                         Bucket=given["S3_BUCKET_FOR_AUDIT_ENTRY_NAME"], Key="logs/x")):
            with self.assertRaises(ClientError) as caught:
                call()
            self.assertIn("AccessDenied", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
