"""Documents that say what is deployed: their tables agree with the files, their queries run."""

import json
import re
import sqlite3
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def blocks(path, language):
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def entry_keys():
    """The keys of an audit entry as docs/formats/audit.md lists them, in order."""
    text = (DOCS / "formats/audit.md").read_text(encoding="utf-8")
    table = re.search(r"^\| key \| type \| value \|\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    return [name for row in table.group(1).splitlines()[1:]
            for name in re.findall(r"`(\w+)`", row.split("|")[1])]


class AuditQueries(unittest.TestCase):
    """Athena's SQL and SQLite's agree on everything that these queries use."""

    @classmethod
    def setUpClass(cls):
        cls.table, *cls.queries = blocks(DOCS / "audit.md", "sql")
        columns = re.search(r"\((.*?)\)\nPARTITIONED BY \((\w+) string\)", cls.table, re.DOTALL)
        cls.columns = re.findall(r"^  `?(\w+)`? (\w+)", columns.group(1), re.MULTILINE)
        cls.day = columns.group(2)
        cls.rows = [cls.row(path) for path in sorted((ROOT / "tests/replay/audit").rglob("*.json"))]
        cls.rows += cls.invented()

    @classmethod
    def row(cls, path):
        entry = json.loads(path.read_text(encoding="utf-8"))
        return entry | {cls.day: "/".join(path.parts[-4:-1])}

    @classmethod
    def invented(cls):
        """A grant that lives, one that ended late, a self-approval, findings, a gap."""
        plain = {name: "NA" for name, kind in cls.columns if kind == "string"}
        plain[cls.day] = "2025/01/03"

        def one(stream, sequence, operation, **more):
            return plain | {"event_id": f"{stream}-{sequence:06}", "sequence": sequence,
                            "operation_type": operation, "timestamp": 1735900000000 + sequence,
                            "time": f"2025-01-03 10:{sequence:02}:00+00:00"} | more
        lives = {"elevator_request_id": "1" * 32, "account_id": "222222222222",
                 "requester_email": "ann@example.com", "decision": "SelfApproval"}
        return [one("request-" + "1" * 32, 1, "request", **lives),
                one("request-" + "1" * 32, 2, "grant", deadline="2099-01-01 00:00:00+00:00",
                    **lives),
                one("request-" + "2" * 32, 1, "request", elevator_request_id="2" * 32),
                one("request-" + "2" * 32, 3, "deny", elevator_request_id="2" * 32),
                one("found-abc", 1, "revoke", account_id="333333333333"),
                one("drift-2025-01-03", 1, "drift")]

    def run_query(self, about):
        (query,) = [q for q in self.queries if about in q]
        database = sqlite3.connect(":memory:")
        names = [name for name, _ in self.columns] + [self.day]
        database.execute(f"CREATE TABLE sso_elevator_audit ({', '.join(map(quoted, names))})")
        for row in self.rows:
            values = [row.get(name) for name in names]
            values = [json.dumps(v) if isinstance(v, (dict, list)) else v for v in values]
            marks = ", ".join("?" * len(names))
            database.execute(f"INSERT INTO sso_elevator_audit VALUES ({marks})", values)
        return database.execute(query).fetchall()

    def test_the_table_has_exactly_the_keys_of_an_entry(self):
        self.assertEqual(entry_keys(), [name for name, _ in self.columns])
        for row in self.rows:
            self.assertLessEqual(set(row), {name for name, _ in self.columns} | {self.day})

    def test_the_partition_is_no_key_of_an_entry(self):
        self.assertNotIn(self.day, [name for name, _ in self.columns])
        self.assertIn("s3://BUCKET/logs/${%s}/" % self.day, self.table)
        for name in re.findall(r"'projection\.(\w+)\.", self.table):
            self.assertEqual(self.day, name)

    def test_every_query_runs(self):
        self.assertEqual(10, len(self.queries))
        for query in self.queries:
            self.run_query(query)

    def test_who_had_access_sees_entries_of_both_products(self):
        found = self.run_query("account_id = '111111111111'")
        self.assertEqual(["r@corp.com", "dev@example.com"], [row[1] for row in found])

    def test_the_story_of_a_request(self):
        found = self.run_query("elevator_request_id = '0123")
        self.assertEqual(["request", "review", "approve", "grant", "revoke"],
                         [row[2] for row in found])

    def test_access_that_has_not_ended(self):
        self.assertEqual(["ann@example.com"], [row[0] for row in self.run_query("AS started")])

    def test_access_that_ended_late(self):
        found = self.run_query("observed_gone")
        self.assertEqual([("2025-01-02 13:31:00+00:00", "2025-01-02 13:31:03+00:00")],
                         [row[:2] for row in found])

    def test_access_without_a_second_person(self):
        self.assertEqual([("SelfApproval", "222222222222")],
                         [row[:2] for row in self.run_query("AS people")])

    def test_who_approves_whom(self):
        self.assertEqual([("lead@example.com", "dev@example.com", 1)],
                         self.run_query("AS approvals"))

    def test_what_was_denied(self):
        self.assertEqual(["deny"], [row[1] for row in self.run_query("'refuse', 'deny'")])

    def test_what_nobody_asked_for(self):
        self.assertEqual({"drift", "revoke"}, {row[1] for row in self.run_query("'found-%'")})

    def test_entries_that_are_missing(self):
        self.assertEqual([("request-" + "2" * 32, 3)], self.run_query("first_missing_before"))


def quoted(name):
    return f'"{name}"'


# What the existing product's manifest has; an app made from it keeps working.
EXISTING_SCOPES = {"commands", "chat:write", "users:read", "users:read.email", "channels:history",
                   "channels:read", "groups:read", "im:write"}
EXISTING_SHORTCUTS = {"request_for_access", "request_for_group_membership"}

# Web API methods, with the bot scopes that Slack's page of the method names (any of them serves
# for conversations.*, according to the kind of channel).
METHOD_SCOPES = {
    "auth.test": set(),
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write", "im:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"channels:history", "groups:history"},
    "conversations.members": {"channels:read", "groups:read"},
    "usergroups.list": {"usergroups:read"},
    "usergroups.users.list": {"usergroups:read"},
    "users.info": {"users:read"},
    "users.lookupByEmail": {"users:read.email"},
    "views.open": set(),
    "views.publish": set(),
    "views.update": set(),
}


class SlackManifests(unittest.TestCase):
    def read(self, name):
        return (ROOT / "deploy/slack" / name).read_text(encoding="utf-8")

    def scopes(self, name):
        part = re.search(r"    bot:\n((?:      - .*\n)+)", self.read(name)).group(1)
        return set(re.findall(r"- (\S+)", part))

    def called(self):
        """Methods named in the adapter."""
        found = set()
        for path in (ROOT / "src/adapters/slack").glob("*.cc"):
            if not path.name.endswith("_test.cc"):
                found |= set(re.findall(r'"((?:[a-z]+\.)+[a-zA-Z]+)"', path.read_text()))
        return {name for name in found if name.split(".")[0] in
                {"auth", "chat", "conversations", "usergroups", "users", "views", "apps"}}

    def test_both_ask_for_the_same(self):
        self.assertEqual(self.scopes("manifest.yaml"), self.scopes("manifest-socket-mode.yaml"))

    def test_every_scope_is_needed_and_every_need_has_its_scope(self):
        self.assertLessEqual(self.called() - {"apps.connections.open"}, set(METHOD_SCOPES))
        needed = {"commands"}.union(*(METHOD_SCOPES[name] for name in self.called()
                                      if name in METHOD_SCOPES))
        self.assertEqual(needed, self.scopes("manifest.yaml"))

    def test_nothing_that_an_existing_app_has_is_missing(self):
        for name in ("manifest.yaml", "manifest-socket-mode.yaml"):
            self.assertLessEqual(EXISTING_SCOPES, self.scopes(name))
            self.assertEqual(EXISTING_SHORTCUTS,
                             set(re.findall(r"callback_id: (\w+)", self.read(name))))

    def test_new_scopes_are_marked(self):
        for line in self.read("manifest.yaml").splitlines():
            scope = re.fullmatch(r"      - (\S+:\S+|commands)( # new.*)?", line)
            if scope:
                self.assertEqual(scope.group(1) not in EXISTING_SCOPES,
                                 scope.group(2) is not None, line)

    def test_names_of_commands_and_shortcuts_are_those_the_program_knows(self):
        names = (ROOT / "src/wire/slack/names.h").read_text(encoding="utf-8")
        for file in ("manifest.yaml", "manifest-socket-mode.yaml"):
            text = self.read(file)
            for name in re.findall(r"callback_id: (\w+)|command: (/[\w-]+)", text):
                self.assertIn('"' + "".join(name) + '"', names)

    def test_the_page_about_slack_lists_the_scopes(self):
        text = (DOCS / "slack.md").read_text(encoding="utf-8")
        listed = set(re.findall(r"^\| `([a-z:._]+)` \|", text, re.MULTILINE))
        self.assertEqual(self.scopes("manifest.yaml"), listed)


class Defects(unittest.TestCase):
    """docs/defects.md: all 74, and every test that is named exists."""

    @classmethod
    def setUpClass(cls):
        text = (DOCS / "defects.md").read_text(encoding="utf-8")
        cls.rows = re.findall(r"^\| (D-\d\d) \| (.+) \| (.+) \| (.*)\|$", text, re.MULTILINE)

    def test_all_are_there_in_order(self):
        self.assertEqual([f"D-{n:02}" for n in range(1, 75)], [row[0] for row in self.rows])

    def test_every_test_that_is_named_exists(self):
        here = Path(__file__)
        files = [path for folder in ("src", "tests", "deploy")
                 for path in (ROOT / folder).rglob("*")
                 if path.suffix in (".cc", ".py", ".hcl") and "node_modules" not in path.parts]
        texts = "\n".join(path.read_text(encoding="utf-8") for path in files if path != here)
        texts += here.read_text(encoding="utf-8").partition("class Defects")[0]
        for number, _, _, shown_by in self.rows:
            for name in re.findall(r"`([^`]+)`", shown_by):
                with self.subTest(defect=number, test=name):
                    found = ((ROOT / "deploy/terraform/tests" / name).exists()
                             or f'"{name}"' in texts or f"def {name}(" in texts)
                    self.assertTrue(found)

    def test_what_nothing_shows_is_said_to_be_missing(self):
        for number, _, here, shown_by in self.rows:
            if not shown_by.strip():
                self.assertIn("**Not yet**", here, number)


if __name__ == "__main__":
    unittest.main()
