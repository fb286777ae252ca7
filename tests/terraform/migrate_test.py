"""An installation of the existing product changes the source of its module to ours: what holds
its state stays, and its running grants go on.
"""

import json
import re
import shutil
import subprocess
import unittest

from stack import HERE, ROOT, Stack

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


# What only this product has, and the functions, which become images again.
OURS = re.compile(
    r"aws_(dynamodb_table|sqs_queue|sqs_queue_policy|ssm_parameter|cloudwatch_metric_alarm|"
    r"cloudwatch_log_metric_filter|lambda_function_event_invoke_config|lambda_permission|"
    r"iam_role_policy|sns_topic_policy)\.|terraform_data\.|"
    r"aws_cloudwatch_event_(rule|target)\.this\[\"reconcile\"\]|"
    r"module\.\w+(\[0\])?\.aws_lambda_function\.this\[0\]$")


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
        cls.facts = cls.look()
        cls.back, cls.changes_back = cls.go_back()

    @classmethod
    def look(cls):
        """What AWS says after the upgrade."""
        aws = cls.stack.client
        environment = aws("lambda").get_function_configuration(FunctionName="access-requester")
        return {
            "schedule": aws("scheduler").get_schedule(
                GroupName=GROUP, Name="access-revoker2035-01-02-03-04-05"),
            "functions": aws("lambda").list_functions()["Functions"],
            "environment": environment["Environment"]["Variables"],
            "resources": cls.stack.resources(),
            "outputs": cls.stack.outputs(),
            "plan": cls.stack.plan()[1],
        }

    @classmethod
    def go_back(cls):
        """The commands of docs/migrate.md, and the plan of the existing product after them."""
        text = (ROOT / "docs/migrate.md").read_text(encoding="utf-8")
        (commands,) = re.findall(r"^   ```bash\n(.*?)^   ```", text, re.MULTILINE | re.DOTALL)
        subprocess.run(["bash", "-eu", "-c", commands.replace("aws_sso_elevator", "elevator")],
                       cwd=cls.stack.path, check=True, stdout=subprocess.DEVNULL,
                       env=cls.stack.environment | {"MODULE": str(cls.stack.path / "module")})
        cls.stack.configure(INPUTS, source="./existing")
        cls.stack.terraform("init", "-input=false", "-no-color")
        return cls.stack.plan()

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
        target = self.facts["schedule"]["Target"]
        self.assertIn(target["Arn"], [f["FunctionArn"] for f in self.facts["functions"]])
        self.assertEqual(self.facts["resources"]["aws_iam_role.scheduler"]["arn"],
                         target["RoleArn"])

    def test_audit_entries_are_still_there_and_new_ones_go_beside_them(self):
        listed = self.stack.client("s3").list_objects_v2(Bucket=AUDIT)["Contents"]
        self.assertEqual(["logs/2024/12/31/entry.json"], [entry["Key"] for entry in listed])
        environment = self.facts["environment"]
        self.assertEqual((AUDIT, "logs", CONFIG),
                         (environment["S3_BUCKET_FOR_AUDIT_ENTRY_NAME"],
                          environment["S3_BUCKET_PREFIX_FOR_PARTITIONS"],
                          environment["CONFIG_BUCKET_NAME"]))

    def test_slack_finds_the_same_address(self):
        self.assertEqual(self.api_before, self.api())
        self.assertIn(self.api_before, self.facts["outputs"]["requester_api_endpoint_url"])

    def test_functions_have_the_names_that_schedules_know(self):
        self.assertEqual(
            dict.fromkeys(["access-requester", "access-revoker", "attribute-syncer"],
                          "provided.al2023"),
            {f["FunctionName"]: f.get("Runtime") for f in self.facts["functions"]})

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
        self.assertFalse({address for address, actions in self.facts["plan"].items()
                          if "delete" in actions or "create" in actions})

    def test_going_back_keeps_what_holds_state(self):
        gone = {address for address, actions in self.changes_back.items() if "delete" in actions}
        self.assertEqual(set(), {a for a in gone if not OURS.match(a)}, self.back)
        for address in ("aws_scheduler_schedule_group.one_time_schedule_group",
                        "aws_iam_role.eventbridge_role",
                        "module.audit_bucket[0].module.bucket_baseline[0].aws_s3_bucket.this[0]",
                        "module.config_bucket.module.bucket_baseline[0].aws_s3_bucket.this[0]",
                        "module.http_api[0].aws_apigatewayv2_api.this[0]"):
            actions = self.changes_back.get(address, ["no-op"])
            self.assertFalse({"create", "delete"} & set(actions), address)


if __name__ == "__main__":
    unittest.main()
