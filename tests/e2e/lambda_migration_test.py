"""What the existing product leaves behind when its module's source is changed: schedules of running
grants, expiries and reminders, audit entries, its rules document, messages with live buttons. All
of it is taken over. Shapes as it writes them.
"""

import json
import unittest
from datetime import datetime, timezone

from lambda_world import AUDIT, CONFIG, GROUP, REVOKER, ROLE, LambdaTest
from world import ACCOUNTS, HOUR, MINUTE

# Of its version 4.2.2: keys in its order, no hash, another form of time.
OLD_ENTRY = {
    "reason": "look at the logs", "operation_type": "grant", "permission_duration": "3600",
    "sso_user_principal_id": "u-1", "audit_entry_type": "account", "role_name": "Admin",
    "account_id": ACCOUNTS["prod"], "requester_slack_id": "U0DANA",
    "requester_email": "dana@corp.com", "request_id": "r-1", "approver_slack_id": "U0AMIR",
    "approver_email": "amir@corp.com", "group_name": "NA", "group_id": "NA",
    "group_membership_id": "NA", "secondary_domain_was_used": False, "sync_operation": "NA",
    "matched_attributes": "NA", "sso_user_email": "NA",
    "time": "2025-01-02 02:30:00.123456+00:00", "timestamp": 1_735_785_000_123,
}
OLD_KEY = "logs/2025/01/02/0b0e9f3c-5b1e-4c57-9a0e-0d7f1f3c2a10.json"
PERSON = {"id": "U0DANA", "email": "dana@corp.com", "real_name": "Dana"}
APPROVER = {"id": "U0AMIR", "email": "amir@corp.com", "real_name": "Amir"}


def text(kind, words):
    return {"type": kind, "text": words}


def old_message(title, fields):
    """A request that waits."""
    colour = ":large_yellow_circle:"
    return [
        {"type": "section", "block_id": "header",
         "text": text("mrkdwn", f"{colour} | {title} | {colour}")},
        {"type": "section", "block_id": "content", "fields": [text("mrkdwn", f) for f in fields]},
        {"type": "actions", "block_id": "buttons", "elements": [
            {"type": "button", "action_id": "approve", "value": "approve", "style": "primary",
             "text": text("plain_text", "Approve")},
            {"type": "button", "action_id": "discard", "value": "discard", "style": "danger",
             "text": text("plain_text", "Discard")}]}]


class Migration(LambdaTest):
    starts_by_itself = False

    def rules_document(self):
        """As its Terraform module writes it."""
        return {"statements": [
            {"ResourceType": "Account", "Resource": [ACCOUNTS["prod"]], "PermissionSet": "*",
             "Approvers": ["amir@corp.com", "sam@corp.com"]},
            {"ResourceType": "Account", "Resource": "*", "PermissionSet": "ReadOnly",
             "ApprovalIsNotRequired": True}],
            "group_statements": [{"Resource": [self.seeded["groups"]["operators"]],
                                  "Approvers": "amir@corp.com", "AllowSelfApproval": True}]}

    # --- what it left ---

    def schedule(self, name, at, event):
        moment = datetime.fromtimestamp(at, timezone.utc)
        self.calls.send("scheduler", "POST", f"/schedules/{name}", json.dumps({
            "GroupName": GROUP, "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpression": f"at({moment:%Y-%m-%dT%H:%M:%S})",
            "Target": {"Arn": REVOKER, "RoleArn": ROLE, "Input": json.dumps(event)}}).encode(),
            {"Content-Type": "application/json"})

    def account_grant(self, permission_set, at, as_text):
        facts = {"account_id": ACCOUNTS["prod"], "principal_id": self.seeded["users"]["dana"],
                 "permission_set_arn": self.seeded["permission_sets"][permission_set]}
        self.aws.control("assign", facts)
        name = f"access-revoker2025-01-02-0{at}-00-00"
        inner = {"schedule_name": name, "approver": APPROVER, "requester": PERSON,
                 "user_account_assignment": {
                     "instance_arn": self.seeded["instance_arn"],
                     "account_id": facts["account_id"],
                     "permission_set_arn": facts["permission_set_arn"],
                     "user_principal_id": facts["principal_id"]},
                 "permission_duration": "PT2H"}
        self.schedule(name, self.product.now + at * HOUR, {
            "action": "event_bridge_revoke",
            "revoke_event": json.dumps(inner, separators=(",", ":")) if as_text else inner})

    def group_grant(self, at):
        group, user = self.seeded["groups"]["operators"], self.seeded["users"]["dana"]
        self.aws.control("join", {"group_id": group, "user_id": user})
        (membership,) = [m for m in self.aws.read("state")["memberships"] if m["user_id"] == user]
        name = "access-revoker2025-01-02-09-00-00"
        inner = {"schedule_name": name, "approver": APPROVER, "requester": PERSON,
                 "group_assignment": {"group_name": "operators", "group_id": group,
                                      "user_principal_id": user,
                                      "membership_id": membership["membership_id"],
                                      "identity_store_id": self.seeded["identity_store_id"]},
                 "permission_duration": "P1D"}
        self.schedule(name, self.product.now + at * HOUR, {
            "action": "event_bridge_group_revoke",
            "revoke_event": json.dumps(inner, separators=(",", ":"))})

    def leave_everything(self):
        self.account_grant("Admin", 1, as_text=True)
        self.account_grant("ReadOnly", 2, as_text=False)
        self.group_grant(3)
        self.waiting, self.unanswered = (
            self.slack.post_as_old_version(old_message("AWS account access request", [
                "Requester: <@U0DANA>", f"Account: prod #{ACCOUNTS['prod']}", "Role name: Admin",
                "Reason: a deploy: finished", "Permission duration: 1 hour"])) for _ in range(2))
        about = {"time_stamp": self.unanswered["ts"], "channel_id": self.slack.channel}
        self.schedule("discard-buttons2025-01-02-04-00-00", self.product.now + 8 * HOUR, {
            "action": "discard_buttons_event",
            "schedule_name": "discard-buttons2025-01-02-04-00-00", **about})
        self.schedule("approvers-renotification2025-01-02-03-15-00",
                      self.product.now + 15 * MINUTE, {
                          "action": "approvers_renotification",
                          "schedule_name": "approvers-renotification2025-01-02-03-15-00", **about,
                          "time_to_wait_in_seconds": 900.0})
        self.calls.put_object(AUDIT, OLD_KEY, json.dumps(OLD_ENTRY).encode())
        self.calls.put_object(CONFIG, "accounts.json", b'[{"id":"999999999999","name":"gone"}]')

    def old_schedules(self):
        return {name for name in self.calls.schedules() if not name.startswith("sso-elevator-")}

    def our_entries(self):
        return [entry for entry in self.entries() if "event_id" in entry]

    def operations(self):
        return [entry["operation_type"] for entry in self.our_entries()
                if entry["operation_type"] not in ("rules", "checkpoint")]

    # --- and what becomes of it ---

    def test_everything_is_taken_over(self):
        self.leave_everything()
        self.start()
        self.settle()
        self.running_grants_became_rows()
        self.a_request_that_nobody_answered_loses_its_buttons()
        self.grants_end_when_they_would_have()
        self.the_old_buttons_only_offer_to_ask_again()
        self.assertEqual(json.loads(self.calls.objects(AUDIT)[OLD_KEY]), OLD_ENTRY)
        self.verify_audit()

    def running_grants_became_rows(self):
        self.assertEqual(["adopt"] * 3, self.operations())
        for entry in self.our_entries():
            if entry["operation_type"] == "adopt":
                self.assertEqual(("dana@corp.com", "amir@corp.com"),
                                 (entry["requester_email"], entry["approver_email"]))
        self.assertEqual({"discard-buttons2025-01-02-04-00-00",
                          "approvers-renotification2025-01-02-03-15-00"}, self.old_schedules())
        self.assertEqual(5, len(self.calls.schedules()))
        self.assertTrue(self.has_access() and self.has_access(permission_set="ReadOnly"))

    def a_request_that_nobody_answered_loses_its_buttons(self):
        told = len(self.slack.channel_messages())
        self.product.set_time(self.product.now + 16 * MINUTE)
        for done in self.fire_schedules():
            self.assertIsNone(done.error)
        self.assertEqual(told, len(self.slack.channel_messages()))
        self.assertEqual(["ask_again"], self.buttons_of(self.unanswered))
        self.assertIn("Admin", self.text_of(self.now(self.unanswered)))
        self.assertIn("approve", self.buttons_of(self.waiting))

    def now(self, message):
        (found,) = [m for m in self.slack.channel_messages() if m["ts"] == message["ts"]]
        return found

    def buttons_of(self, message):
        return list(self.dana.buttons(self.now(message)))

    def grants_end_when_they_would_have(self):
        began = self.product.now - 16 * MINUTE
        for hours, gone in ((1, lambda: not self.has_access()),
                            (2, lambda: not self.has_access(permission_set="ReadOnly")),
                            (3, lambda: ("operators", "dana") not in self.aws.memberships())):
            self.advance_to(began + hours * HOUR - MINUTE)
            self.assertFalse(gone(), f"too early, {hours}")
            self.advance_to(began + hours * HOUR + MINUTE)
            self.assertTrue(gone(), f"too late, {hours}")
        self.assertEqual(3, self.operations().count("revoke"))
        # They have no message here, so dana is told directly, and nothing is left to be done.
        told = [self.text_of(message) for message in self.slack.direct_messages("U0DANA")]
        self.assertEqual(3, sum("is over" in words for words in told), told)
        self.assertEqual(self.old_schedules(), set(self.calls.schedules()))
        self.advance(MINUTE)
        due = self.settle()
        self.assertTrue(due is None or due > self.product.now + MINUTE, due)

    def the_old_buttons_only_offer_to_ask_again(self):
        self.amir.click(self.waiting, "approve")
        self.product.read_time()
        self.assertFalse(self.has_access())
        self.assertEqual(["ask_again"], self.buttons_of(self.waiting))
        self.dana.click(self.now(self.waiting), "ask_again")
        self.product.read_time()
        self.dana.choose("select_account", ACCOUNTS["prod"])
        self.product.read_time()
        self.dana.choose("select_permission_set", "Admin")
        self.product.read_time()
        self.dana.choose("duration_picker", "01:00")
        self.dana.enter("provide_reason", "a deploy: finished")
        self.assertEqual({}, self.dana.submit())
        self.settle()
        message = self.slack.channel_messages()[-1]
        self.amir.click(message, "approve")
        self.granted()
        self.assertEqual("a deploy: finished", self.our_entries()[-1]["reason"])
        self.advance(2 * HOUR)


if __name__ == "__main__":
    unittest.main()
