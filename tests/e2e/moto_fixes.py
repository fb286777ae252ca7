"""What moto lacks or does differently from AWS, for the parts of Identity Center, Organizations and
DynamoDB that the product uses. Sources: the API references of sso-admin, identitystore,
organizations and dynamodb.

A method named SERVICE_OPERATION answers instead of moto; None passes the call on to moto. The state
stays in moto's own objects, so that what is not corrected here is moto's.
"""

import copy
import json
import uuid

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models.table import Table
from moto.identitystore.models import identitystore_backends
from moto.organizations.models import organizations_backends
from moto.ssoadmin.models import PermissionSet, ssoadmin_backends

FACTS = ("InstanceArn", "TargetId", "TargetType", "PermissionSetArn", "PrincipalType",
         "PrincipalId")


# moto writes ARNs of permission sets as if they were instances.
PermissionSet.generate_id = staticmethod(
    lambda instance_arn: instance_arn.replace(":instance/", ":permissionSet/") + "/ps-"
    + uuid.uuid4().hex[:16])


class ApiError(Exception):
    def __init__(self, code, message, status=400):
        super().__init__(code)
        self.code, self.message, self.status = code, message, status


def not_found(message):
    return ApiError("ResourceNotFoundException", message)


def page(items, request, key, size=100):
    """One page of a listing; the token is the position."""
    start = int(request.get("NextToken") or 0)
    size = min(int(request.get("MaxResults") or size), size)
    answer = {key: items[start:start + size]}
    if start + size < len(items):
        answer["NextToken"] = str(start + size)
    return answer


def copy_of_table(table, memo):
    """Puts replace items and never change them: copying each for each transaction takes minutes."""
    copied = Table.__new__(Table)
    copied.__dict__.update(table.__dict__)
    copied.items = type(table.items)(table.items.default_factory)
    for key, value in table.items.items():
        copied.items[key] = copy.copy(value)
    return copied


Table.__deepcopy__ = copy_of_table


class Transactions:
    """moto takes a failed transaction back by restoring whole tables, without a lock, and does not
    know tokens. To be called with one call at a time."""

    def __init__(self):
        self.done = {}  # token -> (items, answer)

    def serve(self, operation, body, pass_on):
        if operation != "TransactWriteItems":
            return pass_on()
        request = json.loads(body)
        token, items = request.get("ClientRequestToken"), request["TransactItems"]
        if token in self.done:
            known, answer = self.done[token]
            if known != items:
                raise ApiError("IdempotentParameterMismatchException", "other items, same token")
            return answer
        answer = pass_on()
        if token and answer[0] == 200:
            self.done[token] = (items, answer)
        return answer


class Identity:
    def __init__(self, settings, region="us-east-1"):
        self.settings = settings
        self.region = region
        self.operations = {}  # RequestId -> {kind, facts, status, polls, reason}
        self.more = {}  # user id -> {"UserStatus", "Extensions"}

    # --- moto's own state

    @property
    def sso(self):
        return ssoadmin_backends[DEFAULT_ACCOUNT_ID][self.region]

    @property
    def instance(self):
        return self.sso.instances[0]

    @property
    def store(self):
        backend = identitystore_backends[DEFAULT_ACCOUNT_ID][self.region]
        backend.list_groups(self.instance.identity_store_id, [])  # makes the store
        return backend.identity_stores[self.instance.identity_store_id]

    @property
    def organization(self):
        return organizations_backends[DEFAULT_ACCOUNT_ID]["aws"]

    def check_store(self, request):
        if request.get("IdentityStoreId") != self.instance.identity_store_id:
            raise not_found("IDENTITY_STORE not found.")

    def check_instance(self, request):
        if request.get("InstanceArn") != self.instance.instance_arn:
            raise not_found("Instance not found.")

    def permission_set(self, arn):
        for candidate in self.sso.permission_sets:
            if candidate.permission_set_arn == arn:
                return candidate
        raise not_found("Could not find PermissionSet with id " + arn)

    def find(self, facts):
        for item in self.sso.account_assignments:
            if (item.target_id == facts["TargetId"] and item.principal_id == facts["PrincipalId"]
                    and item.permission_set_arn == facts["PermissionSetArn"]
                    and item.principal_type == facts["PrincipalType"]):
                return item
        return None

    # --- asynchronous assignment operations

    def settle(self, operation):
        """One more look at a running operation; after enough of them it ends and takes effect."""
        if operation["status"] != "IN_PROGRESS":
            return
        if operation["polls"] > 0:
            operation["polls"] -= 1
            return
        facts, existing = operation["facts"], self.find(operation["facts"])
        operation["status"] = operation["outcome"]
        if operation["status"] == "FAILED":
            operation["reason"] = self.settings["failure_reason"]
        elif operation["kind"] == "create":
            if existing is None:
                self.sso.create_account_assignment(*(facts[name] for name in FACTS))
        elif existing is not None:
            self.sso.account_assignments.remove(existing)
        else:
            operation["status"] = "FAILED"
            operation["reason"] = "Received a 404 status error: Not supported NotFoundException"

    def start(self, kind, request):
        self.check_instance(request)
        facts = {name: request[name] for name in FACTS}
        self.permission_set(facts["PermissionSetArn"])
        if kind == "create":
            self.check_account(facts["TargetId"])
            users, groups = self.store.users, self.store.groups
            known = users if facts["PrincipalType"] == "USER" else groups
            if facts["PrincipalId"] not in known:
                raise not_found(facts["PrincipalType"] + " not found.")
        for other in self.operations.values():
            if other["facts"] == facts and other["status"] == "IN_PROGRESS":
                self.settle(other)
                if other["status"] == "IN_PROGRESS":
                    raise ApiError("ConflictException", "An operation is in progress.")
        operation = {"id": str(uuid.uuid4()), "kind": kind, "facts": facts, "reason": None,
                     "status": "IN_PROGRESS", "polls": self.settings["polls"],
                     "outcome": self.settings["outcome"]}
        self.operations[operation["id"]] = operation
        if self.settings["polls"] < 0:
            operation["polls"] = 0
            self.settle(operation)
        return operation

    def status_of(self, operation):
        answer = {"Status": operation["status"], "RequestId": operation["id"],
                  "CreatedDate": 1700000000, **operation["facts"]}
        del answer["InstanceArn"]
        if operation["reason"]:
            answer["FailureReason"] = operation["reason"]
        return answer

    def described(self, kind, request_id):
        operation = self.operations.get(request_id)
        if operation is None or operation["kind"] != kind:
            raise not_found("Request not found.")
        self.settle(operation)
        return self.status_of(operation)

    def statuses(self, kind, request, key):
        self.check_instance(request)
        wanted = request.get("Filter", {}).get("Status")
        found = []
        for operation in list(self.operations.values()):
            if operation["kind"] == kind and wanted in (None, operation["status"]):
                found.append({"Status": operation["status"], "RequestId": operation["id"],
                              "CreatedDate": 1700000000})
        return page(found, request, key)

    def sso_admin_CreateAccountAssignment(self, request, region):
        operation = self.start("create", request)
        return {"AccountAssignmentCreationStatus": self.status_of(operation)}

    def sso_admin_DeleteAccountAssignment(self, request, region):
        operation = self.start("delete", request)
        return {"AccountAssignmentDeletionStatus": self.status_of(operation)}

    def sso_admin_DescribeAccountAssignmentCreationStatus(self, request, region):
        self.check_instance(request)
        return {"AccountAssignmentCreationStatus": self.described(
            "create", request["AccountAssignmentCreationRequestId"])}

    def sso_admin_DescribeAccountAssignmentDeletionStatus(self, request, region):
        self.check_instance(request)
        return {"AccountAssignmentDeletionStatus": self.described(
            "delete", request["AccountAssignmentDeletionRequestId"])}

    def sso_admin_ListAccountAssignmentCreationStatus(self, request, region):
        return self.statuses("create", request, "AccountAssignmentsCreationStatus")

    def sso_admin_ListAccountAssignmentDeletionStatus(self, request, region):
        return self.statuses("delete", request, "AccountAssignmentsDeletionStatus")

    # --- listings of sso-admin

    def sso_admin_ListAccountAssignments(self, request, region):
        self.check_instance(request)
        self.permission_set(request["PermissionSetArn"])
        self.check_account(request["AccountId"])
        for operation in self.operations.values():
            facts = operation["facts"]
            if (facts["TargetId"], facts["PermissionSetArn"]) == (
                    request["AccountId"], request["PermissionSetArn"]):
                self.settle(operation)
        found = [self.listed(item) for item in self.sso.account_assignments
                 if item.target_id == request["AccountId"]
                 and item.permission_set_arn == request["PermissionSetArn"]]
        return page(found, request, "AccountAssignments")

    @staticmethod
    def listed(item):
        return {"AccountId": item.target_id, "PermissionSetArn": item.permission_set_arn,
                "PrincipalType": item.principal_type, "PrincipalId": item.principal_id}

    def sso_admin_ListAccountsForProvisionedPermissionSet(self, request, region):
        self.check_instance(request)
        self.permission_set(request["PermissionSetArn"])
        found = sorted({item.target_id for item in self.sso.account_assignments
                        if item.permission_set_arn == request["PermissionSetArn"]})
        return page(found, request, "AccountIds")

    def sso_admin_ListPermissionSetsProvisionedToAccount(self, request, region):
        self.check_instance(request)
        found = sorted({item.permission_set_arn for item in self.sso.account_assignments
                        if item.target_id == request["AccountId"]})
        return page(found, request, "PermissionSets")

    # --- identity store

    def user(self, user_id, request=None):
        found = self.store.users.get(user_id)
        if found is None:
            raise not_found("USER not found.")
        answer = {"UserId": found.UserId, "IdentityStoreId": found.IdentityStoreId,
                  "UserName": found.UserName, "DisplayName": found.DisplayName,
                  "Emails": found.Emails, "Title": found.Title, "UserType": found.UserType,
                  "Locale": found.Locale, "Timezone": found.Timezone,
                  "UserStatus": self.more.get(user_id, {}).get("UserStatus", "ENABLED")}
        if found.Name:
            answer["Name"] = {"FamilyName": found.Name.FamilyName,
                              "GivenName": found.Name.GivenName}
        if request and request.get("Extensions"):
            answer["Extensions"] = self.more.get(user_id, {}).get("Extensions", {})
        return {key: value for key, value in answer.items() if value is not None}

    def identitystore_DescribeUser(self, request, region):
        self.check_store(request)
        return self.user(request["UserId"], request)

    def identitystore_ListUsers(self, request, region):
        self.check_store(request)
        found = [self.user(user_id, request) for user_id in self.store.users]
        for condition in request.get("Filters", []):
            if condition["AttributePath"] != "UserName":
                raise ApiError("ValidationException", "Filters: only UserName")
            found = [user for user in found if user["UserName"] == condition["AttributeValue"]]
        return page(found, request, "Users")

    def identitystore_GetUserId(self, request, region):
        self.check_store(request)
        attribute = request["AlternateIdentifier"].get("UniqueAttribute", {})
        path, value = attribute.get("AttributePath", "").lower(), attribute.get("AttributeValue")
        if path not in ("username", "emails.value") or not value:
            raise ApiError("ValidationException", "not a unique attribute: " + path)
        for user in self.store.users.values():
            emails = [entry.get("Value") for entry in user.Emails or []]
            if value == user.UserName if path == "username" else value in emails:
                return {"UserId": user.UserId, "IdentityStoreId": user.IdentityStoreId}
        raise not_found("USER not found.")

    def memberships(self, group_id=None, user_id=None):
        return [entry for entry in self.store.group_memberships.values()
                if group_id in (None, entry["GroupId"])
                and user_id in (None, entry["MemberId"]["UserId"])]

    def check_group(self, group_id):
        if group_id not in self.store.groups:
            raise not_found("GROUP not found.")

    def identitystore_ListGroupMemberships(self, request, region):
        self.check_store(request)
        self.check_group(request["GroupId"])
        return page(self.memberships(request["GroupId"]), request, "GroupMemberships")

    def identitystore_ListGroupMembershipsForMember(self, request, region):
        self.check_store(request)
        self.user(request["MemberId"]["UserId"])
        found = self.memberships(user_id=request["MemberId"]["UserId"])
        return page(found, request, "GroupMemberships")

    def identitystore_IsMemberInGroups(self, request, region):
        self.check_store(request)
        member = request["MemberId"]
        self.user(member["UserId"])
        return {"Results": [
            {"GroupId": group, "MemberId": member,
             "MembershipExists": bool(self.memberships(group, member["UserId"]))}
            for group in request["GroupIds"]]}

    def identitystore_GetGroupMembershipId(self, request, region):
        self.check_store(request)
        self.check_group(request["GroupId"])
        found = self.memberships(request["GroupId"], request["MemberId"]["UserId"])
        if not found:
            raise not_found("MEMBERSHIP not found.")
        return {"MembershipId": found[0]["MembershipId"],
                "IdentityStoreId": request["IdentityStoreId"]}

    def identitystore_DescribeGroupMembership(self, request, region):
        self.check_store(request)
        found = self.store.group_memberships.get(request["MembershipId"])
        if found is None:
            raise not_found("MEMBERSHIP not found.")
        return found

    def identitystore_CreateGroupMembership(self, request, region):
        self.check_store(request)
        if self.memberships(request["GroupId"], request["MemberId"]["UserId"]):
            raise ApiError("ConflictException", "Member and Group relationship already exists.")
        return None

    def identitystore_DeleteGroupMembership(self, request, region):
        self.check_store(request)
        if request["MembershipId"] not in self.store.group_memberships:
            raise not_found("MEMBERSHIP not found.")
        return None

    def identitystore_ListGroups(self, request, region):
        self.check_store(request)
        return None

    # --- organizations

    def accounts(self):
        return self.organization.accounts

    def check_account(self, account_id):
        if not any(account.id == account_id for account in self.accounts()):
            raise not_found("Could not find account " + account_id)

    def organizations_ListAccounts(self, request, region):
        return self.account_page(self.accounts(), request)

    def organizations_ListAccountsForParent(self, request, region):
        found = [account for account in self.accounts()
                 if account.parent_id == request["ParentId"]]
        return self.account_page(found, request)

    def account_page(self, accounts, request):
        if self.organization.org is None:
            raise ApiError("AWSOrganizationsNotInUseException", "no organization")
        found = [{"Id": account.id, "Arn": account.arn, "Name": account.name,
                  "Email": account.email, "Status": account.status, "State": account.state,
                  "JoinedMethod": account.joined_method} for account in accounts]
        return page(found, request, "Accounts", 20)

    # --- control

    def facts(self, given):
        return {"InstanceArn": self.instance.instance_arn, "TargetId": given["account_id"],
                "TargetType": "AWS_ACCOUNT", "PermissionSetArn": given["permission_set_arn"],
                "PrincipalType": given.get("principal_type", "USER"),
                "PrincipalId": given["principal_id"]}

    def control_assign(self, given):
        facts = self.facts(given)
        if self.find(facts) is None:
            self.sso.create_account_assignment(*(facts[name] for name in FACTS))
        return {}

    def control_unassign(self, given):
        found = self.find(self.facts(given))
        if found is not None:
            self.sso.account_assignments.remove(found)
        return {}

    def control_join(self, given):
        if not self.memberships(given["group_id"], given["user_id"]):
            backend = identitystore_backends[DEFAULT_ACCOUNT_ID][self.region]
            backend.create_group_membership(self.instance.identity_store_id, given["group_id"],
                                            {"UserId": given["user_id"]})
        return {}

    def control_leave(self, given):
        for entry in self.memberships(given["group_id"], given["user_id"]):
            del self.store.group_memberships[entry["MembershipId"]]
        return {}

    def control_user(self, given):
        user_id = given["user_id"]
        if given.get("remove"):
            self.store.users.pop(user_id, None)
            return {}
        more = self.more.setdefault(user_id, {})
        if "status" in given:
            more["UserStatus"] = given["status"]
        if "extensions" in given:
            more["Extensions"] = given["extensions"]
        return {}

    def control_state(self, given):
        names = {user.UserId: user.UserName for user in self.store.users.values()}
        sets = {item.permission_set_arn: item.name for item in self.sso.permission_sets}
        groups = {group.GroupId: group.DisplayName for group in self.store.groups.values()}
        return {
            "assignments": [
                {"account_id": item.target_id, "permission_set_arn": item.permission_set_arn,
                 "permission_set": sets.get(item.permission_set_arn),
                 "principal_type": item.principal_type, "principal_id": item.principal_id,
                 "user_name": names.get(item.principal_id)}
                for item in self.sso.account_assignments],
            "memberships": [
                {"group_id": entry["GroupId"], "group": groups.get(entry["GroupId"]),
                 "user_id": entry["MemberId"]["UserId"],
                 "user_name": names.get(entry["MemberId"]["UserId"]),
                 "membership_id": entry["MembershipId"]}
                for entry in self.memberships()],
            "operations": [self.status_of(operation) | {"kind": operation["kind"]}
                           for operation in self.operations.values()]}

    def control_seed(self, given):
        """Adds what is listed. Organizational units are made as accounts name them:
        "ou": "Prod/Payments". `accounts` may be a number, for many."""
        self.region = given.get("region", self.region)
        if self.organization.org is None:
            self.organization.create_organization(region=self.region)
        answer = {"instance_arn": self.instance.instance_arn,
                  "identity_store_id": self.instance.identity_store_id,
                  "accounts": {}, "units": {}, "permission_sets": {}, "users": {}, "groups": {}}
        accounts = given.get("accounts", [])
        if isinstance(accounts, int):
            accounts = [{"name": f"account-{n:04}"} for n in range(accounts)]
        for account in accounts:
            answer["accounts"][account["name"]] = self.seed_account(account, answer["units"])
        for item in given.get("permission_sets", []):
            item = {"name": item} if isinstance(item, str) else item
            self.sso.create_permission_set(
                item["name"], item.get("description", ""), self.instance.instance_arn,
                item.get("session_duration", "PT1H"), "", [])
            answer["permission_sets"][item["name"]] = (
                self.sso.permission_sets[-1].permission_set_arn)
        for user in given.get("users", []):
            answer["users"][user["user_name"]] = self.seed_user(user)
        for group in given.get("groups", []):
            answer["groups"][group["name"]] = self.seed_group(group, answer["users"])
        for bucket in given.get("buckets", []):
            self.seed_bucket(bucket)
        return answer

    def seed_account(self, account, units):
        number = len(self.accounts())
        self.organization.create_account(
            AccountName=account["name"], Email=account.get("email", f"a{number}@example.com"),
            Tags=[{"Key": key, "Value": value}
                  for key, value in account.get("tags", {}).items()])
        made = self.accounts()[-1]
        if "id" in account:
            masters = organizations_backends.master_accounts
            masters[account["id"]] = masters.pop(made.id)
            made.id = account["id"]
        made.status = made.state = account.get("status", "ACTIVE")
        made.parent_id = self.seed_unit(account.get("ou", ""), units)
        return made.id

    def seed_unit(self, path, units):
        parent = self.organization.org.root_id
        so_far = []
        for name in filter(None, path.split("/")):
            so_far.append(name)
            known = [unit for unit in self.organization.ou
                     if unit.name == name and getattr(unit, "parent_id", None) == parent]
            if not known:
                self.organization.create_organizational_unit(ParentId=parent, Name=name, Tags=[])
                known = [self.organization.ou[-1]]
            parent = known[0].id
            units["/".join(so_far)] = parent
        return parent

    def seed_user(self, user):
        backend = identitystore_backends[DEFAULT_ACCOUNT_ID][self.region]
        emails = user.get("emails", [user["email"]] if user.get("email") else [])
        user_id, _ = backend.create_user(
            self.instance.identity_store_id, user["user_name"],
            {"GivenName": user.get("given_name", "Given"),
             "FamilyName": user.get("family_name", "Family")},
            user.get("display_name", user["user_name"]), None, None,
            [{"Value": email, "Primary": n == 0} for n, email in enumerate(emails)] or None,
            None, None, user.get("user_type"), user.get("title"), None, user.get("locale"),
            user.get("timezone"))
        self.more[user_id] = {"UserStatus": user.get("status", "ENABLED"),
                              "Extensions": user.get("extensions", {})}
        return user_id

    def seed_group(self, group, users):
        backend = identitystore_backends[DEFAULT_ACCOUNT_ID][self.region]
        store_id = self.instance.identity_store_id
        group_id, _ = backend.create_group(store_id, group["name"], group.get("description", ""))
        for name in group.get("members", []):
            backend.create_group_membership(store_id, group_id, {"UserId": users[name]})
        return group_id

    def seed_bucket(self, name):
        from moto.s3.models import s3_backends
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(name, self.region)
