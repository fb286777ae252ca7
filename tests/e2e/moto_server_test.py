"""The emulator itself: what it corrects, and that it misbehaves when told to."""

import json
import os
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path

import boto3
import botocore.exceptions
from botocore.config import Config


class MotoServerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = Path(__file__).with_name("moto_server.py")
        cls.process = subprocess.Popen(
            [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "MOTO_EXIT_WITH_STDIN": "1"}, text=True)
        cls.url = cls.process.stdout.readline().split()[-1]

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.stdout.close()
        cls.process.wait()

    def setUp(self):
        self.control("reset")
        self.seeded = self.control("seed", {
            "accounts": [{"name": "prod", "id": "111111111111", "ou": "Prod/Payments",
                          "tags": {"env": "prod"}}] + [{"name": f"a{n}"} for n in range(25)],
            "permission_sets": ["Admin", {"name": "Read", "session_duration": "PT8H"}],
            "users": [{"user_name": "nomail"}, {"user_name": "ann", "email": "Ann@Corp.com"}],
            "groups": [{"name": "ops", "members": ["ann"]}], "buckets": ["audit"]})
        self.sso, self.ids, self.orgs = map(self.client,
                                            ("sso-admin", "identitystore", "organizations"))
        self.store = self.seeded["identity_store_id"]
        self.facts = {"InstanceArn": self.seeded["instance_arn"], "TargetId": "111111111111",
                      "TargetType": "AWS_ACCOUNT", "PrincipalType": "USER",
                      "PermissionSetArn": self.seeded["permission_sets"]["Admin"],
                      "PrincipalId": self.seeded["users"]["ann"]}

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1",
                            aws_access_key_id="a", aws_secret_access_key="b",
                            config=Config(retries={"max_attempts": 0}, read_timeout=5))

    def control(self, name, given=None, get=False):
        data = None if get else json.dumps(given or {}).encode()
        with urllib.request.urlopen(f"{self.url}/_control/{name}", data) as answer:
            return json.load(answer)

    def listed(self):
        return self.sso.list_account_assignments(
            InstanceArn=self.facts["InstanceArn"], AccountId="111111111111",
            PermissionSetArn=self.facts["PermissionSetArn"])["AccountAssignments"]

    def assert_code(self, code, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def poll(self, kind, request_id):
        name = f"describe_account_assignment_{kind}_status"
        answer = getattr(self.sso, name)(
            **{"InstanceArn": self.facts["InstanceArn"],
               f"AccountAssignment{kind.capitalize()}RequestId": request_id})
        return answer[f"AccountAssignment{kind.capitalize()}Status"]

    def test_assignment_is_asynchronous_idempotent_and_conflicts(self):
        self.control("settings", {"polls": 1})
        created = self.sso.create_account_assignment(**self.facts)
        status = created["AccountAssignmentCreationStatus"]
        self.assertEqual(status["Status"], "IN_PROGRESS")
        self.assert_code("ConflictException", self.sso.delete_account_assignment, **self.facts)
        self.assertEqual(self.poll("creation", status["RequestId"])["Status"], "SUCCEEDED")
        self.assertEqual(len(self.listed()), 1)
        again = self.sso.create_account_assignment(**self.facts)
        request_id = again["AccountAssignmentCreationStatus"]["RequestId"]
        self.poll("creation", request_id)
        self.assertEqual(self.poll("creation", request_id)["Status"], "SUCCEEDED")
        self.assertEqual(len(self.listed()), 1)

        for outcome in ("SUCCEEDED", "FAILED"):  # the second finds nothing to delete
            deleted = self.sso.delete_account_assignment(**self.facts)
            request_id = deleted["AccountAssignmentDeletionStatus"]["RequestId"]
            self.poll("deletion", request_id)
            self.assertEqual(self.poll("deletion", request_id)["Status"], outcome)
        self.assertEqual(self.listed(), [])

    def test_unknown_things_are_refused(self):
        self.assert_code("ResourceNotFoundException", self.sso.create_account_assignment,
                         **{**self.facts, "TargetId": "999999999999"})
        self.assert_code("ResourceNotFoundException", self.sso.create_account_assignment,
                         **{**self.facts, "PrincipalId": "0" * 8 + "-0000-0000-0000-" + "0" * 12})
        self.assert_code("ResourceNotFoundException", self.ids.list_users,
                         IdentityStoreId="d-0000000000")

    def test_people_and_memberships(self):
        ann, ops = self.seeded["users"]["ann"], self.seeded["groups"]["ops"]
        path = {"UniqueAttribute": {"AttributePath": "emails.value",
                                    "AttributeValue": "Ann@Corp.com"}}
        self.assertEqual(self.ids.get_user_id(
            IdentityStoreId=self.store, AlternateIdentifier=path)["UserId"], ann)
        key = {"IdentityStoreId": self.store, "GroupId": ops, "MemberId": {"UserId": ann}}
        self.assert_code("ConflictException", self.ids.create_group_membership, **key)
        membership = self.ids.get_group_membership_id(**key)["MembershipId"]
        self.ids.delete_group_membership(IdentityStoreId=self.store, MembershipId=membership)
        self.assert_code("ResourceNotFoundException", self.ids.delete_group_membership,
                         IdentityStoreId=self.store, MembershipId=membership)
        results = self.ids.is_member_in_groups(
            IdentityStoreId=self.store, MemberId={"UserId": ann}, GroupIds=[ops])["Results"]
        self.assertFalse(results[0]["MembershipExists"])
        self.ids.create_group_membership(**key)
        self.assertEqual(len(self.control("state", get=True)["memberships"]), 1)
        self.control("user", {"user_id": ann, "status": "DISABLED"})
        described = self.ids.describe_user(IdentityStoreId=self.store, UserId=ann)
        self.assertEqual(described["UserStatus"], "DISABLED")

    def test_organization(self):
        first = self.orgs.list_accounts()
        self.assertEqual(len(first["Accounts"]), 20)
        self.assertEqual(len(self.orgs.list_accounts(NextToken=first["NextToken"])["Accounts"]), 7)
        parent = self.orgs.list_parents(ChildId="111111111111")["Parents"][0]
        self.assertEqual(parent["Id"], self.seeded["units"]["Prod/Payments"])
        tags = self.orgs.list_tags_for_resource(ResourceId="111111111111")["Tags"]
        self.assertEqual(tags, [{"Key": "env", "Value": "prod"}])

    def test_faults_limits_and_counters(self):
        self.control("faults", {"operation": "ListInstances", "kind": "throttle", "times": 2})
        for _ in range(2):
            self.assert_code("ThrottlingException", self.sso.list_instances)
        self.sso.list_instances()
        self.control("faults", {"operation": "CreateAccountAssignment", "kind": "close_after"})
        self.control("settings", {"polls": -1})
        with self.assertRaises(botocore.exceptions.HTTPClientError):
            self.sso.create_account_assignment(**self.facts)
        self.assertEqual(len(self.listed()), 1)
        counters = self.control("counters", get=True)
        self.assertEqual(counters["sso-admin:ListInstances"], 3)
        self.control("settings", {"rate_limit": 2})
        codes = []
        for _ in range(4):
            try:
                self.sso.list_instances()
            except botocore.exceptions.ClientError as error:
                codes.append(error.response["Error"]["Code"])
        self.assertIn("ThrottlingException", codes)

    def test_a_reset_keeps_nothing(self):
        backends = self.control("backends")["number"]
        for _ in range(3):
            self.control("seed", {"accounts": [{"name": f"more-{n}"} for n in range(5)]})
            self.control("reset")
        self.assertLess(self.control("backends")["number"], backends)

    def test_s3_goes_to_moto(self):
        s3 = self.client("s3")
        s3.put_object(Bucket="audit", Key="a b/é.json", Body=b"{}", IfNoneMatch="*")
        self.assert_code("PreconditionFailed", s3.put_object, Bucket="audit", Key="a b/é.json",
                         Body=b"{}", IfNoneMatch="*")
        self.assertEqual(s3.get_object(Bucket="audit", Key="a b/é.json")["Body"].read(), b"{}")


if __name__ == "__main__":
    unittest.main()
