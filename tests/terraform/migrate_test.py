"""An installation of the existing product changes the source of its module to ours: what holds
its state stays, and its running grants go on.
"""

import json
import shutil
import unittest

from stack import HERE, Stack

INPUTS = """
  aws_sns_topic_subscription_email = "oncall@example.com"
  attribute_sync_enabled           = true
  attribute_sync_managed_groups    = ["ops"]
  attribute_sync_rules             = [{ group_name = "ops", attributes = { title = "Operator" } }]
"""

GROUP = "sso-elevator-scheduled-revocation"
AUDIT = "sso-elevator-audit-entry-abcdefghijklmnop"
CONFIG = "sso-elevator-config-abcdefghijklmnop"

# Made anew under the same name: an image cannot become a zip file.
REPLACED = {'aws_lambda_function.this["requester"]', 'aws_lambda_function.this["revoker"]',
            'aws_lambda_function.this["attribute-syncer"]'}

# Of the existing product, without a counterpart that holds state.
GIVEN_UP = ("aws_iam_role_policy.eventbridge_policy", "aws_lambda_permission.eventbridge",
            "aws_lambda_permission.url[0]", ".aws_iam_role_policy.additional_json[0]",
            '.aws_lambda_permission.unqualified_alias_triggers["trigger"]',
            "module.access_requester_slack_handler.aws_lambda_function_url.this[0]")


class Migrate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(cls, seed={"groups": [{"name": "ops"}]})
        shutil.copytree(HERE / "existing", cls.stack.path / "existing")
        cls.stack.configure(INPUTS, source="./existing")
        cls.stack.terraform("init", "-input=false", "-no-color")
        cls.stack.apply()
        cls.live_as_the_existing_product()
        cls.api_before = cls.api()
        cls.stack.configure(INPUTS)
        cls.stack.terraform("init", "-input=false", "-no-color")
        cls.said, cls.changes = cls.stack.plan()
        cls.stack.apply()

    @classmethod
    def live_as_the_existing_product(cls):
        grant = {"action": "event_bridge_revoke", "revoke_event": "{}"}
        cls.stack.client("scheduler").create_schedule(
            Name="access-revoker2035-01-02-03-04-05", GroupName=GROUP,
            ScheduleExpression="at(2035-01-02T03:04:05)", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": "arn:aws:lambda:us-east-1:123456789012:function:access-revoker",
                    "RoleArn": "arn:aws:iam::123456789012:role/sso-elevator-event-bridge-role",
                    "Input": json.dumps(grant)})
        cls.stack.client("s3").put_object(Bucket=AUDIT, Key="logs/2024/12/31/entry.json",
                                          Body=b"{}")

    @classmethod
    def api(cls):
        (api,) = cls.stack.client("apigatewayv2").get_apis()["Items"]
        return api["ApiId"]

    def test_nothing_that_holds_state_is_destroyed_or_replaced(self):
        gone = {address for address, actions in self.changes.items() if "delete" in actions}
        self.assertEqual(REPLACED, {a for a in gone if not a.endswith(GIVEN_UP)}, self.said)

    def test_schedules_of_the_existing_product_are_still_there(self):
        schedule = self.stack.client("scheduler").get_schedule(
            GroupName=GROUP, Name="access-revoker2035-01-02-03-04-05")
        functions = self.stack.client("lambda")
        self.assertEqual(functions.get_function(FunctionName="access-revoker")["Configuration"]
                         ["FunctionArn"], schedule["Target"]["Arn"])
        self.assertEqual(self.stack.resources()["aws_iam_role.scheduler"]["arn"],
                         schedule["Target"]["RoleArn"])

    def test_audit_entries_are_still_there_and_new_ones_go_beside_them(self):
        listed = self.stack.client("s3").list_objects_v2(Bucket=AUDIT)["Contents"]
        self.assertEqual(["logs/2024/12/31/entry.json"], [entry["Key"] for entry in listed])
        environment = self.stack.client("lambda").get_function_configuration(
            FunctionName="access-requester")["Environment"]["Variables"]
        self.assertEqual((AUDIT, "logs", CONFIG),
                         (environment["S3_BUCKET_FOR_AUDIT_ENTRY_NAME"],
                          environment["S3_BUCKET_PREFIX_FOR_PARTITIONS"],
                          environment["CONFIG_BUCKET_NAME"]))

    def test_slack_finds_the_same_address(self):
        self.assertEqual(self.api_before, self.api())
        self.assertIn(self.api_before, self.stack.outputs()["requester_api_endpoint_url"])

    def test_functions_have_the_names_that_schedules_know(self):
        functions = self.stack.client("lambda").list_functions()["Functions"]
        self.assertEqual(
            dict.fromkeys(["access-requester", "access-revoker", "attribute-syncer"],
                          "provided.al2023"),
            {function["FunctionName"]: function.get("Runtime") for function in functions})

    def test_the_rules_fire_once(self):
        events = self.stack.client("events")
        for rule in ("sso-elevator-scheduled-revocation", "sso-elevator-check-on-inconsistency",
                     "sso-elevator-attribute-sync"):
            self.assertEqual(1, len(events.list_targets_by_rule(Rule=rule)["Targets"]))

    def test_the_old_rights_are_gone(self):
        iam = self.stack.client("iam")
        for role in ("access-requester", "access-revoker", "attribute-syncer",
                     "sso-elevator-event-bridge-role"):
            self.assertEqual(["sso-elevator"], iam.list_role_policies(RoleName=role)["PolicyNames"])

    def test_the_plan_after_it_replaces_nothing(self):
        _, changes = self.stack.plan()
        self.assertFalse({address for address, actions in changes.items()
                          if "delete" in actions or "create" in actions})


if __name__ == "__main__":
    unittest.main()
