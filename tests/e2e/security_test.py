"""What an attacker inside Slack, or in possession of a name, can try. More in refusals_test."""

import json
import re
import unittest

from world import ACCOUNTS, HOUR, IN_MEMORY, MINUTE, RULES, WorldTest

# Every way of Slack's to make text do something.
HOSTILE = ("<!channel> <!here> <@U0SAM> <#C0ACCESS> <https://evil.example|sign in> "
           "</script> *Approved by* <@U0AMIR>\n*Account:* dev `code` ~x~ _y_ &lt;!everyone&gt;")


def texts(thing):
    """Every text object below this one, as (type, text)."""
    if isinstance(thing, dict):
        if thing.get("type") in ("mrkdwn", "plain_text") and isinstance(thing.get("text"), str):
            yield thing["type"], thing["text"], thing.get("verbatim")
        for part in thing.values():
            yield from texts(part)
    elif isinstance(thing, list):
        for part in thing:
            yield from texts(part)


class Injection(WorldTest):
    scratch = IN_MEMORY

    def seed(self):
        seed = super().seed()
        seed["accounts"][0]["name"] = "prod <!channel>*Approved by:* <@U0AMIR>"
        seed["groups"] = [{"name": "ops <https://evil.example|click> <!here>"}]
        return seed

    def rules_document(self):
        groups = list(self.seeded["groups"].values())
        return {**RULES,
                "group_statements": [{"Resource": groups, "Approvers": ["amir@corp.com"]}]}

    def check(self, message):
        for kind, text, verbatim in texts([message.get("blocks", [])]):
            if kind == "plain_text":
                continue  # Slack shows it as it is
            self.assertTrue(verbatim, text)
            marks = re.findall(r"<[^>]*>", text)
            for mark in marks:
                self.assertRegex(mark, r"^<(@U0(DANA|AMIR|SAM)|!date\^|https://corp\.awsapps\.com)",
                                 text)
        self.assertNotRegex(message.get("text", ""), r"<!(channel|here|everyone)|<https?://evil")

    def test_reason_and_account_name(self):
        message = self.ask(self.dana, reason=HOSTILE)
        self.check(message)
        for line in self.text_of(message).split("\\n"):  # nothing of theirs begins a line of ours
            self.assertFalse(line.startswith("*Account:* dev"), line)
        self.amir.click(message, "approve")
        self.granted()
        self.advance(2 * HOUR)
        self.check(self.slack.channel_messages()[0])
        for note in self.slack.thread(message):
            self.check(note)

    def test_group_name(self):
        message = self.ask_for_group(self.dana, "ops <https://evil.example|click> <!here>",
                                     reason=HOSTILE)
        self.check(message)

    def test_name_in_slack(self):
        self.slack.users["U0DANA"]["profile"]["real_name"] = HOSTILE
        self.slack.users["U0DANA"]["name"] = "<!channel>"
        self.check(self.ask(self.dana))

    def test_reason_of_a_denial(self):
        message = self.ask(self.dana)
        self.amir.click(message, "discard")
        self.settle()
        if self.amir.has_modal():
            self.amir.enter("provide_reason", HOSTILE)
            self.amir.submit()
            self.settle()
        self.check(self.slack.channel_messages()[0])
        for note in self.slack.thread(message):
            self.check(note)


class Reviewers(WorldTest):
    """Who clicked is read again at the click, and judged by the rules of that moment."""

    scratch = IN_MEMORY

    def nothing_came_of_it(self):
        self.settle()
        self.advance(5 * MINUTE)
        self.assertEqual(self.aws.assignments(), set())
        self.assertNotIn("approve", self.operations())

    def test_rules_take_the_right_away_before_the_click(self):
        message = self.ask(self.dana)
        rules = json.loads(json.dumps(RULES))
        rules["statements"][0]["Approvers"] = ["sam@corp.com"]
        self.write_rules(rules)
        self.advance(MINUTE)
        self.amir.click(message, "approve")
        self.nothing_came_of_it()
        self.assertTrue(self.slack.whispers("U0AMIR"))
        self.sam.click(message, "approve")
        self.granted()

    def test_account_was_deactivated_before_the_click(self):
        message = self.ask(self.dana)
        self.slack.users["U0AMIR"]["deleted"] = True
        self.amir.click(message, "approve")
        self.nothing_came_of_it()

    def test_another_address_is_another_person(self):
        message = self.ask(self.dana)
        self.slack.users["U0AMIR"]["profile"]["email"] = "amir@elsewhere.com"
        self.amir.click(message, "approve")
        self.nothing_came_of_it()

    def test_requester_with_the_address_of_an_approver_stays_the_requester(self):
        message = self.ask(self.dana)
        self.slack.users["U0DANA"]["profile"]["email"] = "amir@corp.com"
        self.dana.click(message, "approve")
        self.nothing_came_of_it()


class Process(WorldTest):
    scratch = IN_MEMORY

    def test_core_dumps_are_off(self):
        with open(f"/proc/{self.product.process.pid}/limits", encoding="ascii") as limits:
            core = next(line for line in limits if line.startswith("Max core file size"))
        self.assertEqual(core.split()[4:6], ["0", "0"])

    def test_state_is_for_its_owner_only(self):
        for path in (self.product.state, self.product.state / "elevator.db"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_ids_of_requests_tell_nothing(self):
        ids = set()
        for person in (self.dana, self.sam):
            message = self.ask(person, account="dev", permission_set="ReadOnly")
            ids.add(message["metadata"]["event_payload"]["request_id"])
        self.assertEqual(len(ids), 2)
        for one in ids:
            self.assertRegex(one, "^[0-9a-f]{32}$")
        self.assertNotIn(ACCOUNTS["dev"], "".join(ids))


if __name__ == "__main__":
    unittest.main()
