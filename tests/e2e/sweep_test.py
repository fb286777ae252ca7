"""Access that nobody asked for: found, told, and taken away by the shipped program."""

import contextlib
import json
import sqlite3
import unittest

from product import Died, ProductError, run
from world import ACCOUNTS, HOUR, MINUTE, WorldTest


SYNC = {"ATTRIBUTE_SYNC_ENABLED": "true", "ATTRIBUTE_SYNC_MANAGED_GROUPS": '["operators"]',
        "ATTRIBUTE_SYNC_RULES": json.dumps(
            [{"group_name": "operators", "attributes": {"displayName": "amir"}}])}


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
        digest = self.text_of(self.reports()[0])
        self.assertRegex(digest, r"These will be removed after <!date\^\d+\^")
        self.assertRegex(digest, r"dana@corp\.com: Admin in prod .*First seen <!date\^\d+\^")
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


class OnlyLooked(SweepTest):
    """A dry run changes no byte of what `serve` keeps, whether that runs, was stopped or killed."""
    settings = {"SWEEP_MODE": "warn", **SYNC}

    def kept(self):
        return {str(path.relative_to(self.product.state)): path.read_bytes()
                for path in self.product.state.rglob("*") if path.is_file()}

    def look(self):
        before = self.kept()
        self.assertIn("elevator.db", before)
        for verb in ("sweep", "sync"):
            done = run(verb, "--dry-run", "--state", str(self.product.state),
                       environment=self.product.environment)
            self.assertEqual(done.returncode, 0, done.stderr)
        after = self.kept()
        self.assertEqual(before.keys(), after.keys())
        self.assertEqual([name for name in before if before[name] != after[name]], [])
        return after

    def test_no_byte_of_the_state_is_changed(self):
        self.by_hand()
        self.advance(2 * HOUR + MINUTE)
        self.assertIn("elevator.db-wal", self.look())
        self.product.kill()
        self.assertIn("elevator.db-wal", self.look())
        self.start()
        self.product.stop()
        self.assertNotIn("elevator.db-wal", self.look())
        self.product.environment["CACHE_ENABLED"] = "false"
        self.assertTrue(any(name.startswith("snapshots/") for name in self.look()))

    def test_a_state_of_an_older_release_is_left_as_it_is(self):
        self.settle()
        self.product.stop()
        with contextlib.closing(sqlite3.connect(self.product.state / "elevator.db")) as database:
            database.execute("DROP INDEX rows_due_grants")
            database.execute("DELETE FROM migrations WHERE version = 3")
            database.commit()
            database.execute("PRAGMA user_version = 2")
        before = self.kept()
        done = run("sweep", "--dry-run", "--state", str(self.product.state),
                   environment=self.product.environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("start `serve` of this release with it once", done.stderr)
        self.assertEqual(before, self.kept())
        self.start()
        self.settle()
        self.look()


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

    def test_where_rows_are_in_a_table_an_empty_folder_is_not_taken_for_them(self):
        environment = {**self.product.environment, "STATE_TABLE_NAME": "elevator"}
        done = run("sweep", "--dry-run", "--state", str(self.folder / "nowhere"),
                   environment=environment)
        self.assertEqual(done.returncode, 1)
        self.assertIn("S3_BUCKET_FOR_AUDIT_ENTRY_NAME", done.stderr)

    def end_product(self):
        pass  # it never ran


class KilledInMidSweep(SweepTest):
    """The program dies at a call of the sweep; wherever that is, the next life goes on."""

    def one_life(self, number):
        self.by_hand()
        self.by_hand("amir", "lab", "ReadOnly")
        self.advance(2 * HOUR + MINUTE)
        self.restart()
        before = self.product.calls()
        try:
            self.product.stop()
            self.product.start(("before", before + number))
            self.slack.product_url = self.product.url + "/slack/events"
            self.days(30)
            alive = True
        except (Died, OSError):
            self.product.end_of_the_dead()
            self.start()
            alive = False
        self.days(52)
        self.work_until(lambda: not self.aws.assignments(), what="the removal")
        self.advance(HOUR)
        operations = self.operations()
        for operation in ("adopt", "revoke"):
            self.assertEqual(operations.count(operation), 2, (number, operations))
        self.verify_audit()
        return not alive

    def test_early(self):
        self.assertTrue(self.one_life(8))

    def test_later(self):
        self.assertTrue(self.one_life(30))

    def test_in_the_removals(self):
        self.assertTrue(self.one_life(150))


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


class AttributeSyncOfAGroupThatPeopleMayAskFor(WorldTest):
    starts_by_itself = False
    settings = {"ATTRIBUTE_SYNC_ENABLED": "true",
                "ATTRIBUTE_SYNC_MANAGED_GROUPS": '["operators"]',
                "ATTRIBUTE_SYNC_RULES": json.dumps(
                    [{"group_name": "operators", "attributes": {"displayName": "amir"}}])}

    def rules_document(self):
        return {**self.rules, "group_statements": [
            {"Resource": [self.seeded["groups"]["operators"]], "Approvers": ["sam@corp.com"]}]}

    def test_is_refused_at_the_start(self):
        with self.assertRaisesRegex(ProductError, "exit code 1"):
            self.start()
        self.assertIn("operators", self.product.log())
        self.assertIn("ATTRIBUTE_SYNC_MANAGED_GROUPS", self.product.log())
        self.assertEqual(self.aws.memberships(), set())

    def end_product(self):
        pass  # it never ran


class AttributeSync(WorldTest):
    settings = SYNC

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
