"""The module is planned, applied, planned again and destroyed against an AWS emulator."""

import json
import unittest

from stack import Stack

EVERYTHING = """
  aws_sns_topic_subscription_email = "oncall@example.com"
  create_lambda_url                = true
  create_kms_key                   = true
  drift_detection_enabled          = true
  drift_source_account_id          = "999999999999"
  s3_object_lock                   = true
  s3_logging                       = { target_bucket = "access-logs", target_prefix = "s3/" }
  s3_bucket_partition_prefix       = "logs/"
  ecr_repo_tag                     = "4.2.2"
  attribute_sync_enabled           = true
  attribute_sync_managed_groups    = ["ops"]
  attribute_sync_rules             = [{ group_name = "ops", attributes = { title = "Operator" } }]
  config = [{
    ResourceType = "Account", Resource = "111111111111", PermissionSet = "*"
    Approvers    = "lead@example.com"
  }, {
    ResourceType = "OU", Resource = "Root/Prod/*", PermissionSet = ["Read"], MaxDuration = "02:00"
  }]
  group_config = [{
    Resource = ["11e111e1-e111-11ee-e111-1e11e1ee11e1"], Approvers = ["lead@example.com"]
  }]
"""

# moto does not tell what it was given (the same configuration is in place).
NOT_TOLD_BY_MOTO = ("aws_lambda_function.this", "aws_s3_bucket_logging.this")


class Apply(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = Stack(cls, EVERYTHING, seed={"groups": [{"name": "ops"}]})
        cls.make_bucket_for_access_logs()
        cls.said = cls.stack.apply()
        cls.resources = cls.stack.resources()
        cls.outputs = cls.stack.outputs()

    @classmethod
    def make_bucket_for_access_logs(cls):
        s3 = cls.stack.client("s3")
        s3.create_bucket(Bucket="access-logs")
        s3.put_bucket_policy(Bucket="access-logs", Policy=json.dumps({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"},
                           "Action": "s3:PutObject", "Resource": "arn:aws:s3:::access-logs/*"}]}))

    def environment(self, function):
        values = self.resources[f'aws_lambda_function.this["{function}"]']
        return values["environment"][0]["variables"]

    def test_a_second_plan_changes_nothing(self):
        _, changes = self.stack.plan()
        self.assertEqual({}, {address: actions for address, actions in changes.items()
                              if not address.startswith(NOT_TOLD_BY_MOTO)})
        self.assertFalse([a for a in changes.values() if "delete" in a])

    def test_images_are_accepted_with_a_warning(self):
        self.assertIn("have no effect: functions are made from a zip", " ".join(self.said.split()))

    def test_outputs_of_the_existing_product(self):
        self.assertTrue(self.outputs["requester_api_endpoint_url"].endswith("/access-requester"))
        self.assertTrue(self.outputs["lambda_function_url"])
        self.assertRegex(self.outputs["sso_elevator_bucket_id"], "^sso-elevator-audit-entry-.{16}$")
        self.assertTrue(self.outputs["config_s3_bucket_name"].startswith("sso-elevator-config-"))
        self.assertEqual("attribute-syncer", self.outputs["attribute_syncer_lambda_name"])
        self.assertIn(":function:attribute-syncer", self.outputs["attribute_syncer_lambda_arn"])
        self.assertIn(":rule/sso-elevator-attribute-sync",
                      self.outputs["attribute_sync_schedule_rule_arn"])
        self.assertEqual("arn:aws:s3:::" + self.outputs["config_s3_bucket_name"],
                         self.outputs["config_s3_bucket_arn"])

    def test_functions_are_the_one_program(self):
        for function in ("requester", "revoker", "attribute-syncer"):
            values = self.resources[f'aws_lambda_function.this["{function}"]']
            self.assertEqual(("provided.al2023", function, ["x86_64"]),
                             (values["runtime"], values["handler"], values["architectures"]))

    def test_no_secret_is_in_an_environment(self):
        for function in ("requester", "revoker", "attribute-syncer"):
            values = self.environment(function)
            self.assertNotIn("of-the-test", json.dumps(values))
            self.assertEqual("ssm:/access-requester/slack-bot-token", values["SLACK_BOT_TOKEN_REF"])
        self.assertEqual("ssm:/access-requester/slack-signing-secret",
                         self.environment("requester")["SLACK_SIGNING_SECRET_REF"])
        self.assertNotIn("SLACK_SIGNING_SECRET_REF", self.environment("revoker"))
        kept = self.stack.client("ssm").get_parameter(
            Name="/access-requester/slack-bot-token", WithDecryption=True)["Parameter"]
        self.assertEqual(("SecureString", "xoxb-of-the-test"), (kept["Type"], kept["Value"]))

    def test_the_prefix_is_written_once(self):
        for function in ("requester", "revoker", "attribute-syncer"):
            self.assertEqual("logs", self.environment(function)["S3_BUCKET_PREFIX_FOR_PARTITIONS"])

    def test_the_daily_sweep_removes_and_menus_do_not_search(self):
        self.assertEqual("remove", self.environment("revoker")["SWEEP_MODE"])
        self.assertEqual("off", self.environment("requester")["SLACK_OPTIONS_LOAD"])

    def test_rules_are_in_the_bucket(self):
        body = self.stack.client("s3").get_object(
            Bucket=self.outputs["config_s3_bucket_name"], Key="config/approval-config.json")["Body"]
        rules = json.load(body)
        self.assertEqual(["111111111111", "Root/Prod/*"],
                         [statement["Resource"] for statement in rules["statements"]])
        self.assertEqual(1, len(rules["group_statements"]))

    def test_events_have_the_shapes_of_the_existing_product(self):
        inputs = {}
        events = self.stack.client("events")
        for rule in ("sso-elevator-reconcile", "sso-elevator-check-on-inconsistency",
                     "sso-elevator-scheduled-revocation", "sso-elevator-attribute-sync"):
            (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
            inputs[rule] = (json.loads(target["Input"]), target["Arn"].rpartition(":")[2],
                            events.describe_rule(Name=rule)["ScheduleExpression"])
        self.assertEqual({
            "sso-elevator-reconcile": ({"action": "reconcile"}, "access-revoker", "rate(1 minute)"),
            "sso-elevator-check-on-inconsistency": (
                {"action": "check_on_inconsistency"}, "access-revoker", "rate(2 hours)"),
            "sso-elevator-scheduled-revocation": (
                {"action": "sso_elevator_scheduled_revocation"}, "access-revoker",
                "cron(0 23 * * ? *)"),
            "sso-elevator-attribute-sync": (
                {"action": "attribute_sync"}, "attribute-syncer", "rate(1 hour)"),
        }, inputs)

    def test_what_rules_cannot_deliver_is_kept(self):
        queue = self.resources["aws_sqs_queue.dead_letters"]["arn"]
        kept = {address.partition("event_target.")[2]: values["dead_letter_config"]
                for address, values in self.resources.items()
                if address.startswith("aws_cloudwatch_event_target.")}
        # The next minute brings another one.
        self.assertEqual([], kept.pop('this["reconcile"]'))
        rules = ["drift[0]", *(f'this["{name}"]' for name in ("report", "sweep", "sync"))]
        self.assertEqual({name: [{"arn": queue}] for name in rules}, kept)
        policy = json.loads(self.resources["aws_sqs_queue_policy.dead_letters"]["policy"])
        (rules,) = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
        self.assertEqual({"Service": "events.amazonaws.com"}, rules["Principal"])
        self.assertEqual(
            {values["arn"] for address, values in self.resources.items()
             if address.startswith("aws_cloudwatch_event_rule.")},
            set(rules["Condition"]["ArnEquals"]["aws:SourceArn"]))

    def test_the_table_has_what_the_store_asks_for(self):
        dynamodb = self.stack.client("dynamodb")
        table = dynamodb.describe_table(TableName="sso-elevator-state")["Table"]
        keys = {index["IndexName"]: [key["AttributeName"] for key in index["KeySchema"]]
                for index in table["GlobalSecondaryIndexes"]}
        self.assertEqual(["pk"], [key["AttributeName"] for key in table["KeySchema"]])
        self.assertEqual({"due": ["due_bucket", "due_at"],
                          "requester": ["requester", "created_at"],
                          "state": ["state", "created_at"],
                          "head": ["head_bucket", "head_moved_at"]}, keys)
        also = {index["IndexName"]: sorted(index["Projection"].get("NonKeyAttributes", []))
                for index in table["GlobalSecondaryIndexes"]}
        self.assertEqual({"due": [], "requester": ["open_target", "state"], "state": [],
                          "head": ["hash", "sequence"]}, also)
        self.assertEqual("PAY_PER_REQUEST", table["BillingModeSummary"]["BillingMode"])
        backups = dynamodb.describe_continuous_backups(
            TableName="sso-elevator-state")["ContinuousBackupsDescription"]
        self.assertEqual("ENABLED",
                         backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])

    def test_only_rules_of_this_installation_and_the_scheduler_call_the_revoker(self):
        functions = self.stack.client("lambda")
        policy = json.loads(functions.get_policy(FunctionName="access-revoker")["Policy"])
        sources = {}
        for statement in policy["Statement"]:
            self.assertEqual({"Service": "events.amazonaws.com"}, statement["Principal"])
            arn = statement["Condition"]["ArnLike"]["AWS:SourceArn"]
            sources[statement["Sid"]] = arn.rpartition("rule/")[2]
        self.assertEqual({"Rule-reconcile": "sso-elevator-reconcile",
                          "Rule-report": "sso-elevator-check-on-inconsistency",
                          "Rule-sweep": "sso-elevator-scheduled-revocation",
                          "Rule-drift": "access-revoker-drift/access-revoker-drift"}, sources)

    def test_schedules_can_only_be_made_for_the_revoker(self):
        trust = json.loads(self.resources["aws_iam_role.scheduler"]["assume_role_policy"])
        (statement,) = trust["Statement"]
        self.assertEqual({"Service": "scheduler.amazonaws.com"}, statement["Principal"])
        self.assertEqual(
            {"aws:SourceAccount": "123456789012",
             "aws:SourceArn": self.resources["aws_scheduler_schedule_group.this"]["arn"]},
            statement["Condition"]["StringEquals"])
        rights = json.loads(self.resources["aws_iam_role_policy.scheduler"]["policy"])["Statement"]
        self.assertEqual(
            {"lambda:InvokeFunction": [self.outputs["function_arns"]["revoker"]],
             "sqs:SendMessage": [self.resources["aws_sqs_queue.dead_letters"]["arn"]]},
            {s["Action"][0]: s["Resource"] for s in rights if s["Sid"] != "DeadLettersKey"})

    def test_alarms(self):
        alarms = self.stack.client("cloudwatch").describe_alarms()["MetricAlarms"]
        names = {alarm["AlarmName"].removeprefix("sso-elevator-access-revoker-")
                 for alarm in alarms}
        functions = ("requester", "revoker", "attribute-syncer")
        self.assertEqual({"overdue", "silent", "dead-letters"}
                         | {f"{f}-errors" for f in functions}
                         | {f"{f}-throttles" for f in functions}, names)
        topic = self.outputs["alarm_topic_arn"]
        self.assertTrue(all(alarm["AlarmActions"] == [topic] for alarm in alarms))

    def test_the_function_url_has_both_permissions_that_aws_demands(self):
        permission = self.resources["aws_lambda_permission.function_url[0]"]
        self.assertEqual(("lambda:InvokeFunctionUrl", "NONE"),
                         (permission["action"], permission["function_url_auth_type"]))
        stack = self.resources["aws_cloudformation_stack.function_url[0]"]
        (other,) = json.loads(stack["template_body"])["Resources"].values()
        self.assertEqual(
            {"Action": "lambda:InvokeFunction", "FunctionName": "access-requester",
             "InvokedViaFunctionUrl": True, "Principal": "*"}, other["Properties"])

    def test_logs_are_kept_as_long_as_asked(self):
        groups = self.stack.client("logs").describe_log_groups()["logGroups"]
        self.assertEqual({"/aws/lambda/access-requester": 365, "/aws/lambda/access-revoker": 365,
                          "/aws/lambda/attribute-syncer": 365,
                          "/aws/apigateway/sso-elevator-access-requster/default": 365},
                         {group["logGroupName"]: group["retentionInDays"] for group in groups})

    def test_one_key_encrypts_what_is_kept(self):
        key = self.resources["aws_kms_key.this[0]"]["arn"]
        (table,) = self.resources["aws_dynamodb_table.state"]["server_side_encryption"]
        used = {
            "table": table["kms_key_arn"],
            "queue": self.resources["aws_sqs_queue.dead_letters"]["kms_master_key_id"],
            "topic": self.resources["aws_sns_topic.alarms[0]"]["kms_master_key_id"],
            "secret": self.resources['aws_ssm_parameter.secret["bot_token"]']["key_id"],
            "logs": self.resources['aws_cloudwatch_log_group.function["revoker"]']["kms_key_id"],
        }
        for bucket in ("audit", "config"):
            (rule,) = self.resources[
                f'aws_s3_bucket_server_side_encryption_configuration.this["{bucket}"]']["rule"]
            (default,) = rule["apply_server_side_encryption_by_default"]
            self.assertEqual("aws:kms", default["sse_algorithm"])
            used[bucket] = default["kms_master_key_id"]
        # What a function says of an object counts for more than the bucket's default.
        for function in ("requester", "revoker", "attribute-syncer"):
            used[function] = self.environment(function)["AUDIT_KMS_KEY_ARN"]
        self.assertEqual({name: key for name in used}, used)

    def test_buckets_are_private_versioned_and_locked(self):
        s3 = self.stack.client("s3")
        for output in ("sso_elevator_bucket_id", "config_s3_bucket_name"):
            name = self.outputs[output]
            self.assertEqual("Enabled", s3.get_bucket_versioning(Bucket=name)["Status"])
            block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
            self.assertEqual({True}, set(block.values()))
            self.assertIn("aws:SecureTransport", s3.get_bucket_policy(Bucket=name)["Policy"])
            owner = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]
            self.assertEqual([{"ObjectOwnership": "BucketOwnerEnforced"}], owner["Rules"])
        lock = s3.get_object_lock_configuration(Bucket=self.outputs["sso_elevator_bucket_id"])
        self.assertLessEqual({"Mode": "GOVERNANCE", "Years": 2}.items(),
                         lock["ObjectLockConfiguration"]["Rule"]["DefaultRetention"].items())

    @classmethod
    def tearDownClass(cls):
        # Destroying is part of what is tested: an error here is a failed test.
        client = cls.stack.client("s3")
        bucket = cls.outputs["config_s3_bucket_name"]
        versions = client.list_object_versions(Bucket=bucket)
        for version in versions.get("Versions", []) + versions.get("DeleteMarkers", []):
            client.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        cls.stack.destroy()
        assert cls.stack.json("show", "-json").get("values") is None


SECRETS = """
resource "aws_ssm_parameter" "token" {
  name  = "/slack/token"
  type  = "SecureString"
  value = "xoxb-of-the-test"
}

resource "aws_secretsmanager_secret" "signing" {
  name = "signing-secret"
}
"""


class SecretsOfTheSameConfiguration(unittest.TestCase):
    def test_their_arns_need_not_be_known_when_planning(self):
        stack = Stack(self, more=SECRETS)
        main = stack.path / "main.tf"
        text = main.read_text()
        for old, new in (
                ('slack_bot_token      = "xoxb-of-the-test"',
                 "slack_bot_token_arn      = aws_ssm_parameter.token.arn"),
                ('slack_signing_secret = "signing-secret-of-the-test"',
                 "slack_signing_secret_arn = aws_secretsmanager_secret.signing.arn")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        main.write_text(text)
        stack.apply("-target=module.elevator.aws_lambda_function.this")
        resources = stack.resources()
        (environment,) = resources['aws_lambda_function.this["requester"]']["environment"]
        self.assertEqual(
            ("ssm:" + resources["aws_ssm_parameter.token"]["arn"],
             "secretsmanager:" + resources["aws_secretsmanager_secret.signing"]["arn"]),
            (environment["variables"]["SLACK_BOT_TOKEN_REF"],
             environment["variables"]["SLACK_SIGNING_SECRET_REF"]))
        self.assertFalse([a for a in resources if a.startswith("aws_ssm_parameter.secret")])


if __name__ == "__main__":
    unittest.main()
