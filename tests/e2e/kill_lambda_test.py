"""Functions die at an external call, one after the other, as in kill.py; the other functions and
EventBridge's rule of every minute go on, and no promise was broken.
"""

import http.client
import os
import unittest

from lambda_world import LambdaTest
from product import Died, ProductError
from world import HOUR, MINUTE

# Each so many calls; 1 walks them all, which takes an hour.
STRIDE = int(os.environ.get("ELEVATOR_KILL_STRIDE", "61"))
LEAST_CALLS = 100  # of one life; fewer, and the hooks do not count what they should
MOST_CALLS = 2000


class KillLambda(LambdaTest):
    starts_by_itself = False

    def survive(self, step):
        """Does the step; when a function dies in it, the others go on, and later a new one."""
        try:
            step()
            died = self.product.bury()
        except (AssertionError, Died, ProductError, OSError, http.client.HTTPException):
            died = self.product.bury()
            if not died:
                raise
        self.deaths += died
        if died:  # whoever was posting or creating may still be at it, for all that others know
            self.advance(2 * MINUTE)

    def one_life(self, handler, when, number):
        """The main job once, that function dying at that call. False: it was over before."""
        self.deaths = 0
        self.start({handler: (when, number)})
        for _ in range(3):
            if self.slack.channel_messages():
                break
            self.survive(lambda: self.ask(self.dana))
            self.survive(self.settle)
        message, = self.slack.channel_messages()
        for _ in range(4):  # a click that died before it was written is clicked again
            if "approve" in self.amir.buttons(message):
                self.survive(lambda: self.amir.click(message, "approve"))
            self.survive(lambda: self.advance(MINUTE))
            if self.has_access():
                break
        self.assertTrue(self.has_access())
        end = self.product.now + HOUR
        self.product.set_time(end)
        self.survive(self.fire_schedules)
        for _ in range(3):
            self.survive(lambda: self.advance_to(end + 10 * MINUTE))
        self.assertEqual(self.aws.assignments(), set())
        operations = self.operations()
        self.assertEqual((operations.count("grant"), operations.count("revoke")), (1, 1))
        self.verify_audit()
        return self.deaths > 0

    def walk(self, handler, when, first):
        """Until a life is over before its function dies. The first that fails ends the walk."""
        for lives, number in enumerate(range(first, MOST_CALLS, STRIDE)):
            if lives:
                self.doCleanups()
                self.setUp()
            try:
                died = self.one_life(handler, when, number)
            except Exception as failed:
                raise AssertionError(f"{handler} died {when} call {number}") from failed
            if not died:
                print(f"SUMMARY deaths survived (functions) {lives}", flush=True)
                self.assertGreater(number, LEAST_CALLS)
                return
        self.fail(f"after {MOST_CALLS} calls {handler} still does not come to an end")

    def test_the_requester_dies_before_a_call(self):
        self.walk("requester", "before", 1)

    def test_the_requester_dies_after_a_call(self):
        self.walk("requester", "after", 1 + STRIDE // 2)

    def test_the_revoker_dies_before_a_call(self):
        self.walk("revoker", "before", 1)

    def test_the_revoker_dies_after_a_call(self):
        self.walk("revoker", "after", 1 + STRIDE // 2)


if __name__ == "__main__":
    unittest.main()
