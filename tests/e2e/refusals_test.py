"""Bad input: a clear refusal that says what to do, a log line, nothing changed."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
import unittest
import urllib.parse

from product import BINARY, Product, ProductError, run
from slack_person import Delivery
from world import RULES, WorldTest


class BadRequests(WorldTest):
    def post(self, body, headers, path="/slack/events", method="POST"):
        url = urllib.parse.urlsplit(self.product.url)
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def shortcut(self):
        return self.dana.deliver(self.dana._payload("shortcut", callback_id="request_for_access"))

    def assert_nothing_happened(self, logged):
        self.settle()
        self.assertFalse(self.dana.has_modal())
        self.assertEqual(self.slack.channel_messages(), [])
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(self.operations(), [])
        if logged:
            self.assertIn(logged, self.product.log())

    def test_unsigned_forged_and_stale(self):
        delivery = self.shortcut()
        headers = delivery.headers()
        for change in ({"X-Slack-Signature": None}, {"X-Slack-Request-Timestamp": None},
                       {"X-Slack-Signature": "v0=" + "0" * 64},
                       {"X-Slack-Signature": headers["X-Slack-Signature"].upper()}):
            sent = {k: v for k, v in {**headers, **change}.items() if v is not None}
            status, body = self.post(delivery.body, sent)
            self.assertEqual(status, 401, change)
            self.assertIn("signing secret", json.loads(body)["error"])
        self.assertEqual(delivery.send(secret="another").status, 401)
        self.assert_nothing_happened("slack_signature_refused")

    def test_the_window_of_five_minutes(self):
        for offset, status in ((299, 200), (300, 200), (301, 401), (-299, 200), (-300, 200),
                               (-301, 401)):
            delivery = Delivery(self.slack, form={"ssl_check": "1", "token": "x"})
            delivery.signed_at = int(self.slack.time()) - offset
            self.assertEqual(delivery.send().status, status, offset)

    def test_bodies_that_are_no_slack_event(self):
        bodies = [(b"", "application/x-www-form-urlencoded"), (b"{", "application/json"),
                  (b"payload=%7B", "application/x-www-form-urlencoded"),
                  (b"payload=%ff%zz", "application/x-www-form-urlencoded"),
                  (b'{"type":"block_actions"}', "application/json"),
                  (b"[" * 5000, "application/json"), (b"\x00\xff", "application/json"),
                  (b"<xml/>", "text/xml")]
        for body, content_type in bodies:
            delivery = Delivery(self.slack, form={})
            delivery.body, delivery.content_type = body, content_type
            answer = delivery.send()
            self.assertEqual(answer.status, 400, (body[:40], answer.body))
            self.assertIn("error", json.loads(answer.body))
        self.assert_nothing_happened("slack_event_refused")

    def test_unknown_actions_and_callbacks(self):
        for payload in (self.dana._payload("shortcut", callback_id="other"),
                        self.dana._payload("mystery"),
                        self.dana._payload("block_actions", actions=[{"action_id": "other"}])):
            status = self.dana.deliver(payload).send().status
            self.assertEqual(status, 400)
        self.assert_nothing_happened("slack_event_refused")

    def test_foreign_workspace(self):
        payload = self.dana._payload("shortcut", callback_id="request_for_access")
        payload["team"]["id"] = "T0OTHER"
        payload["user"]["team_id"] = "T0OTHER"
        answer = self.dana.deliver(payload).send()
        self.assertEqual(answer.status, 403)
        self.assertIn("another workspace", answer.json()["error"])
        self.assert_nothing_happened("foreign_workspace_refused")

    def test_oversized_and_truncated(self):
        status, _ = self.post(b"x" * (2 * 1024 * 1024), self.shortcut().headers())
        self.assertEqual(status, 413)
        status, _ = self.post(b"", {**self.shortcut().headers(), "X-Long": "x" * 20_000})
        self.assertEqual(status, 431)
        url = urllib.parse.urlsplit(self.product.url)
        with socket.create_connection((url.hostname, url.port), timeout=30) as connection:
            connection.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n"
                               b"Content-Length: 1000\r\n\r\npayload=")
        self.assert_nothing_happened("")
        self.assertEqual(self.product.get("/healthz")[0], 200)

    def test_other_addresses_and_methods(self):
        self.assertEqual(self.post(None, {}, method="GET")[0], 405)
        self.assertEqual(self.post(b"", {}, path="/metrics")[0], 405)
        status, body = self.product.get("/")
        self.assertEqual(status, 404)
        self.assertIn("/slack/events", body)
        self.assertEqual(self.product.get("/readyz")[0], 200)

    def test_forged_request_id(self):
        message = self.ask(self.dana)
        forged = json.loads(json.dumps(message).replace(
            self.dana.buttons(message)["approve"]["value"], "0" * 32 + ":1"))
        self.amir.prepare_click(forged, "approve", even_if_gone=True)
        delivery = self.amir.prepare_click({**forged, "ts": "1.0"}, "approve", even_if_gone=True)
        self.assertEqual(delivery.send().status, 200)
        self.settle()
        self.assertTrue(self.slack.whispers("U0AMIR"))
        self.assertEqual(self.operations(), ["request"])
        self.assertEqual(self.aws.assignments(), set())

    def test_field_errors_write_nothing(self):
        self.fill_in(self.dana, reason=" ")
        errors = self.dana.submit()
        self.assertEqual(list(errors), ["provide_reason"])
        self.assertEqual(self.operations(), [])


class OneFolder(WorldTest):
    def test_a_second_program_on_the_same_folder_is_refused_and_the_first_goes_on(self):
        second = Product(self.product.environment, self.product.state, self.product.now)
        with self.assertRaises(ProductError) as refused:
            second.start()
        self.assertIn("another sso-elevator serve (process "
                      f"{self.product.process.pid})", str(refused.exception))
        self.assertIn("approve", self.dana.buttons(self.ask(self.dana)))

    def test_metrics_are_there_before_anything_happened(self):
        self.assertEqual(self.product.metric("sso_elevator_grants_live"), 0)
        self.assertEqual(self.product.metric("sso_elevator_clock_steps_back_total"), 0)
        self.assertIn("# HELP sso_elevator_revocations_overdue ", self.product.get("/metrics")[1])

    def test_help_is_an_answer_and_no_form(self):
        answer = self.dana.command("/group-access", "help")
        self.assertIn("/access list", answer.json()["text"])


class Rules(WorldTest):
    def test_a_bad_document_is_announced_once_and_the_last_good_one_stays(self):
        self.write_rules({"statements": [{"ResourceType": "Account", "Resource": "12"}]})
        self.advance(2 * 60)
        announced = [m for m in self.slack.channel_messages() if "statements[0]" in m["text"]]
        self.assertEqual(len(announced), 1)
        self.advance(10 * 60)
        message = self.ask(self.dana)
        self.assertIn("approve", self.dana.buttons(message))
        self.write_rules(RULES)
        self.advance(2 * 60)
        rules = [e["decision"] for e in self.entries() if e["operation_type"] == "rules"]
        self.assertEqual(rules[:2], ["in_force", "refused"])

    def test_a_file_that_is_gone_leaves_the_last_good_rules_in_force_and_people_are_told(self):
        self.product.stop()
        (self.folder / "rules.json").unlink()
        self.start()
        self.advance(10 * 60)
        told = [m for m in self.slack.channel_messages() if "does not exist" in m["text"]]
        self.assertEqual(len(told), 1)
        self.assertIn("rules_stale", self.product.log())
        status, text = self.product.get("/readyz")
        self.assertEqual(status, 200)
        warnings = json.loads(text)["warnings"]
        self.assertIn("not the newest", " ".join(w["says"] for w in warnings))
        self.assertIn("approve", self.dana.buttons(self.ask(self.dana)))

    def start_with_large_rules(self):
        """More than a row of the store holds: they are kept beside the audit log alone."""
        self.product.stop()
        self.write_rules({**RULES, "statements": RULES["statements"] + [
            {"ResourceType": "Account", "Resource": [f"4{i:011d}"], "PermissionSet": "Admin",
             "Approvers": ["amir@corp.com"]} for i in range(1200)]})
        self.start()

    def test_large_rules_whose_file_is_gone_stay_in_force(self):
        self.start_with_large_rules()
        self.product.stop()
        (self.folder / "rules.json").unlink()
        self.start()
        self.settle()
        self.assertEqual(self.product.get("/readyz")[0], 200)
        self.assertIn("approve", self.dana.buttons(self.ask(self.dana)))

    def test_rules_that_are_gone_with_what_was_kept_of_them_do_not_stop_revocations(self):
        self.start_with_large_rules()
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.product.stop()
        (self.folder / "rules.json").unlink()
        shutil.rmtree(self.folder / "state/audit/rules")
        self.start()
        self.settle()
        status, text = self.product.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("no rules are in force", text)
        self.dana.shortcut("request_for_access")
        self.settle()
        self.assertNotIn("submit", self.dana.modal())
        self.advance(3700)
        self.assertEqual(self.aws.assignments(), set())


class Readiness(WorldTest):
    def problems(self):
        status, text = self.product.get("/readyz")
        answer = json.loads(text)
        self.assertEqual(status, 200 if answer["ready"] else 503)
        return {item["check"]: item["says"] for item in answer["problems"] + answer["warnings"]}

    def test_what_was_seen_last_is_told_without_asking_anybody(self):
        self.settle()
        self.assertEqual(self.problems(), {})
        self.aws.fail("*", "refuse", times=1000, code="ExpiredTokenException", status=403)
        self.slack.fail("auth.test", "error", times=1000, code="token_revoked")
        self.advance(6 * 60)
        problems = self.problems()
        self.assertIn("access key", problems["credentials"])
        self.assertIn("SLACK_BOT_TOKEN", problems["slack"])
        self.assertIn("could not be read from AWS", problems["listings"])
        self.assertEqual(self.product.get("/readyz")[0], 503)
        self.assertEqual(self.product.get("/healthz"), (200, "ok\n"))
        calls = self.product.calls()
        self.problems()
        self.assertEqual(self.product.calls(), calls)
        self.aws.stop_failing()
        self.slack.faults.clear()
        self.advance(6 * 60)
        self.assertEqual(self.problems(), {})

    def test_identity_center_that_was_away_at_the_start_is_looked_at_again(self):
        self.product.stop()
        self.aws.fail("ListInstances", "refuse", times=1000, code="ServiceException", status=503)
        self.start()
        self.assertIn("ListInstances", self.problems()["identity center"])
        self.aws.stop_failing()
        self.advance(6 * 60)
        self.assertEqual(self.problems(), {})

    def test_the_app_was_thrown_out_of_the_channel(self):
        self.settle()
        self.slack.channels[self.slack.channel]["has_app"] = False
        self.advance(6 * 60)
        self.assertIn("invite it", self.problems()["slack channel"])


class Start(WorldTest):
    def not_started(self, **settings):
        """Nothing is in its state, so it ends with exit code 1 and says everything."""
        environment = {**self.environment(), **settings}
        done = run("serve", "--listen", "127.0.0.1:0", "--state", str(self.folder / "fresh"),
                   environment={k: v for k, v in environment.items() if v is not None})
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def test_everything_that_is_wrong_is_said_at_once(self):
        self.slack.channels[self.slack.channel]["has_app"] = False
        error = self.not_started(RULES_FILE=str(self.folder / "none.json"),
                                 AWS_ACCESS_KEY_ID=None, AWS_SECRET_ACCESS_KEY=None)
        for part in ("rules: ", "none.json does not exist", "credentials: ", "AWS_ACCESS_KEY_ID",
                     "slack channel: ", "invite it"):
            self.assertIn(part, error)
        error = self.not_started(SLACK_BOT_TOKEN="xoxb-wrong",
                                 S3_BUCKET_FOR_AUDIT_ENTRY_NAME="no-such-bucket")
        for part in ("slack: ", "SLACK_BOT_TOKEN", "audit bucket: ", "no-such-bucket"):
            self.assertIn(part, error)
        self.assertIn("statements[0]", self.not_started(
            RULES_FILE=None, STATEMENTS='[{"ResourceType":"Account","Resource":"12"}]'))
        self.assertIn("SLACK_TEAM_ID", self.not_started(SLACK_TEAM_ID="T0OTHER"))
        error = self.not_started(SSO_INSTANCE_ARN="arn:aws:sso:::instance/ssoins-0000000000000000")
        for part in ("identity center: ", "SSO_INSTANCE_ARN"):
            self.assertIn(part, error)

    def test_access_that_has_to_end_is_ended_whatever_else_is_wrong(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.product.stop()
        self.product.environment["SLACK_BOT_TOKEN"] = "xoxb-wrong"
        (self.folder / "rules.json").unlink()
        self.start()
        self.assertEqual(self.product.get("/readyz")[0], 503)
        self.advance(3700)
        self.assertEqual(self.aws.assignments(), set())

    def test_slack_that_is_away_does_not_stop_the_start(self):
        self.product.stop()
        self.slack.fail("*", "500", times=1000)
        self.product.state = self.folder / "fresh"
        self.start()
        status, text = self.product.get("/readyz")
        self.assertEqual(status, 503)
        self.assertIn("SLACK_TEAM_ID", text)
        self.assertEqual(self.dana.deliver(self.dana._payload(
            "shortcut", callback_id="request_for_access")).send().status, 503)
        self.slack.faults.clear()
        self.advance(60)
        self.assertEqual(self.product.get("/readyz")[0], 200)
        self.ask(self.dana)

    def test_it_says_what_it_started_with(self):
        line = next(line for line in self.product.log().splitlines() if '"started"' in line)
        facts = json.loads(line)
        self.assertRegex(facts["version"], r"^\d+\.\d+")
        self.assertEqual(facts["region"], "us-east-1")
        self.assertEqual(facts["rules"], str(self.folder / "rules.json"))
        self.assertRegex(facts["rule_digest"], "^[0-9a-f]{64}$")
        self.assertEqual(facts["state"], str(self.product.state))
        self.assertIn("audit", facts["audit"])
        self.assertEqual(facts["reconcile_interval_seconds"], 60)

    def test_the_log_names_the_milestones_of_a_request(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.advance(3700)
        self.dana.click(self.ask(self.dana), "cancel")
        self.settle()
        lines = [json.loads(line) for line in self.product.log().splitlines()
                 if line.startswith("{")]
        happened = [(line["event"], line["request_id"]) for line in lines
                    if line["event"].startswith(("access_", "request_")) and line.get("account")]
        first = happened[0][1]
        self.assertEqual([event for event, request in happened if request == first],
                         ["request_made", "request_reviewed", "request_approved", "access_given",
                          "access_removed"])
        self.assertEqual([event for event, request in happened if request != first],
                         ["request_made", "request_cancelled"])

    def test_a_stop_takes_seconds_although_aws_never_answers(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.listen(64)
            process = subprocess.Popen(
                [BINARY, "serve", "--listen=127.0.0.1:0", "--state", str(self.folder / "plain")],
                env={**self.environment(),
                     "AWS_ENDPOINT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"},
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            self.addCleanup(process.stdout.close)
            self.addCleanup(process.kill)
            self.assertTrue(process.stdout.readline().startswith("listening on http://"))
            waiting, _ = silent.accept()
            self.addCleanup(waiting.close)
            began = time.monotonic()
            process.terminate()
            self.assertEqual(process.wait(60), 0)
            self.assertLess(time.monotonic() - began, 5)

    def test_a_stop_during_the_start_takes_seconds_too(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.listen(64)
            process = subprocess.Popen(
                [BINARY, "serve", "--listen=127.0.0.1:0", "--state", str(self.folder / "plain")],
                env={**self.environment(),
                     "SLACK_API_URL": f"http://127.0.0.1:{silent.getsockname()[1]}"},
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(process.kill)
            waiting, _ = silent.accept()
            self.addCleanup(waiting.close)
            began = time.monotonic()
            process.terminate()
            self.assertEqual(process.wait(60), 0)
            self.assertLess(time.monotonic() - began, 5)

    def refused(self, environment, *arguments):
        done = run("serve", "--listen", "127.0.0.1:0", "--state", str(self.folder / "other"),
                   *arguments, environment=environment)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertFalse((self.folder / "other").exists())
        return done.stderr

    def test_missing_settings_are_all_named(self):
        error = self.refused({"PATH": os.environ["PATH"]})
        for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CHANNEL_ID", "RULES_FILE",
                     "AWS_REGION"):
            self.assertIn(name, error)

    def test_mistakes_in_the_file_are_all_named(self):
        (self.folder / "config.yaml").write_text(
            "SLACK_CHANEL_ID: C1\nREQUEST_EXPIRATION_HOURS: often\n")
        error = self.refused(self.environment(), "--config", str(self.folder / "config.yaml"))
        self.assertIn("SLACK_CHANEL_ID", error)
        self.assertIn("REQUEST_EXPIRATION_HOURS", error)

    def test_test_hooks_are_refused_outside_this_machine(self):
        for change in ({"SLACK_API_URL": "https://slack.com/api/"},
                       {"AWS_ENDPOINT_URL": "https://sso.us-east-1.amazonaws.com"},
                       {"AWS_ENDPOINT_URL_S3": "http://192.0.2.1"}):
            error = self.refused({**self.environment(), **change}, "--test-hooks-fd", "0")
            self.assertIn("test hooks are refused", error)
        environment = self.environment()
        del environment["AWS_ENDPOINT_URL"]
        self.assertIn("AWS_ENDPOINT_URL",
                      self.refused(environment, "--test-hooks-fd", "0"))
        done = run("serve", "--listen", "0.0.0.0:0", "--test-hooks-fd", "0",
                   environment=self.environment())
        self.assertEqual(done.returncode, 2)

    def test_graceful_shutdown_finishes_what_was_answered(self):
        self.fill_in(self.dana)
        self.assertEqual(self.dana.submit(), {})
        self.assertEqual(self.product.stop(), 0)
        self.start()
        self.settle()
        self.assertEqual(len(self.slack.channel_messages()), 1)

    def test_it_serves_without_hooks(self):
        process = subprocess.Popen(
            [BINARY, "serve", "--listen=127.0.0.1:0", "--state", str(self.folder / "plain")],
            env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        self.assertTrue(process.stdout.readline().startswith("listening on http://127.0.0.1:"))
        process.terminate()
        self.assertEqual(process.wait(60), 0)


if __name__ == "__main__":
    unittest.main()
