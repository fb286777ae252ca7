"""Slack in trouble: it limits, garbles, hangs, and delivers in another order than people acted."""

import unittest

from world import MINUTE, WorldTest


class SlackInTrouble(WorldTest):
    def test_a_limited_post_waits_as_long_as_slack_says_and_comes_once(self):
        limit = self.slack.fail("chat.postMessage", "429", times=2, retry_after=40)
        self.fill_in(self.dana)
        self.assertEqual(self.dana.submit(), {})
        self.settle()
        self.assertEqual(limit.times, 1)
        self.advance(30)
        self.assertEqual(limit.times, 1, "it was tried again before Slack allowed it")
        self.advance(3 * MINUTE)
        self.assertEqual((limit.times, len(self.slack.channel_messages())), (0, 1))

    def test_an_answer_that_is_no_answer_makes_no_second_message(self):
        self.slack.fail("chat.postMessage", "garbage")
        self.fill_in(self.dana)
        self.assertEqual(self.dana.submit(), {})
        self.advance(2 * MINUTE)
        self.assertEqual(len(self.slack.channel_messages()), 1)
        self.amir.click(self.slack.channel_messages()[0], "approve")
        self.granted()

    def test_a_click_is_answered_while_slack_hangs(self):
        message = self.ask(self.dana)
        hanging = self.slack.fail("users.info", "hold")
        self.assertEqual(self.amir.prepare_click(message, "approve").send().status, 200)
        self.assertTrue(hanging.reached.wait(15))
        self.assertFalse(self.has_access())
        hanging.release()
        self.granted()

    def test_an_approval_that_arrives_after_the_cancellation_gives_nothing(self):
        message = self.ask(self.dana)
        late = self.amir.prepare_click(message, "approve")
        self.dana.click(message, "cancel")
        self.settle()
        self.assertEqual(late.send().status, 200)
        self.settle()
        self.advance(5 * MINUTE)
        self.assertFalse(self.has_access())
        self.assertIn("cancelled", str(self.slack.whispers("U0AMIR")))
        self.assertEqual(self.operations(), ["request", "cancel"])


if __name__ == "__main__":
    unittest.main()
