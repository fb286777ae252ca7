"""The forms as people meet them: what is offered, what a search says, asking for more time again,
a later start, and what is told when a window does not open."""

import json
import unittest

import slack_limits
from world import ACCOUNTS, HOUR, MINUTE, RULES, WorldTest

MANY = 10_000


class OldApp(WorldTest):
    """An organization whose list of accounts is too large for one view, and a Slack app without an
    options URL: the Terraform module's default."""

    settings = {"SLACK_OPTIONS_LOAD": "off"}
    rules = {"statements": [
        {"ResourceType": "Account", "Resource": "*", "PermissionSet": "Admin",
         "Approvers": ["amir@corp.com"]}], "group_statements": []}

    def seed(self):
        names = [{"name": f"team-{i:05d}", "id": str(500_000_000_000 + i)} for i in range(MANY)]
        return {**super().seed(), "accounts": names}

    def search(self, text):
        self.dana.enter("search_account", text)
        self.dana.press_enter("search_account")
        self.settle()
        return json.dumps(self.dana.form(), ensure_ascii=False)

    def test_ten_thousand_accounts_are_searched_chosen_and_asked_for(self):
        self.settle()
        self.dana.shortcut()
        self.settle()
        form = json.dumps(self.dana.form())
        self.assertIn("search_account", form)
        self.assertNotIn("select_account", form)
        self.assertLess(len(form), 250_000)

        self.assertIn("Nothing that you may ask for matches", self.search("mars"))
        self.assertIn("100 of 10000 matches", self.search("team"))
        self.assertEqual(len(self.dana.options("select_account")), 100)
        found = self.search("team-04711")
        self.assertNotIn("matches", found)
        self.dana.choose("select_account", "500000004711")
        self.settle()
        # There is one permission set: the form chose it and says what follows.
        self.assertIn("Needs the approval of amir@corp.com", json.dumps(self.dana.form()))
        self.dana.enter("provide_reason", "INC-1: look at the logs")
        self.assertEqual(self.dana.submit(), {})
        self.settle()
        message = self.slack.channel_messages()[-1]
        self.assertIn("500000004711", self.text_of(message))
        self.amir.click(message, "approve")
        self.work_until(lambda: ("500000004711", "Admin", "dana") in self.aws.assignments(),
                        what="access")


class Offers(WorldTest):
    def test_what_nobody_could_approve_is_not_offered(self):
        self.dana.shortcut()
        self.settle()
        self.dana.choose("select_account", ACCOUNTS["lab"])
        self.settle()
        offered = [o["value"] for o in self.dana.options("select_permission_set")]
        self.assertEqual(offered, ["Admin"])
        self.assertIn("No approval is needed", json.dumps(self.dana.form()))

    def test_a_later_start_is_kept(self):
        self.fill_in(self.dana)
        start = int(self.product.now) + 24 * HOUR
        self.dana.pick_time("choose_start", start)
        self.assertEqual(self.dana.submit(), {})
        self.settle()
        message = self.slack.channel_messages()[-1]
        self.amir.click(message, "approve")
        self.advance(HOUR)
        self.assertFalse(self.has_access())
        self.advance_to(start + MINUTE)
        self.assertTrue(self.has_access())
        self.advance_to(start + HOUR + 5 * MINUTE)
        self.assertFalse(self.has_access())

    def test_a_start_that_is_over_is_said_beside_the_field(self):
        self.fill_in(self.dana)
        self.dana.pick_time("choose_start", int(self.product.now) - HOUR)
        self.assertEqual(list(self.dana.submit()), ["choose_start"])
        self.assertEqual(self.operations(), [])


class Extensions(WorldTest):
    rules = {**RULES, "statements": [{**rule, "AllowExtension": True, "MaxDuration": "02:00"}
                                     for rule in RULES["statements"]]}

    def deny(self, message):
        self.amir.click(message, "discard")
        self.settle()
        self.amir.enter("provide_reason", "not now")
        self.assertEqual(self.amir.submit(), {})
        self.settle()

    def test_a_denied_extension_can_be_asked_for_again(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        start = self.product.now
        self.dana.click(message, "extend_access")
        self.settle()
        self.assertEqual([o["value"] for o in self.dana.options("duration_picker")][-1], "02:00")
        delivery = self.dana.prepare_submit()
        self.assertEqual(delivery.send().body, b"")
        self.dana.close_modal()
        self.settle()
        first = self.slack.channel_messages()[-1]
        self.dana.click(message, "extend_access")
        self.settle()
        self.assertIn("waits for an approval", self.slack.whispers("U0DANA")[-1]["text"])
        self.deny(first)

        answer = delivery.send(again=True).json()
        self.assertIn("was denied", json.dumps(answer))
        self.assertEqual(slack_limits.problems_of_view(answer["view"]), [])
        self.dana.click(message, "extend_access")
        self.settle()
        self.assertIn("was denied", json.dumps(self.dana.form()))
        self.assertEqual(self.dana.submit(), {})
        self.settle()
        second = self.slack.channel_messages()[-1]
        self.assertNotEqual(second["ts"], first["ts"])
        self.amir.click(second, "approve")
        self.advance_to(start + HOUR + 20 * MINUTE)
        self.assertTrue(self.has_access())
        self.advance_to(start + 3 * HOUR)
        self.assertFalse(self.has_access())


class Told(WorldTest):
    def test_a_window_that_does_not_open_is_explained(self):
        message = self.ask(self.dana)
        for kind, code, text in (("error", "expired_trigger_id", "three seconds"),
                                 ("error", "missing_scope", "Tell your administrators")):
            self.slack.fail("views.open", kind, code=code)
            self.amir.click(message, "discard")
            self.settle()
            self.assertIn(text, self.slack.whispers("U0AMIR")[-1]["text"])
        self.slack.fail("views.open", "error", code="exchanged_trigger_id")
        self.dana.shortcut()  # names no channel
        self.settle()
        self.assertIn("three seconds", self.slack.direct_messages("U0DANA")[-1]["text"])

    def test_people_of_another_workspace_are_told(self):
        message = self.ask(self.dana)
        eve = self.slack.add_person("U0EVE", "eve@other.com", "Eve", team_id="T0OTHER")
        eve.click(message, "approve")
        self.settle()
        self.assertIn("belongs to another one", self.slack.whispers("U0EVE")[-1]["text"])
        self.assertEqual(self.operations(), ["request"])
        self.assertIn("foreign_user_refused", self.product.log())


if __name__ == "__main__":
    unittest.main()
