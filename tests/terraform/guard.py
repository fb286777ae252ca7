"""IAM in front of moto: whoever signs with the credentials of a role may do what the role's
policies allow, and nothing else. moto itself enforces only some services, and only actions.

A call must carry the right signature (recomputed with botocore) and the role's session token; each
action it needs must be allowed, by moto's reading of the policies, on each kind of resource that
AWS's Service Authorization Reference names for it. Calls with other credentials are the test's own.
"""

import hashlib
import hmac
import json
import re
import urllib.parse
from collections import Counter

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

REGION = "us-east-1"
SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request, "
                   r"SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$")
TOLD_TO_CONDITIONS = {"iam:PassedToService": "scheduler.amazonaws.com"}


class Refused(Exception):
    pass


def regional(service, resource):
    return f"arn:aws:{service}:{REGION}:{DEFAULT_ACCOUNT_ID}:{resource}"


# --- which actions a call needs, and on what ---

def sso_needs(operation, given):
    if operation == "ListInstances":
        return [("sso:ListInstances", ["*"])]
    resources = [given["InstanceArn"]]
    if operation in ("CreateAccountAssignment", "DeleteAccountAssignment",
                     "ListAccountAssignments", "DescribePermissionSet",
                     "ListAccountsForProvisionedPermissionSet"):
        resources.append(given["PermissionSetArn"])
    account = given.get("TargetId") or given.get("AccountId")
    if account and operation.endswith(("AccountAssignment", "AccountAssignments")):
        resources.append(f"arn:aws:sso:::account/{account}")
    return [(f"sso:{operation}", resources)]


def identitystore_needs(operation, given):
    store = f"arn:aws:identitystore::{DEFAULT_ACCOUNT_ID}:identitystore/{given['IdentityStoreId']}"
    resources = [store]
    user = given.get("UserId") or given.get("MemberId", {}).get("UserId")
    for kind, name in (("user", user), ("group", given.get("GroupId")),
                       ("membership", given.get("MembershipId"))):
        if name:
            resources.append(f"arn:aws:identitystore:::{kind}/{name}")
    resources += [f"arn:aws:identitystore:::group/{name}" for name in given.get("GroupIds", [])]
    return [(f"identitystore:{operation}", resources)]


def organizations_needs(operation, given):
    if operation in ("ListAccounts", "ListRoots"):
        return [(f"organizations:{operation}", ["*"])]
    (name,) = (given[key] for key in ("AccountId", "ChildId", "ParentId", "ResourceId")
               if key in given)
    kind = {"r-": "root", "ou": "ou"}.get(name[:2], "account")
    resource = f"arn:aws:organizations::{DEFAULT_ACCOUNT_ID}:{kind}/o-exampleorg/{name}"
    return [(f"organizations:{operation}", [resource])]


def dynamodb_needs(operation, given):
    def table(name):
        return regional("dynamodb", f"table/{name}")

    if operation == "TransactWriteItems":
        actions = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem",
                   "ConditionCheck": "ConditionCheckItem"}
        return [(f"dynamodb:{actions[kind]}", [table(item["TableName"])])
                for entry in given["TransactItems"] for kind, item in entry.items()]
    if operation in ("BatchGetItem", "BatchWriteItem"):
        return [(f"dynamodb:{operation}", [table(name) for name in given["RequestItems"]])]
    resource = table(given["TableName"])
    if "IndexName" in given:
        resource += "/index/" + given["IndexName"]
    return [(f"dynamodb:{operation}", [resource])]


def s3_needs(method, path, query):
    bucket, _, key = path.lstrip("/").partition("/")
    bucket_arn = f"arn:aws:s3:::{bucket}"
    if not key:
        assert method == "GET" and query.get("list-type") == ["2"], (method, path)
        return [("s3:ListBucket", [bucket_arn])]
    return [({"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject",
              "DELETE": "s3:DeleteObject"}[method], [f"{bucket_arn}/{key}"])]


def scheduler_needs(method, path, query, given):
    name = path.removeprefix("/schedules").lstrip("/")
    if not name:
        return [("scheduler:ListSchedules", ["*"])]
    group = given.get("GroupName") or query.get("groupName", ["default"])[0]
    action = {"POST": "CreateSchedule", "PUT": "UpdateSchedule", "GET": "GetSchedule",
              "DELETE": "DeleteSchedule"}[method]
    needs = [(f"scheduler:{action}", [regional("scheduler", f"schedule/{group}/{name}")])]
    if "Target" in given:
        needs.append(("iam:PassRole", [given["Target"]["RoleArn"]]))
    return needs


# service: as it is signed for
def needs_of(service, operation, method, path, body):
    path, _, query = path.partition("?")
    path, query = urllib.parse.unquote(path), urllib.parse.parse_qs(query)
    if service == "s3":
        return s3_needs(method, path, query)
    given = json.loads(body or b"{}")
    if service == "scheduler":
        return scheduler_needs(method, path, query, given)
    if service == "ssm":
        name = given["Name"].lstrip("/")
        return [(f"ssm:{operation}", [regional("ssm", f"parameter/{name}")])]
    return {"sso": sso_needs, "identitystore": identitystore_needs,
            "dynamodb": dynamodb_needs, "organizations": organizations_needs}[service](
                operation, given)


# --- who asks, and may they ---

class Guard:
    def __init__(self):
        self.used, self.refused = Counter(), []

    def role_of(self, access_key):
        """(name, what moto knows of the credentials); None: not those of a role."""
        backend = sts_backends[DEFAULT_ACCOUNT_ID]["aws"]
        for assumed in backend.assumed_roles:
            if assumed.access_key_id == access_key:
                return assumed.role_arn.rpartition("/")[2], assumed
        return None

    def check(self, request, service, operation, body):
        """Raises Refused."""
        authorization = request.headers.get("Authorization", "")
        found = self.role_of(authorization.partition("Credential=")[2].partition("/")[0])
        if not authorization:
            self.refuse("nobody", f"{service}:{operation}", "not signed")
        if found is None:
            return
        role, assumed = found
        match = SCOPE.match(authorization)
        if match is None:
            self.refuse(role, f"{service}:{operation}", "not signed as AWS wants it")
        needs = needs_of(match[3], operation, request.command, request.path, body)
        if why := self.wrong_signature(request, body, assumed, match):
            self.refuse(role, needs[0][0], why)
        policies = list(iam_backends[DEFAULT_ACCOUNT_ID]["aws"].get_role(role).policies.values())
        for action, resources in needs:
            for resource in resources:
                if not any(IAMPolicy(policy).is_action_permitted(
                        action, resource, incoming_condition_values=TOLD_TO_CONDITIONS)
                        is PermissionResult.PERMITTED for policy in policies):
                    self.refuse(role, action, f"not allowed on {resource}")
            self.used[role, action] += 1

    def refuse(self, role, action, why):
        self.refused.append([role, action, why])
        raise Refused(f"{role} may not {action}: {why}")

    @staticmethod
    def wrong_signature(request, body, assumed, match):
        """What is wrong with it; None: nothing."""
        _, region, service, signed_headers, signature = match.groups()
        headers = {name: request.headers[name] for name in signed_headers.split(";")}
        if headers.get("x-amz-security-token") != assumed.session_token:
            return "another session token, or an unsigned one"
        if region != REGION:
            return f"signed for {region}"
        digest = headers.get("x-amz-content-sha256")
        if digest is not None and digest != hashlib.sha256(body).hexdigest():
            return "the digest is not the body's"
        if service == "s3" and digest is None:
            return "the digest of the body is not signed"
        signer = (S3SigV4Auth if service == "s3" else SigV4Auth)(
            Credentials(assumed.access_key_id, assumed.secret_access_key), service, region)
        again = AWSRequest(request.command, f"http://{headers['host']}{request.path}", headers, body)
        again.context["timestamp"] = headers["x-amz-date"]
        to_sign = signer.string_to_sign(again, signer.canonical_request(again))
        right = signer.signature(to_sign, again)
        return None if hmac.compare_digest(right, signature) else "a wrong signature"
