"""`sso-elevator demo`, used as its page uses it: over HTTP, without a browser. Time is the demo's:
it is moved, never waited for; what happens by itself is awaited on the stream of snapshots."""

import http.client
import json
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from product import BINARY

DANA, AMIR, SAM = "U0DANA", "U0AMIR", "U0SAM"
PRODUCTION, PLAYGROUND = "111111111111", "777777777772"
PATIENCE = 30  # a machine that builds at the same time is slow


class Stream:
    """The page's eyes."""

    def __init__(self, url):
        host = url.removeprefix("http://").rstrip("/")
        self.connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        self.connection.request("GET", "/demo/events")
        self.response = self.connection.getresponse()
        self.last = None

    def snapshots(self):
        """What comes within PATIENCE. When nothing does, the connection is kept alive."""
        patient_until = time.monotonic() + PATIENCE
        while time.monotonic() < patient_until:
            line = self.response.readline()
            if not line:
                raise AssertionError("the stream has ended")
            if line.startswith(b"data: "):
                self.last = json.loads(line[6:])
                yield self.last

    def wait_for(self, condition, what):
        """The first snapshot for which the condition holds."""
        for snapshot in self.snapshots():
            if condition(snapshot):
                return snapshot
        raise AssertionError(f"{what}: did not happen; it is {self.last['now']}, due is "
                             f"{self.last['next_deadline']}; AWS: {self.last['aws']}; "
                             "the program said: " + "\n".join(self.last["program"]["log"]))

    def close(self):
        self.connection.close()


class Demo:
    def __init__(self, *arguments):
        self.folder = Path(tempfile.mkdtemp(prefix="elevator-demo-"))
        self.process = subprocess.Popen(
            [BINARY, "demo", "--listen", "127.0.0.1:0", "--state", str(self.folder / "state"),
             "--start", "2025-03-04T09:00:00Z", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.said = ""
        self.url = None
        for line in self.process.stdout:
            self.said += line
            if line.startswith("demo: "):
                self.url = line.split()[1]
            if "Ctrl-C" in line:
                break

    def stop(self):
        """Ends it and answers its exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PATIENCE)
        self.process.stdout.close()
        return code

    def forget(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self.process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def post(self, path, body=None, content_type="application/json", **headers):
        request = urllib.request.Request(
            self.url.rstrip("/") + path, json.dumps(body or {}).encode(),
            {"Content-Type": content_type, **headers})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def state(self):
        with urllib.request.urlopen(self.url + "demo/state", timeout=PATIENCE) as answer:
            return json.load(answer)


class DemoTest(unittest.TestCase):
    arguments = ()
    maxDiff = None

    def setUp(self):
        self.demo = Demo(*self.arguments)
        self.addCleanup(self.demo.forget)
        self.assertIsNotNone(self.demo.url, self.demo.said)
        self.stream = Stream(self.demo.url)
        self.addCleanup(self.stream.close)

    # --- what people do ---

    def must(self, path, body=None):
        status, answer = self.demo.post(path, body)
        self.assertEqual((status, answer.get("ok")), (200, True), answer)
        return answer

    def act(self, persona, kind, **more):
        return self.must("/demo/act", {"persona": persona, "act": {"kind": kind, **more}})

    def advance(self, seconds):
        self.must("/demo/clock", {"advance_seconds": seconds})

    def form(self, persona, has="select_account"):
        """The open modal once it has that input."""
        def find(snapshot):
            view = snapshot["slack"]["views"][persona]
            return view and any(b.get("block_id", "").startswith(has) for b in view["blocks"])
        return self.stream.wait_for(find, f"a form with {has}")["slack"]["views"][persona]

    @staticmethod
    def input(view, name):
        return next(b for b in view["blocks"] if b.get("block_id", "").startswith(name))

    def choose(self, persona, view, name, value):
        block = self.input(view, name)
        element = block["element"]
        if element["type"] == "external_select":
            options = self.act(persona, "options", view_id=view["id"], block_id=block["block_id"],
                               action_id=element["action_id"], query="")["options"]
        else:
            options = element.get("options") or [
                o for g in element["option_groups"] for o in g["options"]]
        option = next(o for o in options if value in (o["value"], o["text"]["text"]))
        self.act(persona, "click", container={"view_id": view["id"]}, block_id=block["block_id"],
                 action=element, selected_option=option)
        return block["block_id"], element["action_id"], option

    def ask(self, persona, account=PRODUCTION, permission_set="Developer",
            reason="PAY-123: look at the queue"):
        self.act(persona, "shortcut", callback_id="request_for_access")
        view = self.form(persona)
        self.choose(persona, view, "select_account", account)
        view = self.form(persona, "select_permission_set")
        block, action, option = self.choose(persona, view, "select_permission_set", permission_set)
        why = self.input(view, "provide_reason")
        return self.act(persona, "submit", view_id=view["id"], state={
            block: {action: {"type": "static_select", "selected_option": option}},
            why["block_id"]: {why["element"]["action_id"]: {
                "type": "plain_text_input", "value": reason}}})

    def message(self, has_button):
        """The channel's newest message, once it has that button."""
        def find(snapshot):
            messages = snapshot["slack"]["channels"][0]["messages"]
            return messages and has_button in json.dumps(messages[-1]["blocks"])
        snapshot = self.stream.wait_for(find, f"a message with the button {has_button}")
        return snapshot["slack"]["channels"][0]["messages"][-1]

    def click(self, persona, message, action_id):
        block, element = next((b, e) for b in message["blocks"] if b["type"] == "actions"
                              for e in b["elements"] if e["action_id"] == action_id)
        self.act(persona, "click", container={"channel": message["channel"], "ts": message["ts"]},
                 block_id=block["block_id"], action=element)

    def get_production(self):
        """Dana asks, Amir agrees; the snapshot in which she has access."""
        self.assertNotIn("errors", self.ask(DANA))
        self.click(AMIR, self.message("approve"), "approve")
        return self.wait_for_access()

    def wait_for_access(self, to=PRODUCTION):
        self.advance(5)
        return self.stream.wait_for(
            lambda s: any(a["account_id"] == to and a["ends_at"]
                          for a in s["aws"]["assignments"]), "access")

    def wait_for_no_access(self):
        self.advance(5)
        return self.stream.wait_for(lambda s: not s["aws"]["assignments"], "the end of access")

    def wait_for_entry(self, operation):
        """What was seen last may have it already, and nothing newer need come."""
        if operation in self.operations(self.stream.last):
            return self.stream.last
        return self.stream.wait_for(lambda s: operation in self.operations(s),
                                    f"the audit entry {operation}")

    def operations(self, snapshot):
        return [e["operation_type"] for e in snapshot["audit"]
                if e["operation_type"] not in ("rules", "checkpoint")]


class StoryTest(DemoTest):
    def test_ask_approve_see_and_end_early(self):
        snapshot = self.get_production()
        access, = snapshot["aws"]["assignments"]
        self.assertEqual((access["account_name"], access["permission_set"], access["user_name"]),
                         ("Payments production", "Developer", "dana"))
        self.assertEqual(snapshot["next_deadline"], access["ends_at"])
        self.assertEqual(snapshot["aws"]["operations"][-1]["kind"], "create")

        self.click(DANA, self.message("end_access"), "end_access")
        view = self.form(DANA, "provide_reason")
        self.act(DANA, "submit", view_id=view["id"], state={})
        self.wait_for_no_access()
        ended = self.wait_for_entry("revoke")
        self.assertEqual(ended["aws"]["operations"][-1]["kind"], "delete")
        self.assertIsNone(ended["next_deadline"])
        self.assertLess(ended["now"], access["ends_at"])

    def test_access_expires_by_itself_when_the_clock_moves(self):
        self.assertNotIn("errors", self.ask(DANA, PLAYGROUND, "ReadOnly", "play"))
        access, = self.wait_for_access(PLAYGROUND)["aws"]["assignments"]
        self.must("/demo/clock", {"to": "next_deadline"})
        ended = self.wait_for_no_access()
        self.assertGreaterEqual(ended["now"], access["ends_at"])
        self.assertIn("grant", self.operations(ended))
        status, answer = self.demo.post("/demo/clock", {"to": "next_deadline"})
        self.assertEqual((status, answer["ok"]), (409, False))

    def test_a_killed_program_is_started_again_and_ends_access_on_time(self):
        before = self.get_production()
        self.must("/demo/kill")
        self.stream.wait_for(lambda s: s["program"]["state"] == "dead", "the death")
        status, answer = self.demo.post("/demo/act", {"persona": DANA, "act": {"kind": "home"}})
        self.assertEqual((status, answer["ok"]), (503, False))
        again = self.stream.wait_for(lambda s: s["program"]["state"] == "running", "its return")
        self.assertEqual(again["program"]["restarts"], 1)
        self.assertEqual(again["next_deadline"], before["next_deadline"])
        self.must("/demo/clock", {"to": "next_deadline"})
        self.wait_for_no_access()

    def test_a_reset_makes_a_fresh_world(self):
        self.get_production()
        self.must("/demo/reset")
        fresh = self.stream.wait_for(lambda s: s["program"]["state"] == "running"
                                     and not s["aws"]["assignments"], "a fresh world")
        self.assertEqual(fresh["slack"]["channels"][0]["messages"], [])
        self.assertEqual(fresh["program"]["restarts"], 0)
        self.get_production()

    def test_fields_that_the_rules_refuse_are_shown_in_the_form(self):
        errors = self.ask(DANA, reason="just because")["errors"]
        self.assertEqual(list(errors), ["provide_reason"])
        self.assertIn("PAY-123", errors["provide_reason"])

    def test_only_pages_of_this_machine_are_answered(self):
        self.assertEqual(self.demo.post("/demo/kill", content_type="text/plain")[0], 415)
        self.assertEqual(self.demo.post("/demo/kill", Host="evil.example")[0], 403)
        self.assertEqual(self.demo.post("/demo/act", {"persona": "U0NOBODY", "act": {}})[0], 404)
        self.assertEqual(self.demo.post("/demo/nothing")[0], 404)
        self.assertEqual(self.demo.state()["program"]["restarts"], 0)

    def test_ctrl_c_ends_both_and_the_audit_log_is_proven(self):
        self.get_production()
        self.must("/demo/clock", {"to": "next_deadline"})
        self.wait_for_no_access()
        self.wait_for_entry("revoke")
        self.assertEqual(self.demo.stop(), 0)
        done = subprocess.run([BINARY, "audit", "verify", "--state",
                               str(self.demo.folder / "state" / "1")],
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class FaultTest(DemoTest):
    def fault(self, name, on):
        self.must("/demo/fault", {"fault": name, "on": on})

    def test_while_slack_is_down_access_ends_all_the_same(self):
        self.get_production()
        self.fault("slack_down", True)
        status, answer = self.demo.post("/demo/act", {"persona": DANA, "act": {"kind": "home"}})
        self.assertEqual(status, 503)
        self.assertIn("Slack is down", answer["error"])
        self.must("/demo/clock", {"to": "next_deadline"})
        self.wait_for_no_access()

    def test_while_aws_throttles_access_stays_and_then_ends(self):
        self.get_production()
        self.wait_for_entry("grant")
        self.fault("aws_throttles", True)
        self.must("/demo/clock", {"to": "next_deadline"})
        self.advance(60)
        late = self.demo.state()
        self.assertEqual(len(late["aws"]["assignments"]), 1)
        self.assertTrue(late["faults"]["aws_throttles"])
        self.fault("aws_throttles", False)
        self.advance(15 * 60)
        self.wait_for_no_access()
        over = self.wait_for_entry("revoke")
        alarm = over["slack"]["channels"][0]["messages"][-1]
        self.assertIn("is still there", alarm["text"])
        # What waits for AWS inside the program takes time for everybody.
        revoked = next(e for e in over["audit"] if e["operation_type"] == "revoke")
        self.assertGreater(revoked["timestamp"] / 1000, float(alarm["ts"]))


RULES = {
    "statements": [
        {"ResourceType": "Account", "Resource": "424242424242", "PermissionSet": "BreakIt",
         "Approvers": ["grace.hopper@corp.com"], "Requesters": ["ada@corp.com"]},
        {"ResourceType": "OU", "Resource": "Root/Labs/*", "PermissionSet": "ReadOnly",
         "ApprovalIsNotRequired": True},
        {"ResourceType": "Tag", "Resource": "team=moon", "PermissionSet": "ReadOnly",
         "ApprovalIsNotRequired": True},
    ],
    "group_statements": [
        {"Resource": "11111111-2222-3333-4444-555555555555", "Approvers": ["group:Leads"]},
    ],
}


class RehearsalTest(unittest.TestCase):
    def rehearse(self, rules):
        folder = Path(tempfile.mkdtemp(prefix="elevator-rules-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "rules.json"
        path.write_text(rules if isinstance(rules, str) else json.dumps(rules))
        return path

    def test_a_document_with_mistakes_is_refused_as_policy_check_does(self):
        path = self.rehearse({"statements": [{"ResourceType": "Account", "Resource": "12"}]})
        check = subprocess.run([BINARY, "policy", "check", str(path)], capture_output=True,
                               text=True, timeout=PATIENCE)
        demo = subprocess.run([BINARY, "demo", "--rules", str(path), "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=PATIENCE)
        self.assertNotEqual(demo.returncode, 0)
        self.assertEqual((demo.returncode, demo.stdout, demo.stderr),
                         (check.returncode, check.stdout, check.stderr))

    def test_what_the_rules_name_is_in_the_world(self):
        demo = Demo("--rules", str(self.rehearse(RULES)))
        self.addCleanup(demo.forget)
        state = demo.state()
        accounts = {a["id"]: a for a in state["aws"]["accounts"]}
        self.assertIn("424242424242", accounts)
        self.assertTrue(any(a["ou"] == "Root/Labs" for a in accounts.values()))
        self.assertTrue(any("team=moon" in a["name"] for a in accounts.values()))
        people = {p["email"]: p for p in state["personas"]}
        self.assertEqual(people["grace.hopper@corp.com"]["name"], "Grace Hopper")
        self.assertTrue(re.fullmatch(r"U0[A-Z0-9]+", people["ada@corp.com"]["id"]))
        status, answer = demo.post("/demo/act", {
            "persona": people["ada@corp.com"]["id"],
            "act": {"kind": "shortcut", "callback_id": "request_for_access"}})
        self.assertEqual((status, answer), (200, {"ok": True}))


if __name__ == "__main__":
    unittest.main()
