"""What the functions do by themselves: sweep, attribute sync, and taking over what the existing
product granted.
"""

import json
import unittest
from datetime import datetime, timezone

from lambda_world import GROUP, REVOKER, ROLE, LambdaTest
from world import ACCOUNTS, HOUR, MINUTE

REPORT = {"action": "check_on_inconsistency"}
SWEEP = {"action": "sso_elevator_scheduled_revocation"}


class UpkeepTest(LambdaTest):
    def facts(self, user="dana", account="prod", permission_set="Admin"):
        return {"account_id": ACCOUNTS[account], "principal_id": self.seeded["users"][user],
                "permission_set_arn": self.seeded["permission_sets"][permission_set]}

    def by_hand(self, user="dana"):
        self.aws.control("assign", self.facts(user))

    def event(self, event, handler="revoker"):
        done = self.product.call(handler, event)
        self.assertIsNone(done.error, self.product.log()[-3000:])
        return done

    def reports(self):
        return [message for message in self.slack.channel_messages()
                if "Sweep:" in self.text_of(message)]


class Sweep(UpkeepTest):
    settings = {"SWEEP_MODE": "remove", "SECURITY_PEOPLE": '["sam@corp.com"]',
                "SWEEP_MOST_REMOVALS": "1"}

    def test_reports_once_and_removes_a_day_later(self):
        self.by_hand()
        self.event(REPORT)
        self.event(REPORT)
        self.event(SWEEP)
        self.assertEqual(len(self.reports()), 1)
        self.assertTrue(self.has_access())
        self.advance(25 * HOUR)
        self.event(REPORT)
        self.assertTrue(self.has_access())
        self.event(SWEEP)
        self.work_until(lambda: not self.has_access(), what="the removal")
        self.assertIn("adopt", self.operations())
        self.verify_audit()

    def test_too_many_wait_for_the_button_and_go_with_the_next_minute(self):
        for user in ("dana", "amir"):
            self.by_hand(user)
        self.event(REPORT)
        self.advance(25 * HOUR)
        self.event(SWEEP)
        self.assertEqual(len(self.aws.assignments()), 2)
        self.sam.click(self.reports()[-1], "sweep_allow")
        self.product.read_time()
        self.work_until(lambda: not self.aws.assignments(), what="the removal")


class Drift(UpkeepTest):
    """CloudTrail's events, as the EventBridge rule of the Terraform module forwards them."""

    settings = {"SWEEP_MODE": "remove", "SECURITY_PEOPLE": '["sam@corp.com"]'}

    def trail(self, name="CreateAccountAssignment", user="dana", **more):
        facts = self.facts(user)
        return {"version": "0", "source": "aws.sso",
                "detail-type": "AWS API Call via CloudTrail",
                "detail": {"eventSource": "sso.amazonaws.com", "eventName": name,
                           "requestParameters": {
                               "instanceArn": self.seeded["instance_arn"],
                               "targetId": facts["account_id"], "targetType": "AWS_ACCOUNT",
                               "permissionSetArn": facts["permission_set_arn"],
                               "principalType": "USER", "principalId": facts["principal_id"]},
                           **more}}

    def messages(self):
        return [message for message in self.slack.channel_messages()
                if "nobody asked for here" in self.text_of(message)]

    def give(self):
        self.amir.click(self.ask(self.dana, duration="01:00"), "approve")
        self.granted()

    def test_access_that_nobody_asked_for_is_told_within_the_invocation_and_once(self):
        self.by_hand()
        self.event(self.trail())
        self.assertEqual(len(self.messages()), 1)
        self.assertIn("dana@corp.com", self.text_of(self.messages()[0]))
        self.assertIn("Admin in prod", self.text_of(self.messages()[0]))
        self.event(self.trail())
        self.event(self.trail(user="amir"))  # it is not there any more
        self.event(self.trail(errorCode="AccessDenied"))
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(self.operations(), ["drift"])
        self.assertTrue(self.has_access())
        # The sweep gives the warning that removal needs, in its one message.
        self.event(SWEEP)
        self.assertEqual(len(self.reports()), 1)
        self.assertTrue(self.has_access())
        self.verify_audit()

    def test_access_that_was_given_here_is_none_of_its_business(self):
        self.give()
        for name in ("CreateAccountAssignment", "DeleteAccountAssignment"):
            self.event(self.trail(name))
        self.assertEqual(self.messages(), [])
        self.assertNotIn("drift", self.operations())
        self.assertTrue(self.has_access())

    def test_access_given_here_and_taken_away_by_hand_is_closed(self):
        self.give()
        self.advance(6 * MINUTE)  # until then AWS's listings may be older than the access
        self.aws.control("unassign", self.facts())
        self.event(self.trail("DeleteAccountAssignment"))
        self.settle()
        self.assertEqual(self.messages(), [])
        self.assertIn("drift", self.operations())
        self.verify_audit()


class AttributeSync(UpkeepTest):
    settings = {"ATTRIBUTE_SYNC_ENABLED": "true",
                "ATTRIBUTE_SYNC_MANAGED_GROUPS": '["operators"]',
                "ATTRIBUTE_SYNC_RULES": json.dumps(
                    [{"group_name": "operators", "attributes": {"displayName": "amir"}}])}

    def test_makes_members_of_those_who_match(self):
        for name in ("SCHEDULE_GROUP_NAME", "SCHEDULE_POLICY_ARN", "REVOKER_FUNCTION_ARN",
                     "SLACK_SIGNING_SECRET"):
            del self.product.functions["attribute-syncer"].environment[name]
        self.event({"action": "attribute_sync"}, "attribute-syncer")
        self.assertEqual(self.aws.memberships(), {("operators", "amir")})
        self.assertEqual(self.operations().count("sync_add"), 1)
        self.verify_audit()

    def test_does_nothing_else(self):
        done = self.product.call("attribute-syncer", {"action": "reconcile"})
        self.assertEqual(done.error["errorType"], "invalid")


class ExistingProduct(UpkeepTest):
    """Its schedules, as it writes them."""

    def payload(self, name):
        person = {"id": "UR", "email": "dana@corp.com", "real_name": "Dana"}
        facts = self.facts()
        assignment = {"instance_arn": self.seeded["instance_arn"],
                      "account_id": facts["account_id"],
                      "permission_set_arn": facts["permission_set_arn"],
                      "user_principal_id": facts["principal_id"]}
        event = {"schedule_name": name, "requester": person, "permission_duration": "PT1H",
                 "approver": {"id": "UA", "email": "amir@corp.com", "real_name": "Amir"},
                 "user_account_assignment": assignment}
        return {"action": "event_bridge_revoke",
                "revoke_event": json.dumps(event, separators=(",", ":"))}

    def grant(self):
        """Access with an hour left, and its schedule."""
        self.by_hand()
        name = "access-revoker2025-01-02-04-00-00"
        at = datetime.fromtimestamp(self.product.now + HOUR, timezone.utc)
        self.calls.send("scheduler", "POST", f"/schedules/{name}", json.dumps({
            "GroupName": GROUP, "FlexibleTimeWindow": {"Mode": "OFF"},
            "ScheduleExpression": f"at({at:%Y-%m-%dT%H:%M:%S})",
            "Target": {"Arn": REVOKER, "RoleArn": ROLE,
                       "Input": json.dumps(self.payload(name))}}).encode(),
            {"Content-Type": "application/json"})
        return name

    def test_its_grants_are_taken_over_and_end_on_time(self):
        name = self.grant()
        self.settle()
        self.assertEqual(self.operations(), ["adopt"])
        self.assertNotIn(name, self.calls.schedules())
        self.assertEqual(len(self.calls.schedules()), 1)
        self.advance(HOUR - MINUTE)
        self.assertTrue(self.has_access())
        self.advance(2 * MINUTE)
        self.assertFalse(self.has_access())
        self.verify_audit()

    def test_its_schedule_that_fires_first_is_honoured(self):
        name = self.grant()
        self.event(self.payload(name))
        self.work_until(lambda: not self.has_access(), what="the end")
        self.settle()
        self.assertIn("revoke", self.operations())


if __name__ == "__main__":
    unittest.main()
