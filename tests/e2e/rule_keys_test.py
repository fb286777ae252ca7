"""Keys of rules that decide where and whom a request is told, and who may answer it."""

import json
import unittest

from world import ACCOUNTS, MINUTE, WorldTest

PROD = {"ResourceType": "Account", "Resource": [ACCOUNTS["prod"]], "PermissionSet": "Admin"}


class Everything(WorldTest):
    """Channel, Notify, DirectMessage, RequiredApprovals and RequireDenyReason in one rule."""

    rules = {"statements": [{**PROD, "Approvers": ["amir@corp.com", "sam@corp.com"],
                             "Notify": ["amir@corp.com"], "Channel": "C0PROD",
                             "DirectMessage": True, "RequiredApprovals": 2,
                             "RequireDenyReason": True}]}
    channel = "C0PROD"

    def setUp(self):
        super().setUp()
        self.slack.add_channel("C0PROD")
        self.slack.channels["C0PROD"]["members"] += ["U0AMIR", "U0SAM"]

    def ask_there(self):
        self.fill_in(self.dana)
        self.assertEqual(self.dana.submit(), {})
        self.settle()
        messages = self.slack.channel_messages(self.channel)
        self.assertEqual(len(messages), 1, self.product.log()[-3000:])
        return messages[0]

    def test_two_approve_one_of_them_where_they_were_told(self):
        message = self.ask_there()
        self.assertEqual(self.slack.channel_messages(), [])
        thread = self.thread_text(message)
        self.assertIn("<@U0AMIR>", thread)
        self.assertNotIn("<@U0SAM>", thread)  # not in Notify
        self.assertEqual(self.slack.direct_messages("U0SAM"), [])
        told = self.slack.direct_messages("U0AMIR")[0]
        waits = self.slack.direct_messages("U0DANA")[0]  # she is not in that channel
        self.assertIn("waits for 2 approvals by", self.text_of(waits))
        self.assertIn("amir@corp.com", self.text_of(waits))
        self.assertEqual(list(self.dana.buttons(waits)), ["cancel"])
        self.amir.click(told, "approve")
        self.settle()
        self.assertFalse(self.has_access())
        self.sam.click(message, "approve")
        self.granted()
        # What is decided cannot be clicked any more, wherever it stands.
        self.settle()
        for copy in (told, waits, message):
            self.assertNotIn("approve", self.dana.buttons(copy))
            self.assertNotIn("cancel", self.dana.buttons(copy))
        self.assertIn("Approved", self.text_of(told))
        self.assertEqual(self.operations(), ["request", "review", "review", "approve", "grant"])

    def test_a_denial_needs_a_reason(self):
        message = self.ask_there()
        self.amir.click(self.slack.direct_messages("U0AMIR")[0], "discard")
        self.settle()
        self.assertNotIn("optional", str([b for b in self.amir.modal()["blocks"]
                                          if b.get("optional")]))
        self.amir.enter("provide_reason", "freeze")
        self.assertEqual(self.amir.submit(), {})
        self.settle()
        self.assertIn("freeze", self.text_of(message))
        self.assertNotIn("approve", self.amir.buttons(self.slack.direct_messages("U0AMIR")[0]))

    def test_the_requester_cancels_where_she_was_told(self):
        message = self.ask_there()
        self.dana.click(self.slack.direct_messages("U0DANA")[0], "cancel")
        self.settle()
        self.assertNotIn("approve", self.dana.buttons(message))
        self.assertEqual(self.operations(), ["request", "cancel"])

    def test_a_click_in_a_direct_message_is_answered_there(self):
        self.ask_there()
        told = self.slack.direct_messages("U0AMIR")[0]
        self.slack.users["U0AMIR"]["is_restricted"] = True
        self.amir.click(told, "approve")
        self.settle()
        answers = self.slack.direct_messages("U0AMIR")[1:]
        self.assertIn("did not count", "".join(self.text_of(one) for one in answers))


class ChannelWithoutTheApp(Everything):
    """The same, but the app cannot post in the rule's channel: somebody has to see the request."""

    def setUp(self):
        super().setUp()
        self.channel = self.slack.channel
        self.slack.channels["C0PROD"]["members"].remove(self.slack.bot_user)

    def ask_there(self):
        message = super().ask_there()
        self.assertIn("cannot post there", self.text_of(message))
        self.assertIn("channel_of_rule_refused", self.product.log())
        return message

    def test_two_approve_one_of_them_where_they_were_told(self):
        message = self.ask_there()
        self.amir.click(self.slack.direct_messages("U0AMIR")[0], "approve")
        self.sam.click(message, "approve")
        self.granted()
        self.assertIn("<@U0DANA>", self.thread_text(message))

    def test_the_requester_cancels_where_she_was_told(self):
        message = self.ask_there()
        self.dana.click(message, "cancel")
        self.settle()
        self.assertNotIn("approve", self.dana.buttons(message))


class EndingEarly(WorldTest):
    settings = {"SECURITY_PEOPLE": '["sec@corp.com"]'}

    def test_who_may_end_access(self):
        stranger = self.slack.add_person("U0EVE", "eve@corp.com", "Eve")
        security = self.slack.add_person("U0SEC", "sec@corp.com", "Sec")
        for person in (self.amir, security):
            self.dana = type(self.dana)(self.slack, "U0DANA")
            message = self.ask(self.dana)
            self.amir.click(message, "approve")
            self.granted()
            self.press_end(stranger, message)
            self.assertTrue(self.has_access())
            self.assertIn("nly the requester, the approvers and the security team",
                          str(self.slack.whispers("U0EVE")))
            self.press_end(person, message)
            self.work_until(lambda: not self.has_access(), what="the end of the access")

    def press_end(self, person, message):
        person.click(message, "end_access")
        self.settle()
        if person.has_modal():
            self.assertEqual(person.submit(), {})
            self.settle()


class MissingGroup(WorldTest):
    rules = {"statements": [{**PROD, "Approvers": ["amir@corp.com"]},
                            {**PROD, "Requesters": ["group:Typo"], "Approvers": ["sam@corp.com"]}]}

    def test_it_is_refused_by_name(self):
        self.fill_in(self.dana)
        errors = self.dana.submit()
        self.settle()
        messages = self.slack.channel_messages()
        text = str(errors) + "".join(self.text_of(m) + self.thread_text(m) for m in messages)
        self.assertIn("Typo", text)
        self.assertEqual(self.aws.assignments(), set())

    def test_while_aws_is_down_the_request_waits_where_people_see_it(self):
        self.fill_in(self.dana)
        self.aws.fail("GetGroupId", "refuse", times=1000, code="InternalServerException",
                      status=500)
        if self.dana.submit():
            self.skipTest("the form knows already that the group is not there")
        self.advance(3 * MINUTE)
        message = self.slack.channel_messages()[0]
        self.assertIn("group:Typo", self.text_of(message))
        self.dana.click(message, "cancel")
        self.advance(2 * MINUTE)  # tried again once a minute
        self.assertEqual(self.operations(), ["request", "cancel"])


class CallsForGroups(WorldTest):
    """A group of approvers costs its size once in five minutes, and a click next to nothing."""

    size = 30

    def seed(self):
        seed = super().seed()
        names = [f"lead{i}" for i in range(self.size)]
        seed["users"] += [{"user_name": name, "email": f"{name}@corp.com"} for name in names]
        seed["groups"] = [{"name": "Leads"}]
        return seed

    def setUp(self):
        super().setUp()
        for name in ["amir", *(f"lead{i}" for i in range(self.size))]:
            self.aws.control("join", {"group_id": self.seeded["groups"]["Leads"],
                                      "user_id": self.seeded["users"][name]})

    rules = {"statements": [{**PROD, "Approvers": ["group:Leads"], "Notify": ["group:Leads"]}]}

    def test_a_click_does_not_read_the_group_again(self):
        message = self.ask(self.dana)
        self.aws.control("counters", {})
        self.amir.click(message, "approve")
        self.granted()
        calls = self.aws.read("counters")
        self.assertEqual(calls.get("identitystore:ListGroupMemberships", 0), 0, calls)
        self.assertLessEqual(sum(n for name, n in calls.items()
                                 if name.startswith("identitystore:")), 12, calls)


class Log(WorldTest):
    def test_one_id_finds_every_line_about_a_request(self):
        message = self.ask(self.dana)
        self.aws.fail("CreateAccountAssignment", "throttle", times=3)
        self.slack.fail("chat.update", "error", code="internal_error")
        self.amir.click(message, "approve")
        self.granted()
        lines = [json.loads(line) for line in self.product.log().splitlines()
                 if line.startswith("{")]
        request_id = next(line["request_id"] for line in lines if line["event"] == "request_made")
        for event in ("request_made", "click_received", "slack_call_failed", "aws_call_failed",
                      "request_approved", "access_given"):
            found = [line for line in lines if line["event"] == event]
            self.assertTrue(found, event)
            for line in found:
                self.assertIn(request_id, line.get("request_id", ""), line)
        failed = next(line for line in lines if line["event"] == "aws_call_failed")
        self.assertEqual(failed["code"], "ThrottlingException")


if __name__ == "__main__":
    unittest.main()
