"""What each role may do, statement by statement, as rendered by Terraform.

Every allowed action stands below with the reason and the page of AWS that demands it; whatever is
not used any more, or not listed, is a failure. Resources are compared with AWS's Service
Authorization Reference, in the copy that cfn-lint carries (moto needs cfn-lint).
"""

import fnmatch
import json
import re
import unittest
from pathlib import Path

from stack import Stack

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/"
SSO = REFERENCE + "list_awsiamidentitycenter.html"
STORE = REFERENCE + "list_awsidentitystore.html"
ORGANIZATIONS = REFERENCE + "list_awsorganizations.html"
SCHEDULER = REFERENCE + "list_amazoneventbridgescheduler.html"
DYNAMODB = REFERENCE + "list_amazondynamodb.html"
DYNAMODB_KEY = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html"
S3 = REFERENCE + "list_amazons3.html"
S3_KEY = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
MANAGEMENT = "https://docs.aws.amazon.com/singlesignon/latest/userguide/howtodelegatessoaccess.html"

# action: (why, where AWS says so)
REASONS = {
    "dynamodb:BatchGetItem": ("live grants are read by key after the index named them", DYNAMODB),
    "dynamodb:GetItem": ("rows are read before they are used", DYNAMODB),
    "dynamodb:PutItem": ("rows are written with a condition, also in transactions", DYNAMODB),
    "dynamodb:Query": ("the indexes due, requester, state and head", DYNAMODB),
    "iam:AttachRolePolicy": ("assigning to the management account", MANAGEMENT),
    "iam:CreateRole": ("assigning to the management account", MANAGEMENT),
    "iam:GetRole": ("assigning to the management account", MANAGEMENT),
    "iam:GetSAMLProvider": ("assigning to the management account", MANAGEMENT),
    "iam:ListAttachedRolePolicies": ("assigning to the management account", MANAGEMENT),
    "iam:ListRolePolicies": ("assigning to the management account", MANAGEMENT),
    "iam:PassRole": ("a schedule is made with the role that calls the revoker", SCHEDULER),
    "iam:PutRolePolicy": ("assigning to the management account", MANAGEMENT),
    "iam:UpdateSAMLProvider": ("assigning to the management account", MANAGEMENT),
    "identitystore:CreateGroupMembership": ("granting a group", STORE),
    "identitystore:DeleteGroupMembership": ("taking a group back", STORE),
    "identitystore:DescribeGroup": ("names of groups; whether a group is gone", STORE),
    "identitystore:DescribeUser": ("names of people; whether a person is gone; attributes", STORE),
    "identitystore:GetGroupId": ("approvers and requesters named as group:NAME", STORE),
    "identitystore:GetGroupMembershipId": ("observing one membership", STORE),
    "identitystore:GetUserId": ("a person by e-mail address", STORE),
    "identitystore:IsMemberInGroups": ("Requesters and Approvers named as group:NAME", STORE),
    "identitystore:ListGroupMemberships": ("members of groups that may approve; sweep; sync",
                                           STORE),
    "identitystore:ListGroups": ("the menu of groups; the sync's groups by name", STORE),
    "identitystore:ListUsers": ("the index of people whose address differs in case", STORE),
    "kms:Decrypt": ("reading what a key of one's own encrypts", DYNAMODB_KEY),
    "kms:DescribeKey": ("the table with a key of one's own", DYNAMODB_KEY),
    "kms:Encrypt": ("the table with a key of one's own", DYNAMODB_KEY),
    "kms:GenerateDataKey": ("writing to buckets and the queue with a key of one's own", S3_KEY),
    "kms:ReEncryptFrom": ("the table with a key of one's own", DYNAMODB_KEY),
    "kms:ReEncryptTo": ("the table with a key of one's own", DYNAMODB_KEY),
    "lambda:InvokeFunction": ("a schedule calls the revoker",
                              "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html"),
    "logs:CreateLogStream": ("the function's own log",
                             "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"),
    "logs:PutLogEvents": ("the function's own log",
                          "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html"),
    "organizations:DescribeAccount": ("whether an account is gone", ORGANIZATIONS),
    "organizations:ListAccounts": ("the menu of accounts", ORGANIZATIONS),
    "organizations:ListAccountsForParent": ("rules for organizational units", ORGANIZATIONS),
    "organizations:ListOrganizationalUnitsForParent": ("rules for organizational units",
                                                       ORGANIZATIONS),
    "organizations:ListParents": ("the unit of one account", ORGANIZATIONS),
    "organizations:ListRoots": ("rules for organizational units", ORGANIZATIONS),
    "organizations:ListTagsForResource": ("rules for tags", ORGANIZATIONS),
    "s3:GetObject": ("the rules; cached listings", S3),
    "s3:ListBucket": ("404 instead of 403 for what is not there",
                      "https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"),
    "s3:PutObject": ("audit entries; cached listings", S3),
    "scheduler:CreateSchedule": ("the timer of a grant", SCHEDULER),
    "scheduler:DeleteSchedule": ("a timer that is not needed; schedules taken over", SCHEDULER),
    "scheduler:GetSchedule": ("schedules of the existing product are read", SCHEDULER),
    "scheduler:ListSchedules": ("schedules of the existing product are found", SCHEDULER),
    "secretsmanager:GetSecretValue": ("Slack's secrets, given by ARN",
                                      REFERENCE + "list_awssecretsmanager.html"),
    "sqs:SendMessage": ("what could not be handled is kept",
                        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"),
    "ssm:GetParameter": ("Slack's secrets", REFERENCE + "list_awssystemsmanager.html"),
    "sso:CreateAccountAssignment": ("granting", SSO),
    "sso:DeleteAccountAssignment": ("taking back", SSO),
    "sso:DescribeAccountAssignmentCreationStatus": ("waiting for a grant", SSO),
    "sso:DescribeAccountAssignmentDeletionStatus": ("waiting for a revocation", SSO),
    "sso:DescribePermissionSet": ("names and session durations", SSO),
    "sso:ListAccountAssignmentCreationStatus": ("a create whose answer was lost", SSO),
    "sso:ListAccountAssignments": ("observing presence and absence", SSO),
    "sso:ListAccountAssignmentsForPrincipal": ("the cheaper sweep, by person", SSO),
    "sso:ListAccountsForProvisionedPermissionSet": ("the full sweep, by permission set", SSO),
    "sso:ListInstances": ("the instance, when none is configured", SSO),
    "sso:ListPermissionSets": ("the menu of permission sets", SSO),
}

# Actions for which AWS has no resources: the only ones with "*".
WITHOUT_RESOURCES = {"scheduler:ListSchedules", "sso:ListInstances", "organizations:ListAccounts",
                     "organizations:ListRoots"}

# Rights that only one of the three needs, or that one of them must not have.
ONLY = {
    "sso:ListAccountsForProvisionedPermissionSet": {"revoker"},
    "sso:ListAccountAssignmentsForPrincipal": {"revoker"},
    "sso:CreateAccountAssignment": {"requester", "revoker"},
    "sso:DeleteAccountAssignment": {"requester", "revoker"},
    "dynamodb:Query": {"requester", "revoker"},
    "identitystore:GetUserId": {"requester", "revoker"},
    "iam:PassRole": {"requester", "revoker"},
    "iam:UpdateSAMLProvider": {"requester", "revoker"},
    "scheduler:CreateSchedule": {"requester", "revoker"},
}

CONDITIONS = {
    "iam:PassRole": {"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
}

RULES_DOCUMENT = "arn:aws:s3:::{}/config/approval-config.json"


def as_list(value):
    return value if isinstance(value, list) else [value]


def service_authorization():
    import cfnlint
    path = Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json"
    return json.loads(path.read_text(encoding="utf-8"))


def fits(arn, formats):
    for form in formats:
        pattern = re.escape(form).replace(r"\.\*", ".*")
        pattern = re.sub(r"\\\$\\\{\w+\\\}", "[^:]*", pattern).replace(r"\*", ".*")
        if re.fullmatch(pattern, arn):
            return True
    return False


class Rendered(unittest.TestCase):
    """Applies only what the policies are made from: quick, and every ARN is a real one."""

    INPUTS = ""
    TARGETS = ("aws_iam_role_policy.function", "aws_iam_role_policy.scheduler")

    @classmethod
    def setUpClass(cls):
        if cls is Rendered:
            raise unittest.SkipTest("is a base")
        cls.stack = Stack(cls, cls.INPUTS)
        cls.stack.apply(*(f"-target=module.elevator.{target}" for target in cls.TARGETS))
        cls.resources = cls.stack.resources()
        cls.roles = {}
        for address, values in cls.resources.items():
            if address.startswith("aws_iam_role_policy."):
                name = address.partition('["')[2].rstrip('"]') or "scheduler"
                cls.roles[name] = json.loads(values["policy"])["Statement"]

    def each(self):
        for role, statements in self.roles.items():
            for statement in statements:
                for action in statement["Action"]:
                    yield role, statement, action

    def of(self, role, action):
        return [resource for statement in self.roles[role] if action in statement["Action"]
                for resource in statement["Resource"]]


class Everything(Rendered):
    INPUTS = """
  attribute_sync_enabled        = true
  attribute_sync_managed_groups = ["ops"]
  attribute_sync_rules          = [{ group_name = "ops", attributes = { title = "Operator" } }]
  create_kms_key                = true
  identity_center_kms_key_arn   = "arn:aws:kms:us-east-1:111111111111:key/identity"
  secrets_kms_key_arn           = "arn:aws:kms:us-east-1:123456789012:key/secrets"
  slack_signing_secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-a1"
  config = [{
    ResourceType = "Account", Resource = ["111111111111", "222222222222"], PermissionSet = "Read"
    Approvers    = "lead@example.com"
  }]
  group_config = [{
    Resource = "11e111e1-e111-11ee-e111-1e11e1ee11e1", Approvers = "lead@example.com"
  }]
"""

    def test_only_allow_statements_without_inverted_elements(self):
        for role, statements in self.roles.items():
            sids = [statement["Sid"] for statement in statements]
            self.assertEqual(len(sids), len(set(sids)), role)
            for statement in statements:
                self.assertEqual("Allow", statement["Effect"])
                self.assertLessEqual(set(statement),
                                     {"Sid", "Effect", "Action", "Resource", "Condition"})

    def test_every_action_has_a_reason_and_every_reason_an_action(self):
        used = {action for _, _, action in self.each()}
        self.assertEqual(set(REASONS), used)
        for why, page in REASONS.values():
            self.assertTrue(why)
            self.assertTrue(page.startswith("https://docs.aws.amazon.com/"), page)

    def test_no_action_is_a_pattern(self):
        self.assertFalse([action for _, _, action in self.each() if "*" in action])

    def test_star_only_where_aws_knows_no_resource(self):
        stars = {action for _, statement, action in self.each() if "*" in statement["Resource"]}
        self.assertEqual(WITHOUT_RESOURCES, stars)

    def test_resources_are_those_of_the_service_authorization_reference(self):
        known = service_authorization()
        for role, statement, action in self.each():
            service, name = action.split(":")
            entry = known[service]["Actions"].get(name.lower())
            with self.subTest(role=role, action=action):
                self.assertIsNotNone(entry, "AWS knows no such action")
                kinds = entry.get("Resources", [])
                self.assertEqual(not kinds, statement["Resource"] == ["*"])
                for kind in kinds:
                    formats = known[service]["Resources"][kind.lower()]["ARNFormats"]
                    if any(fits(arn, formats) for arn in statement["Resource"]):
                        continue
                    self.assertIn((action, kind), OPTIONAL_KINDS, statement["Resource"])

    def test_who_may_do_what(self):
        for action, roles in ONLY.items():
            self.assertEqual(roles, {role for role, _, found in self.each() if found == action},
                             action)

    def test_conditions(self):
        for role, statement, action in self.each():
            if action in CONDITIONS:
                self.assertEqual(CONDITIONS[action], statement.get("Condition"), role)
            elif action.startswith("kms:"):
                (test,) = statement["Condition"].values()
                self.assertEqual(["kms:ViaService"], list(test))
            else:
                self.assertNotIn("Condition", statement, action)

    def test_nobody_writes_the_rules(self):
        document = RULES_DOCUMENT.format(self.resources["aws_s3_bucket.config"]["bucket"])
        for role, statement, action in self.each():
            if action in ("s3:PutObject", "s3:DeleteObject"):
                for resource in statement["Resource"]:
                    self.assertFalse(fnmatch.fnmatchcase(document, resource), (role, resource))
        self.assertIn(document, self.of("requester", "s3:GetObject"))

    def test_audit_entries_go_below_the_prefix_and_stay(self):
        audit = f"arn:aws:s3:::{self.resources['aws_s3_bucket.audit[0]']['bucket']}/logs/*"
        for role in ("requester", "revoker", "attribute-syncer"):
            self.assertIn(audit, self.of(role, "s3:PutObject"))
            bucket = audit.removesuffix("logs/*")
            self.assertEqual([bucket + "logs/rules/*"], [
                arn for arn in self.of(role, "s3:GetObject") if arn.startswith(bucket)])
        self.assertFalse([a for _, _, a in self.each() if a.startswith("s3:Delete")])

    def test_only_the_requester_reads_the_signing_secret(self):
        self.assertEqual(["arn:aws:secretsmanager:us-east-1:123456789012:secret:slack-a1"],
                         self.of("requester", "secretsmanager:GetSecretValue"))
        for role in ("revoker", "attribute-syncer"):
            self.assertEqual([], self.of(role, "secretsmanager:GetSecretValue"))
        token = "arn:aws:ssm:us-east-1:123456789012:parameter/access-requester/slack-bot-token"
        for role in ("requester", "revoker", "attribute-syncer"):
            self.assertEqual([token], self.of(role, "ssm:GetParameter"))

    def test_granting_is_narrowed_to_what_rules_name_and_revoking_is_not(self):
        for role in ("requester", "revoker"):
            accounts = [arn for arn in self.of(role, "sso:CreateAccountAssignment")
                        if ":account/" in arn]
            self.assertEqual(["arn:aws:sso:::account/111111111111",
                              "arn:aws:sso:::account/222222222222"], accounts)
            groups = [arn for arn in self.of(role, "identitystore:CreateGroupMembership")
                      if ":group/" in arn]
            self.assertEqual(
                ["arn:aws:identitystore:::group/11e111e1-e111-11ee-e111-1e11e1ee11e1"], groups)
            self.assertIn("arn:aws:sso:::account/*", self.of(role, "sso:DeleteAccountAssignment"))
            self.assertIn("arn:aws:identitystore:::group/*",
                          self.of(role, "identitystore:DeleteGroupMembership"))

    def test_timers_of_this_group_only(self):
        group = self.resources["aws_scheduler_schedule_group.this"]["arn"]
        group = group.replace(":schedule-group/", ":schedule/") + "/*"
        for role in ("requester", "revoker"):
            for action in ("Create", "Get", "Delete"):
                self.assertEqual([group], self.of(role, f"scheduler:{action}Schedule"))
            self.assertEqual([self.resources["aws_iam_role.scheduler"]["arn"]],
                             self.of(role, "iam:PassRole"))

    def test_what_the_management_account_needs_is_allowed_where_this_is_it(self):
        # Found out by itself: the emulator's account is the management account.
        self.assertEqual(["arn:aws:iam::123456789012:saml-provider/AWSSSO_*_DO_NOT_DELETE"],
                         self.of("requester", "iam:UpdateSAMLProvider"))
        for resource in self.of("requester", "iam:PutRolePolicy"):
            self.assertRegex(resource,
                             r"^arn:aws:iam::123456789012:role/aws-reserved/sso\.amazonaws\.com/")


# Kinds of resources that AWS lists for an action and that are not needed for how it is used here.
OPTIONAL_KINDS = {
    ("s3:GetObject", "accesspointobject"), ("s3:PutObject", "accesspointobject"),
    ("s3:ListBucket", "accesspoint"),
    ("organizations:ListTagsForResource", "policy"),
    ("organizations:ListTagsForResource", "resourcepolicy"),
    ("organizations:ListTagsForResource", "responsibilitytransfer"),
}


class Largest(Rendered):
    """Everything optional, and as many names as are written down before they become a pattern."""

    INPUTS = Everything.INPUTS.replace(
        '["111111111111", "222222222222"]', '[for n in range(20) : format("%012d", n)]').replace(
        '"11e111e1-e111-11ee-e111-1e11e1ee11e1"',
        '[for n in range(20) : format("1234567890-11e111e1-e111-11ee-e111-%012d", n)]')
    TARGETS = ("aws_iam_role_policy.function",)

    def test_policies_fit_into_a_role(self):
        for role, statements in self.roles.items():
            size = len(json.dumps({"Version": "2012-10-17", "Statement": statements},
                                  separators=(",", ":")))
            self.assertLess(size, 10240, f"{role}: AWS allows 10,240 characters")


class Smallest(Rendered):
    """Nothing optional: no sync, no keys, a delegated administrator account, any account."""

    INPUTS = """
  config = [{
    ResourceType = "Account", Resource = "*", PermissionSet = "*", Approvers = "lead@example.com"
  }]
  grant_in_management_account = false
"""

    def test_nothing_optional_is_allowed(self):
        used = {action for _, _, action in self.each()}
        self.assertFalse([a for a in used if a.startswith(("kms:", "secretsmanager:"))])
        self.assertEqual({"iam:PassRole"}, {action for action in used if action.startswith("iam:")})
        self.assertNotIn("identitystore:CreateGroupMembership", used)
        self.assertEqual({"requester", "revoker", "scheduler"}, set(self.roles))

    def test_groups_are_still_taken_back(self):
        self.assertIn("arn:aws:identitystore:::group/*",
                      self.of("revoker", "identitystore:DeleteGroupMembership"))

    def test_any_account_when_a_rule_says_so(self):
        self.assertIn("arn:aws:sso:::account/*",
                      self.of("requester", "sso:CreateAccountAssignment"))


def load_tests(loader, tests, pattern):
    return unittest.TestSuite(loader.loadTestsFromTestCase(case)
                              for case in (Everything, Largest, Smallest))


if __name__ == "__main__":
    unittest.main()
