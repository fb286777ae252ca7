"""What happens at the same time, twice, late, or while AWS and Slack are in trouble."""

import threading
import unittest

from world import ACCOUNTS, HOUR, MINUTE, WorldTest


def at_once(*calls):
    """Runs the calls in threads that start together; their results in order."""
    results = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def one(index, call):
        barrier.wait()
        results[index] = call()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Races(WorldTest):
    def created(self):
        return self.aws.read("counters").get("sso-admin:CreateAccountAssignment", 0)

    def test_two_approvers_in_the_same_instant(self):
        message = self.ask(self.dana)
        clicks = [self.amir.prepare_click(message, "approve"),
                  self.sam.prepare_click(message, "approve")]
        answers = at_once(*(click.send for click in clicks))
        self.assertEqual([answer.status for answer in answers], [200, 200])
        self.granted()
        self.advance(2 * HOUR)
        self.assertEqual(self.created(), 1)
        self.assertEqual(self.operations().count("grant"), 1)
        self.assertEqual(self.operations().count("approve"), 1)
        self.verify_audit()

    def test_repeated_deliveries_change_nothing(self):
        self.fill_in(self.dana)
        submission = self.dana.prepare_submit()
        self.assertEqual(submission.send().status, 200)
        self.assertEqual(submission.send(again=True).status, 200)
        at_once(*[lambda: submission.send(again=True)] * 4)
        self.settle()
        self.assertEqual(len(self.slack.channel_messages()), 1)
        message = self.slack.channel_messages()[0]
        click = self.amir.prepare_click(message, "approve")
        at_once(*[click.send] * 4)
        self.granted()
        self.assertEqual(click.send(again=True).status, 200)
        self.advance(2 * HOUR)
        # Long after the end.
        self.assertEqual(click.send(again=True).status, 200)
        submission.send(again=True)
        self.advance(HOUR)
        self.assertEqual(self.aws.assignments(), set())
        self.assertEqual(self.created(), 1)
        self.assertEqual(self.operations(), ["request", "review", "approve", "grant", "revoke"])
        self.verify_audit()

    def test_other_facts_on_a_form_that_was_received_are_not_taken(self):
        self.fill_in(self.dana, duration="01:00")
        first = self.dana.prepare_submit()
        self.dana.choose("duration_picker", "08:00")
        second = self.dana.prepare_submit()
        self.assertEqual(first.send().json(), {})
        self.assertEqual(second.send().json()["response_action"], "update")
        self.settle()
        self.assertEqual(len(self.slack.channel_messages()), 1)
        self.assertIn("1 h", self.text_of(self.slack.channel_messages()[0]))

    def test_overlapping_requests_are_one_grant(self):
        first = self.ask(self.dana, duration="01:00")
        self.amir.click(first, "approve")
        self.granted()
        start = self.product.now
        self.advance(30 * MINUTE)
        second = self.ask(self.dana, duration="02:00")
        self.sam.click(second, "approve")
        self.settle()
        self.advance_to(start + HOUR + 5 * MINUTE)
        self.assertTrue(self.has_access())
        self.assertIn("end_access", self.dana.buttons(second))
        self.assertNotIn("end_access", self.dana.buttons(first))
        self.advance_to(start + 4 * HOUR)
        self.assertFalse(self.has_access())
        self.assertEqual(self.created(), 1)
        self.assertEqual(self.operations().count("grant"), 2)
        self.verify_audit()

    def test_access_that_is_already_there_is_never_taken_over(self):
        self.aws.control("assign", {
            "account_id": ACCOUNTS["prod"],
            "permission_set_arn": self.seeded["permission_sets"]["Admin"],
            "principal_id": self.seeded["users"]["dana"]})
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.advance(2 * HOUR)
        self.assertTrue(self.has_access())
        self.assertEqual(self.created(), 0)
        self.assertNotIn("grant", self.operations())
        self.assertIn("already", self.text_of(message) + self.thread_text(message))

    def test_revocation_goes_on_while_aws_throttles_for_minutes(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        deadline = self.product.now + HOUR
        self.aws.fail("DeleteAccountAssignment", "throttle", times=1_000_000)
        self.advance_to(deadline + 5 * MINUTE)
        self.assertTrue(self.has_access())
        self.assertEqual(self.product.metric("sso_elevator_revocations_overdue"), 1)
        self.assertGreaterEqual(
            self.product.metric("sso_elevator_revocation_oldest_overdue_seconds"), 60)
        self.aws.stop_failing()
        self.advance(6 * MINUTE)
        self.assertFalse(self.has_access())
        self.assertEqual(self.product.metric("sso_elevator_revocations_overdue"), 0)

    def test_slack_down_delays_neither_access_nor_its_end(self):
        message = self.ask(self.dana)
        click = self.amir.prepare_click(message, "approve")
        click.send()
        self.granted()
        self.slack.fail("chat.postMessage", "500", times=1_000_000)
        self.slack.fail("chat.update", "500", times=1_000_000)
        self.advance(HOUR + 5 * MINUTE)
        self.assertFalse(self.has_access())
        for fault in self.slack.faults:
            fault.times = 0
        self.advance(10 * MINUTE)
        self.assertNotIn("end_access", self.dana.buttons(message))

    def test_lost_answer_of_the_post_does_not_post_twice(self):
        self.slack.fail("chat.postMessage", "cut_after")
        self.fill_in(self.dana)
        self.assertEqual(self.dana.submit(), {})
        self.advance(5 * MINUTE)
        self.assertEqual(len(self.slack.channel_messages()), 1)

    def test_lost_answer_of_the_create_does_not_create_twice(self):
        message = self.ask(self.dana)
        self.aws.fail("CreateAccountAssignment", "close_after")
        self.amir.click(message, "approve")
        self.granted()
        self.advance(2 * HOUR)
        self.assertFalse(self.has_access())
        self.verify_audit()


if __name__ == "__main__":
    unittest.main()
