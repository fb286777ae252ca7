"""Access that nobody asked for: found, told, and taken away by the shipped program."""

import json
import unittest

from product import run
from world import ACCOUNTS, HOUR, MINUTE, WorldTest


class SweepTest(WorldTest):
    settings = {"SWEEP_MODE": "remove", "SECURITY_PEOPLE": '["sam@corp.com"]'}

    def facts(self, user, account, permission_set):
        return {"account_id": ACCOUNTS[account], "principal_id": self.seeded["users"][user],
                "permission_set_arn": self.seeded["permission_sets"][permission_set]}

    def by_hand(self, user="dana", account="prod", permission_set="Admin"):
        self.aws.control("assign", self.facts(user, account, permission_set))

    def take_away(self, user="dana", account="prod", permission_set="Admin"):
        self.aws.control("unassign", self.facts(user, account, permission_set))

    def reports(self):
        return [message for message in self.slack.channel_messages()
                if "Sweep:" in self.text_of(message)]

    def days(self, hours):
        for _ in range(hours // 2 + 1):
            self.advance(2 * HOUR + MINUTE)


class Removal(SweepTest):
    def test_warns_then_removes_and_leaves_alone_what_was_granted(self):
        self.by_hand()
        self.advance(2 * HOUR + MINUTE)
        self.assertEqual(len(self.reports()), 1)
        self.assertIn("dana@corp.com", self.text_of(self.reports()[0]))
        message = self.ask(self.amir, account="lab", permission_set="ReadOnly", duration="23:30")
        self.dana.click(message, "approve")
        self.granted(person="amir", account="lab", permission_set="ReadOnly")
        self.advance(10 * HOUR)
        self.assertTrue(self.has_access())
        self.assertTrue(self.has_access(person="amir", account="lab", permission_set="ReadOnly"))
        self.assertEqual(len(self.reports()), 1)
        self.days(48)
        self.assertEqual(self.aws.assignments(), set())
        self.assertIn("adopt", self.operations())
        self.assertIn("sweep", self.operations())
        self.verify_audit()

    def test_a_grant_that_was_taken_away_by_hand_is_closed_and_told(self):
        message = self.ask(self.dana, duration="23:30")
        self.amir.click(message, "approve")
        self.granted()
        self.advance(HOUR)
        self.take_away()
        self.advance(3 * HOUR)
        self.assertIn("drift", self.operations())
        self.assertIn("took this access away",
                      self.thread_text(message) + self.text_of(message))
        self.advance(HOUR)
        self.assertIn("revoke", self.operations())
        self.verify_audit()


class Warning(SweepTest):
    settings = {"SWEEP_MODE": "warn"}

    def test_only_says_so_and_a_dry_run_shows_the_same(self):
        self.by_hand()
        self.days(72)
        self.assertTrue(self.has_access())
        self.assertEqual(len(self.reports()), 1)
        done = run("sweep", "--dry-run", "--state", str(self.product.state), "--format", "json",
                   environment=self.product.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        strays = json.loads(done.stdout)["strays"]
        self.assertEqual([stray["email"] for stray in strays], ["dana@corp.com"])

    def test_an_assignment_of_a_group_is_nobody_elses_business(self):
        self.aws.control("assign", {**self.facts("dana", "prod", "Admin"),
                                    "principal_type": "GROUP",
                                    "principal_id": self.seeded["groups"]["operators"]})
        self.days(4)
        self.assertEqual(self.reports(), [])

    def test_a_sweep_that_fails_says_so_and_stops_nothing(self):
        self.by_hand()
        self.aws.fail("ListAccountsForProvisionedPermissionSet", "deny", times=1000)
        self.advance(2 * HOUR + MINUTE)
        self.assertEqual(len(self.reports()), 1)
        self.assertIn("could not be listed", self.text_of(self.reports()[0]))
        self.assertEqual(self.product.get("/readyz")[0], 200)
        message = self.ask(self.dana, account="dev", permission_set="ReadOnly")
        self.granted(account="dev", permission_set="ReadOnly")
        self.advance(2 * HOUR)
        self.assertFalse(self.has_access(account="dev", permission_set="ReadOnly"))
        self.assertIsNotNone(message)


class DayOne(SweepTest):
    starts_by_itself = False

    def test_a_dry_run_needs_neither_slack_nor_a_state_and_leaves_nothing_behind(self):
        self.by_hand()
        environment = {name: value for name, value in self.product.environment.items()
                       if not name.startswith("SLACK_")}
        state = self.folder / "nowhere"
        done = run("sweep", "--dry-run", "--state", str(state), environment=environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1 that nobody asked for here", done.stdout)
        self.assertIn("dana@corp.com", done.stdout)
        self.assertIn("Admin in prod", done.stdout)
        self.assertFalse(state.exists())
        self.assertTrue(self.has_access())
        self.assertEqual(self.slack.channel_messages(), [])

    def test_without_rules_or_with_bad_ones_it_says_so(self):
        self.write_rules("{")
        done = run("sweep", "--dry-run", "--state", str(self.folder / "nowhere"),
                   environment=self.product.environment)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.slack.channel_messages(), [])
        environment = {**self.product.environment, "RULES_FILE": ""}
        done = run("sweep", "--dry-run", "--state", str(self.folder / "nowhere"),
                   environment=environment)
        self.assertIn("the rules are missing", done.stderr)

    def end_product(self):
        pass  # it never ran


class Brake(SweepTest):
    settings = {"SWEEP_MODE": "remove", "SECURITY_PEOPLE": '["sam@corp.com"]',
                "SWEEP_MOST_REMOVALS": "1"}

    def test_too_many_wait_for_the_button(self):
        for user in ("dana", "amir"):
            self.by_hand(user)
        self.days(52)
        self.assertEqual(len(self.aws.assignments()), 2)
        question = self.reports()[-1]
        self.assertIn("sweep_allow", self.dana.buttons(question))
        self.dana.click(question, "sweep_allow")
        self.days(26)
        self.assertEqual(len(self.aws.assignments()), 2)
        question = self.reports()[-1]
        self.sam.click(question, "sweep_allow")
        self.advance(6 * MINUTE)
        self.work_until(lambda: not self.aws.assignments(), what="the removal")
        self.assertEqual(self.aws.assignments(), set())


class AttributeSync(WorldTest):
    settings = {"ATTRIBUTE_SYNC_ENABLED": "true",
                "ATTRIBUTE_SYNC_MANAGED_GROUPS": '["operators"]',
                "ATTRIBUTE_SYNC_RULES": json.dumps(
                    [{"group_name": "operators", "attributes": {"displayName": "amir"}}])}

    def test_makes_members_of_those_who_match(self):
        self.advance(2 * HOUR)
        self.assertEqual(self.aws.memberships(), {("operators", "amir")})
        entries = [entry for entry in self.entries() if entry["operation_type"] == "sync_add"]
        self.assertEqual(len(entries), 1)
        self.assertEqual(entries[0]["group_name"], "operators")
        done = run("sync", "--dry-run", "--state", str(self.product.state),
                   environment=self.product.environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("0 added", done.stdout)
        self.verify_audit()


if __name__ == "__main__":
    unittest.main()
