"""The main job on one machine: ask in Slack, approve, get access, lose it on time."""

import unittest
from datetime import datetime

import slack_limits
from world import HOUR, MINUTE, RULES, WorldTest


class Requests(WorldTest):
    def test_request_is_approved_granted_and_revoked_on_time(self):
        message = self.ask(self.dana, duration="01:00")
        self.assertIn("approve", self.dana.buttons(message))
        self.assertIn("U0AMIR", self.thread_text(message))
        self.assertEqual(self.aws.assignments(), set())
        self.amir.click(message, "approve")
        self.granted()
        approved_at = self.product.now
        self.assertNotIn("approve", self.dana.buttons(message))
        self.assertIn("end_access", self.dana.buttons(message))
        self.assertIn("https://corp.awsapps.com/start", self.text_of(message)
                      + self.thread_text(message))
        self.advance(55 * MINUTE)
        self.assertTrue(self.has_access())
        self.advance_to(approved_at + HOUR + MINUTE)
        self.assertFalse(self.has_access())
        self.assertNotIn("end_access", self.dana.buttons(message))
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant", "revoke"])
        self.assertEqual(self.product.metric("sso_elevator_grants_live"), 0)
        self.verify_audit()

    def test_requester_is_reminded_fifteen_minutes_before_the_end(self):
        message = self.ask(self.dana, duration="01:00")
        self.amir.click(message, "approve")
        self.granted()
        end = next(e for e in self.entries() if e["operation_type"] == "grant")["deadline"]
        end = datetime.fromisoformat(end).timestamp()
        self.assertIn(f"<!date^{int(end)}^", self.text_of(message))
        self.advance_to(end - 15 * MINUTE - 1)
        self.assertEqual(self.slack.direct_messages("U0DANA"), [])
        self.advance_to(end - 15 * MINUTE)
        reminder, = self.slack.direct_messages("U0DANA")
        self.assertIn(f"<!date^{int(end)}^", self.text_of(reminder))
        self.assertIn("end_access", self.dana.buttons(reminder))
        self.advance_to(end + MINUTE)
        self.assertFalse(self.has_access())
        self.assertEqual(len(self.slack.direct_messages("U0DANA")), 1)

    def test_approval_is_not_required(self):
        message = self.ask(self.dana, account="dev", permission_set="ReadOnly")
        self.granted(account="dev", permission_set="ReadOnly")
        self.assertNotIn("approve", self.dana.buttons(message))
        self.advance(2 * HOUR)
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(self.operations(), ["request", "approve", "grant", "revoke"])
        self.assertEqual(self.approvers(), {"NA"})
        self.verify_audit()

    def test_self_approval_is_allowed_by_a_rule(self):
        message = self.ask(self.dana, account="lab", permission_set="Admin")
        self.granted(account="lab")
        self.assertNotIn("approve", self.dana.buttons(message))
        decision = next(e for e in self.entries() if e["operation_type"] == "approve")["decision"]
        self.assertEqual(decision, "SelfApproval")
        self.advance(2 * HOUR)
        self.assertEqual(self.operations(), ["request", "approve", "grant", "revoke"])
        self.assertEqual(self.approvers(), {"dana@corp.com"})
        self.verify_audit()

    def approvers(self):
        return {entry["approver_email"] for entry in self.entries()
                if entry["operation_type"] in ("approve", "grant", "revoke")}

    def fill_in_what_nobody_can_approve_any_more(self):
        """The form was opened when somebody else could approve."""
        lenient = [{**rule, "Approvers": [*rule["Approvers"], "sam@corp.com"]}
                   if rule.get("Approvers") == ["dana@corp.com"] else rule
                   for rule in RULES["statements"]]
        self.write_rules({**RULES, "statements": lenient})
        self.restart()
        self.fill_in(self.dana, account="lab", permission_set="ReadOnly")
        self.write_rules(RULES)

    def test_nobody_can_approve_is_said_in_the_form(self):
        self.fill_in_what_nobody_can_approve_any_more()
        self.advance(2 * MINUTE)
        errors = self.dana.submit()
        self.assertIn("requester", "".join(errors.values()))
        self.advance(HOUR)
        self.assertEqual(self.slack.channel_messages(), [])

    def test_nobody_can_approve_is_said_in_the_message_when_nothing_is_known_yet(self):
        self.fill_in_what_nobody_can_approve_any_more()
        self.advance(2 * MINUTE)
        self.restart()
        self.assertEqual(self.dana.submit(), {})
        self.advance(HOUR)
        message = self.slack.channel_messages()[0]
        self.assertNotIn("approve", self.dana.buttons(message))
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(self.operations(), ["request", "refuse"])

    def test_requester_does_not_approve_their_own_request(self):
        message = self.ask(self.dana)
        self.dana.click(message, "approve")
        self.settle()
        self.assertEqual(self.aws.assignments(), set())
        self.assertIn("approve", self.dana.buttons(message))
        self.amir.click(message, "approve")
        self.granted()

    def test_denial_with_a_reason(self):
        message = self.ask(self.dana)
        self.amir.click(message, "discard")
        self.settle()
        self.amir.enter("provide_reason", "not during the freeze")
        self.assertEqual(self.amir.submit(), {})
        self.settle()
        self.assertNotIn("approve", self.dana.buttons(message))
        self.assertIn("not during the freeze", self.text_of(message) + self.thread_text(message))
        self.advance(HOUR)
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(self.operations(), ["request", "deny"])
        self.verify_audit()

    def test_unanswered_request_expires_after_reminders(self):
        message = self.ask(self.dana)
        self.advance(16 * MINUTE)
        reminded = len(self.slack.thread(message))
        self.assertGreater(reminded, 1)
        self.advance(8 * HOUR)
        self.assertNotIn("approve", self.dana.buttons(message))
        self.assertEqual(self.operations(), ["request", "expire"])
        self.verify_audit()

    def test_requester_cancels(self):
        message = self.ask(self.dana)
        self.amir.click(message, "cancel")
        self.settle()
        self.assertIn("approve", self.dana.buttons(message))
        self.dana.click(message, "cancel")
        self.settle()
        self.assertNotIn("approve", self.dana.buttons(message))
        self.assertEqual(self.operations(), ["request", "review", "cancel"])

    def test_access_is_ended_early(self):
        message = self.ask(self.dana, duration="02:00")
        self.amir.click(message, "approve")
        self.granted()
        self.dana.click(message, "end_access")
        self.settle()
        self.assertEqual(self.dana.submit(), {})
        self.work_until(lambda: not self.has_access(), what="the end")
        self.settle()
        self.assertNotIn("end_access", self.dana.buttons(message))
        self.advance(3 * HOUR)
        self.assertEqual(self.operations()[-1], "revoke")
        self.verify_audit()

    def test_access_is_ended_by_a_command(self):
        self.assertIn("no access", self.dana.command(text="end").json()["text"])
        message = self.ask(self.dana, duration="02:00")
        self.assertIn("no access", self.dana.command(text="end").json()["text"])
        self.amir.click(message, "approve")
        self.granted()
        self.assertIn("no access", self.amir.command(text="end").json()["text"])
        answer = self.dana.command(text="end").json()
        self.assertEqual(slack_limits.problems_of_message(answer, 4000), [])
        button = self.dana.buttons(answer)["end_access"]
        # A message that only one person sees is not part of what Slack sends for its buttons.
        self.dana._accepted(self.dana.deliver(self.dana._payload(
            "block_actions", channel={"id": self.slack.channel, "name": "x"},
            container={"type": "message", "message_ts": "1.2", "is_ephemeral": True,
                       "channel_id": self.slack.channel},
            actions=[{"type": "button", "action_id": "end_access", "value": button["value"]}])))
        self.settle()
        self.assertEqual(self.dana.submit(), {})
        self.work_until(lambda: not self.has_access(), what="the end")
        self.settle()
        self.assertIn("no access", self.dana.command(text="end").json()["text"])

    def granted_for_an_hour_and_extended(self):
        """The messages of the request and of its extension, which is approved."""
        self.write_rules({**RULES, "statements": [{**rule, "AllowExtension": True}
                                                  for rule in RULES["statements"]]})
        self.restart()
        message = self.ask(self.dana, duration="01:00")
        self.amir.click(message, "approve")
        self.granted()
        self.dana.click(message, "extend_access")
        self.settle()
        self.assertEqual(self.dana.submit(), {})
        self.settle()
        extension = self.slack.channel_messages()[-1]
        self.assertNotEqual(extension["ts"], message["ts"])
        self.sam.click(extension, "approve")
        self.settle()
        return message, extension

    def test_access_that_is_ended_early_does_not_come_back_with_its_extension(self):
        message, extension = self.granted_for_an_hour_and_extended()
        self.dana.click(message, "end_access")
        self.settle()
        self.assertEqual(self.dana.submit(), {})
        self.work_until(lambda: not self.has_access(), what="the end")
        self.settle()
        self.assertIn("he access that it extends was ended early",
                      self.text_of(extension) + self.thread_text(extension))
        for _ in range(5):
            self.advance(HOUR / 2)
            self.assertFalse(self.has_access())
        self.verify_audit()

    def test_extension_prolongs_without_a_gap(self):
        start = self.product.now
        self.granted_for_an_hour_and_extended()
        self.advance_to(start + HOUR + 20 * MINUTE)
        self.assertTrue(self.has_access())
        self.advance_to(start + 3 * HOUR)
        self.assertFalse(self.has_access())
        self.assertEqual(self.aws.read("counters").get("sso-admin:CreateAccountAssignment"), 1)
        self.verify_audit()


class Groups(WorldTest):
    def rules_document(self):
        return {**RULES, "group_statements": [
            {"Resource": [self.seeded["groups"]["operators"]], "Approvers": ["sam@corp.com"]}]}

    def test_group_membership_is_given_and_taken_back(self):
        message = self.ask_for_group(self.dana)
        self.assertEqual(self.aws.memberships(), set())
        self.sam.click(message, "approve")
        self.work_until(lambda: ("operators", "dana") in self.aws.memberships(), what="membership")
        self.advance(HOUR + MINUTE)
        self.assertEqual(self.aws.memberships(), set())
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant", "revoke"])
        self.verify_audit()


class Calls(WorldTest):
    """How many calls to AWS each step takes (the existing product: 102, 25, 181, 7)."""

    def calls_of(self, step):
        self.aws.control("counters", {})
        step()
        self.settle()
        return {name: count for name, count in self.aws.read("counters").items()
                if "CreationStatus" not in name and "DeletionStatus" not in name}

    def test_no_step_takes_more_calls_than_promised(self):
        self.settle()
        opened = self.calls_of(self.dana.shortcut)
        self.assertEqual(opened, {})
        self.dana.choose("select_account", "111111111111")
        self.settle()
        self.dana.choose("select_permission_set", "Admin")
        self.settle()
        self.dana.enter("provide_reason", "INC-1")
        submitted = self.calls_of(self.dana.submit)
        self.assertLessEqual(sum(submitted.values()), 3, submitted)
        message = self.slack.channel_messages()[0]

        def approve():
            self.amir.click(message, "approve")
            self.granted()

        approved = self.calls_of(approve)
        self.assertLessEqual(sum(approved.values()), 6, approved)


class People(WorldTest):
    def test_guests_can_neither_ask_nor_review(self):
        guest = self.slack.add_person("U0GUEST", "guest@corp.com", "Guest", is_restricted=True)
        guest.shortcut("request_for_access")
        self.settle()
        content = guest.modal()
        self.assertNotIn("submit", content)
        message = self.ask(self.dana)
        self.slack.users["U0AMIR"]["is_ultra_restricted"] = True
        self.amir.click(message, "approve")
        self.settle()
        self.advance(5 * MINUTE)
        self.assertEqual(self.aws.assignments(), set())

    def test_secondary_domain_is_found_and_warned_about(self):
        self.product.stop()
        self.product.environment["SECONDARY_FALLBACK_EMAIL_DOMAINS"] = '["@corp.com"]'
        self.start()
        other = self.slack.add_person("U0OTHER", "dana@other.com", "Dana Other")
        message = self.ask(other)
        self.assertIn("warning", self.text_of(message))
        self.amir.click(message, "approve")
        self.granted()
        grant = next(e for e in self.entries() if e["operation_type"] == "grant")
        self.assertTrue(grant["secondary_domain_was_used"])

    def test_requester_outside_the_channel_is_told_directly(self):
        self.slack.channels[self.slack.channel]["members"].remove("U0DANA")
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.settle()
        self.assertTrue(self.slack.direct_messages("U0DANA"))


if __name__ == "__main__":
    unittest.main()
