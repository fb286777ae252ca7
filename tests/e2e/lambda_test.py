"""The functions on AWS Lambda: the main job, two instances at once, and who is refused."""

import json
import unittest

import main_job_test
from lambda_world import LambdaTest
from product import ProductError
from slack_person import Delivery
from world import HOUR, MINUTE


class MainJob(LambdaTest):
    def test_request_is_approved_granted_and_revoked_on_time(self):
        message = self.ask(self.dana, duration="01:00")
        self.assertIn("approve", self.dana.buttons(message))
        self.amir.click(message, "approve")
        self.product.read_time()
        # Without the revoker: the click's own invocation goes on until the access is there.
        self.assertTrue(self.has_access())
        self.assertIn("https://corp.awsapps.com/start",
                      self.text_of(message) + self.thread_text(message))
        (name, schedule), = self.calls.schedules().items()
        self.assertRegex(name, "^sso-elevator-[0-9a-f]{32}$")
        self.assertEqual(json.loads(schedule["Target"]["Input"])["action"], "event_bridge_revoke")
        self.product.set_time(self.product.now + HOUR + MINUTE)
        fired, = self.fire_schedules()
        self.assertIsNone(fired.error)
        self.assertFalse(self.has_access())
        self.settle()
        self.assertEqual(self.calls.schedules(), {})
        self.assertNotIn("end_access", self.dana.buttons(message))
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant", "revoke"])
        self.verify_audit()

    def test_the_rule_of_every_minute_revokes_when_the_schedule_is_late(self):
        message = self.ask(self.dana, duration="01:00")
        self.amir.click(message, "approve")
        self.granted()
        self.advance(HOUR + MINUTE)
        self.assertFalse(self.has_access())
        self.assertIn('"sso_elevator_revocations_overdue":0', self.product.log())

    def test_lines_of_the_log_name_their_invocation_and_its_trace(self):
        self.ask(self.dana)
        lines = [json.loads(line) for line in self.product.log().splitlines()
                 if line.startswith("{")]
        of_invocations = [line for line in lines if "invocation" in line]
        self.assertTrue(of_invocations)
        self.assertEqual({"Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700"},
                         {line["trace_id"] for line in of_invocations})
        self.assertGreater(len({line["invocation"] for line in of_invocations}), 1)
        self.assertEqual({"started"}, {line["event"] for line in lines} - {
            line["event"] for line in of_invocations})

    def test_a_lost_table_loses_no_revocation(self):
        message = self.ask(self.dana, duration="01:00")
        self.amir.click(message, "approve")
        self.granted()
        schedules = self.calls.schedules()
        self.product.stop()
        self.calls.delete_table()
        self.calls.create_table()
        self.start()
        self.product.set_time(self.product.now + HOUR + MINUTE)
        self.assertEqual(len(self.fire_schedules()), len(schedules))
        self.work_until(lambda: not self.has_access(), what="the end")

    def test_denial_with_a_reason(self):
        message = self.ask(self.dana)
        self.amir.click(message, "discard")
        self.settle()
        self.amir.enter("provide_reason", "not during the freeze")
        self.assertEqual(self.amir.submit(), {})
        self.settle()
        self.assertEqual(self.operations(), ["request", "deny"])

    def test_changed_rules_hold_for_the_next_request(self):
        self.ask(self.dana, account="dev", permission_set="ReadOnly")
        self.granted(account="dev", permission_set="ReadOnly")
        rules = json.loads(json.dumps(self.rules))
        rules["statements"][1] = {**rules["statements"][1], "ApprovalIsNotRequired": False,
                                  "Approvers": ["sam@corp.com"]}
        self.write_rules(rules)
        self.advance(MINUTE)
        message = self.ask(self.amir, account="dev", permission_set="ReadOnly")
        self.assertIn("approve", self.amir.buttons(message))

    def test_large_rules_stay_in_force_at_a_cold_start_while_the_new_ones_are_bad(self):
        more = {"ResourceType": "Account", "PermissionSet": "ReadOnly", "Approvers": "sam@corp.com"}
        filler = [{**more, "Resource": f"{number:012}"} for number in range(1000)]
        self.write_rules({**self.rules, "statements": [*self.rules["statements"], *filler]})
        self.product.set_time(self.product.now + MINUTE)
        self.settle()
        self.write_rules("{")
        self.product.stop()
        self.start()
        self.product.requester.start()
        self.settle()  # people are told of the bad ones
        message = self.ask(self.dana)
        self.assertIn("approve", self.amir.buttons(message))

    def test_listings_are_made_by_the_revoker_and_read_by_a_new_requester(self):
        self.settle()
        cached = {key.split("/")[-1] for key in self.calls.objects("config-bucket", "cache/")}
        self.assertLessEqual({"catalogue", "users"}, cached)
        self.aws.control("counters")
        self.dana.shortcut("request_for_access")
        self.dana.form()
        self.product.wait_until_idle()
        counted = self.aws.read("counters")
        self.assertNotIn("organizations:ListAccounts", counted)
        self.assertNotIn("sso-admin:ListPermissionSets", counted)


class LikeServe(LambdaTest, main_job_test.Requests):
    """The same stories as with `serve`."""

    # A row that is due within seconds is waited for, which moves the clock.
    test_requester_is_reminded_fifteen_minutes_before_the_end = None
    # An instance reads new rules between its answer and the decision: the message says it.
    test_nobody_can_approve_is_said_in_the_form = None


class Limits(LambdaTest):
    """Invocations that cannot do all there is to do."""

    def test_one_that_runs_out_of_time_ends_before_lambda_ends_it_and_the_next_minute_goes_on(self):
        message = self.ask(self.dana)
        self.product.read_time()
        self.aws.control("settings", {"polls": 6})  # AWS takes its time to give access
        self.product.requester.timeout = 5
        click = self.amir.prepare_click(message, "approve")
        event = self.product.front.event("POST", "/access-requester", click.headers(), click.body)
        done = self.product.requester.invoke(event).wait_for_end()
        self.assertEqual(done.answer["statusCode"], 200)
        self.assertLess(self.product.read_time(), done.deadline)
        self.assertIn("approve", self.operations())
        self.assertNotIn("grant", self.operations())
        self.granted()
        self.assertEqual(self.aws.read("counters").get("sso-admin:CreateAccountAssignment"), 1)

    def test_a_revoker_that_cannot_read_its_rows_fails_and_so_rings_the_alarm(self):
        self.settle()
        self.aws.fail("Query", "deny", times=1000)
        done = self.product.call("revoker", {"action": "reconcile"})
        self.assertIsNotNone(done.error)
        self.assertIn("what has to end could not be read", done.error["errorMessage"])
        self.aws.stop_failing()
        self.settle()


class Payload1(LambdaTest):
    payload, encode = "1.0", False

    def test_request_and_approval(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()


class Races(LambdaTest):
    def events_of(self, *deliveries):
        return [self.product.front.event("POST", "/access-requester", one.headers(), one.body)
                for one in deliveries]

    def race(self, *deliveries):
        """Each by an instance of its own, all at once."""
        self.product.read_time()
        self.product.requester.start(len(deliveries))
        running = [self.product.requester.invoke(event) for event in self.events_of(*deliveries)]
        for one in running:
            one.wait_for_end()
            self.assertEqual(one.answer["statusCode"], 200)
        self.product.read_time()

    def test_the_same_click_twice_at_once_grants_once(self):
        message = self.ask(self.dana)
        click = self.amir.prepare_click(message, "approve")
        self.race(click, click)
        self.granted()
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant"])
        self.assertEqual(self.aws.read("counters").get("sso-admin:CreateAccountAssignment"), 1)

    def test_two_approvers_at_once_grant_once(self):
        message = self.ask(self.dana)
        self.race(self.amir.prepare_click(message, "approve"),
                  self.sam.prepare_click(message, "approve"))
        self.granted()
        self.assertEqual(self.operations().count("grant"), 1)
        self.assertEqual(self.operations().count("approve"), 1)
        self.assertEqual(self.aws.read("counters").get("sso-admin:CreateAccountAssignment"), 1)

    def test_a_function_that_dies_after_its_answer_loses_nothing(self):
        message = self.ask(self.dana)
        self.product.read_time()
        self.aws.fail("CreateAccountAssignment", "hang")
        event, = self.events_of(self.amir.prepare_click(message, "approve"))
        answered = self.product.requester.invoke(event).wait_for_answer()
        self.product.requester.stop()  # as Lambda does: SIGKILL
        self.assertEqual(answered.answer["statusCode"], 200)
        self.assertFalse(self.has_access())
        self.aws.stop_failing()
        self.granted()
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant"])

    def test_timer_against_reconciler_revoke_once(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        (_, schedule), = self.calls.schedules().items()
        self.product.read_time()
        self.product.revoker.start(2)
        self.product.set_time(self.product.now + HOUR + MINUTE)
        running = [self.product.revoker.invoke(event) for event in (
            json.loads(schedule["Target"]["Input"]), {"action": "reconcile"})]
        for one in running:
            one.wait_for_end()
            self.assertIsNone(one.error)
        self.work_until(lambda: not self.has_access(), what="the end")
        self.settle()
        self.assertEqual(self.operations().count("revoke"), 1)


class Refusals(LambdaTest):
    def http(self, body=b"payload=%7B%7D", headers=None, **more):
        event = self.product.front.event("POST", "/access-requester", headers or {}, body)
        return {**event, **more}

    def test_what_slack_did_not_sign_is_refused(self):
        forged = Delivery(self.slack, form={"payload": json.dumps({"type": "shortcut"})})
        for event in (self.http(), self.http(headers=forged.headers(secret="another")),
                      self.http(isBase64Encoded=False, headers=forged.headers())):
            done = self.product.call("requester", event)
            self.assertEqual(done.answer["statusCode"], 401)
            self.assertIn("error", json.loads(done.answer["body"]))
        self.assertEqual(self.slack.calls, [])

    def test_only_posts_are_answered(self):
        event = self.http(requestContext={"http": {"method": "GET", "path": "/metrics"}})
        self.assertEqual(self.product.call("requester", event).answer["statusCode"], 405)

    def test_the_terminal_is_told_that_it_is_not_served(self):
        for path in ("/default/api/requests", "/api/requests"):
            event = self.http(requestContext={"http": {"method": "POST", "path": path}})
            answer = self.product.call("requester", event).answer
            self.assertEqual(answer["statusCode"], 404)
            self.assertIn("terminal", json.loads(answer["body"])["error"])

    def test_a_large_body_is_refused(self):
        event = self.http(body=b"x" * (1024 * 1024 + 1))
        self.assertEqual(self.product.call("requester", event).answer["statusCode"], 413)

    def test_self_invocations_of_the_existing_product_are_dropped(self):
        click = self.amir.deliver({"type": "block_actions"})
        event = self.http(click.body, {**click.headers(), "x-slack-bolt-lazy-only": "1",
                                       "x-slack-bolt-lazy-function-name": "handle_button_click"},
                          method="NONE")
        self.assertEqual(self.product.call("requester", event).answer["statusCode"], 200)
        self.assertIn("old_self_invocation_dropped", self.product.log())
        self.assertEqual(self.slack.calls, [])

    def test_each_function_refuses_the_events_of_the_others(self):
        for handler, event in (("requester", {"action": "reconcile"}), ("requester", {}),
                               ("revoker", self.http()), ("revoker", {"action": "attribute_sync"}),
                               ("revoker", {"action": "grant_everything"}), ("revoker", [])):
            done = self.product.call(handler, event)
            self.assertIsNone(done.answer, event)
            self.assertEqual(done.error["errorType"], "invalid", event)

    def test_old_expiries_and_reminders_of_messages_that_are_gone_are_dropped(self):
        for action, more in (("discard_buttons_event", {}),
                             ("approvers_renotification", {"time_to_wait_in_seconds": 900.0})):
            done = self.product.call("revoker", {"action": action, "schedule_name": "old", **more,
                                        "time_stamp": "1700000000.000100",
                                        "channel_id": "C0CHAN"})
            self.assertIsNone(done.error)
        self.assertEqual(self.slack.count_calls("chat.update"), 0)

    def test_settings_that_do_not_work_are_told_to_lambda(self):
        del self.product.requester.environment["STATE_TABLE_NAME"]
        with self.assertRaisesRegex(Exception, "STATE_TABLE_NAME is missing"):
            self.product.requester.start()

    def test_test_hooks_are_refused_outside_this_machine(self):
        for name, url in (("SLACK_API_URL", "https://slack.com/api/"),
                          ("AWS_ENDPOINT_URL", "https://sso.us-east-1.amazonaws.com"),
                          ("AWS_ENDPOINT_URL_S3", "http://192.0.2.1")):
            with self.subTest(name=name):
                self.product.stop()
                self.product.environment = {**self.environment(), name: url}
                self.product.start()
                with self.assertRaisesRegex(ProductError, f"test hooks are refused: {name}"):
                    self.product.requester.start()


class Secrets(LambdaTest):
    def environment(self):
        given = {**super().environment(), "SLACK_BOT_TOKEN_REF": "ssm:/slack/token",
                 "SLACK_SIGNING_SECRET_REF": "ssm:/slack/secret"}
        return {name: value for name, value in given.items()
                if name not in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")}

    def put(self, name, value):
        self.calls.json("ssm", "AmazonSSM.PutParameter", {
            "Name": name, "Value": value, "Type": "SecureString", "Overwrite": True})

    def start(self, die=None):
        self.put("/slack/token", self.slack.bot_token)
        self.put("/slack/secret", self.slack.signing_secret)
        super().start(die)

    def test_a_changed_signing_secret_is_found_at_the_first_request(self):
        self.ask(self.dana)
        self.slack.signing_secret = "another-signing-secret"
        self.put("/slack/secret", self.slack.signing_secret)
        self.product.set_time(self.product.now + MINUTE)
        self.ask(self.dana, permission_set="ReadOnly")


if __name__ == "__main__":
    unittest.main()
