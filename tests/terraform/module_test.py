"""The module without AWS: its own tests, its format, its examples, its reference."""

import re
import subprocess
import sys
import unittest

from stack import MODULE, ROOT, Folder, write_package

# Inputs and outputs of terraform-aws-sso-elevator 4.2.2.
EXISTING_INPUTS = """
create_api_gateway create_lambda_url ecr_repo_name ecr_repo_tag use_pre_created_image
ecr_owner_account_id tags aws_sns_topic_subscription_email slack_signing_secret slack_bot_token
slack_channel_id log_level schedule_expression schedule_expression_for_check_on_inconsistency
sso_instance_arn identity_store_id config group_config revoker_lambda_name requester_lambda_name
event_brige_check_on_inconsistency_rule_name event_brige_scheduled_revocation_rule_name
event_bridge_check_on_inconsistency_rule_name event_bridge_scheduled_revocation_rule_name
schedule_group_name schedule_role_name revoker_post_update_to_slack s3_bucket_name_for_audit_entry
s3_bucket_partition_prefix s3_name_of_the_existing_bucket s3_mfa_delete s3_object_lock
s3_object_lock_configuration s3_logging request_expiration_hours
approver_renotification_initial_wait_time approver_renotification_backoff_multiplier
max_permissions_duration_time permission_duration_list_override logs_retention_in_days
secondary_fallback_email_domains api_gateway_throttling_burst_limit
api_gateway_throttling_rate_limit api_gateway_name send_dm_if_user_not_in_channel lambda_timeout
lambda_memory_size lambda_architecture config_bucket_name cache_enabled config_bucket_kms_key_arn
attribute_sync_enabled attribute_sync_managed_groups attribute_sync_rules
attribute_sync_manual_assignment_policy attribute_sync_schedule attribute_sync_lambda_memory
attribute_sync_lambda_timeout attribute_syncer_lambda_name attribute_sync_event_rule_name
"""
EXISTING_OUTPUTS = """
sso_elevator_bucket_id requester_api_endpoint_url lambda_function_url config_s3_bucket_name
config_s3_bucket_arn attribute_syncer_lambda_arn attribute_syncer_lambda_name
attribute_sync_schedule_rule_arn
"""


class Module(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder(cls)
        cls.copy = cls.folder.path / "module"

    def init(self, folder):
        return self.folder.terraform("init", "-input=false", "-no-color", "-backend=false",
                                     folder=folder)

    def test_terraform_test(self):
        self.init(self.copy)
        said = self.folder.terraform("test", "-no-color", folder=self.copy)
        passed = re.search(r"^Success! (\d+) passed, 0 failed\.", said, re.MULTILINE)
        self.assertIsNotNone(passed, said)
        written = (self.copy / "tests/inputs.tftest.hcl").read_text()
        runs = len(re.findall(r'^run "', written, re.MULTILINE))
        self.assertEqual(runs, int(passed.group(1)))
        print(f"\nSUMMARY terraform test runs {runs}")

    def test_format(self):
        said = self.folder.terraform("fmt", "-check", "-recursive", "-no-color", folder=self.copy)
        self.assertEqual("", said)

    def test_examples_are_valid(self):
        for example in sorted((MODULE / "examples").iterdir()):
            with self.subTest(example=example.name):
                target = self.folder.path / "examples" / example.name
                target.mkdir(parents=True)
                for file in example.glob("*.tf"):
                    text = file.read_text().replace('source = "../.."', 'source = "../../module"')
                    (target / file.name).write_text(text)
                write_package(target / "sso-elevator-lambda-x86_64.zip")
                self.init(target)
                said = self.folder.terraform("validate", "-no-color", folder=target)
                self.assertIn("Success!", said)


class Reference(unittest.TestCase):
    def names(self, kind):
        found = []
        for file in MODULE.glob("*.tf"):
            found += re.findall(rf'^{kind} "(\w+)" \{{', file.read_text(), re.MULTILINE)
        return set(found)

    def test_the_reference_is_what_the_files_say(self):
        made = subprocess.run([sys.executable, MODULE / "reference.py"], capture_output=True,
                              text=True, check=True).stdout
        self.assertEqual(made, (MODULE / "reference.md").read_text(encoding="utf-8"),
                         "run deploy/terraform/reference.py --write")
        for name in self.names("variable") | self.names("output"):
            self.assertIn(f"| `{name}` |", made)

    def test_every_input_and_output_of_the_existing_product_is_there(self):
        self.assertEqual(set(), set(EXISTING_INPUTS.split()) - self.names("variable"))
        self.assertEqual(set(), set(EXISTING_OUTPUTS.split()) - self.names("output"))

    def test_every_setting_of_a_function_has_a_way_in(self):
        rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]*) \| ([^|]*) \|$",
                          (ROOT / "docs/settings.md").read_text(encoding="utf-8"), re.MULTILINE)
        settings = {name for name, read_by, meaning in rows
                    if read_by != "`serve`" and not meaning.startswith("Accepted, has no effect")}
        self.assertGreater(len(settings), 30)
        given = set(re.findall(r"^    ([A-Z][A-Z0-9_]+) += ",
                               (MODULE / "functions.tf").read_text(), re.MULTILINE))
        variable = re.search(r'^variable "settings" \{\n.*?^\}',
                             (MODULE / "variables_more.tf").read_text(), re.MULTILINE | re.DOTALL)
        others = set(re.findall(r'^      "(\w+)",$', variable.group(), re.MULTILINE))
        # Secrets go by reference, rules through the bucket.
        elsewhere = {"SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "STATEMENTS", "GROUP_STATEMENTS"}
        self.assertEqual(settings - given - elsewhere, others)

    def test_only_the_aws_provider_and_no_modules(self):
        texts = {file.name: file.read_text() for file in MODULE.glob("*.tf")}
        self.assertEqual(["hashicorp/aws"],
                         re.findall(r'source\s*=\s*"([^"]+)"', texts["versions.tf"]))
        for name, text in texts.items():
            self.assertIsNone(re.search(r'^module "', text, re.MULTILINE), name)
            kinds = re.findall(r'^(?:resource|data) "(\w+)"', text, re.MULTILINE)
            self.assertEqual([], [k for k in kinds if not k.startswith(("aws_", "terraform_data"))])


if __name__ == "__main__":
    unittest.main()
