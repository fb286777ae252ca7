"""The walking kill test: the process dies at its n-th external call; n walks up until a run
completes. After every death a restart converges, and no promise was broken.
"""

import http.client
import os
import unittest

from product import Died
from world import HOUR, MINUTE, WorldTest

# Every second death is tried; ELEVATOR_KILL_STRIDE=1 tries all of them.
STRIDE = int(os.environ.get("ELEVATOR_KILL_STRIDE", "2"))


class Kill(WorldTest):
    starts_by_itself = False

    def survive(self, step):
        """Does the step; when the process dies in it, starts it anew, and it goes on by itself."""
        try:
            return step()
        except (Died, OSError, http.client.HTTPException):
            self.product.end_of_the_dead()
            self.deaths += 1
            self.start()
            # Whoever was posting or creating may still be at it, for all that others know.
            self.advance(2 * MINUTE)
            return None

    def one_life(self, when, number):
        """The main job once, dying at that call. False: it was over before."""
        self.deaths = 0
        self.survive(lambda: self.start((when, number)))
        for _ in range(3):
            if self.slack.channel_messages():
                break
            self.survive(lambda: self.ask(self.dana))
            self.survive(self.settle)
        messages = self.slack.channel_messages()
        self.assertEqual(len(messages), 1, (when, number))
        for _ in range(4):  # a click that died before it was written is clicked again
            if "approve" in self.amir.buttons(messages[0]):
                self.survive(lambda: self.amir.click(messages[0], "approve"))
            self.survive(lambda: self.advance(MINUTE))
            if self.has_access():
                break
        self.assertTrue(self.has_access(), (when, number))
        end = self.product.now + HOUR + 10 * MINUTE
        for _ in range(3):
            self.survive(lambda: self.advance_to(end))
        self.assertEqual(self.aws.assignments(), set(), (when, number))
        self.assertEqual(self.operations().count("grant"), 1, (when, number, self.operations()))
        self.assertEqual(self.operations().count("revoke"), 1, (when, number, self.operations()))
        self.verify_audit()
        return self.deaths > 0

    def walk(self, when, stride):
        lives = 0
        for number in range(1, 10_000, stride):
            if lives:
                self.doCleanups()
                self.setUp()
            with self.subTest(when=when, call=number):
                lives += 1
                if not self.one_life(when, number):
                    break
        print(f"SUMMARY deaths survived ({when} a call) {lives - 1}", flush=True)
        self.assertGreater(lives, 50 // stride)

    def test_death_after_every_call(self):
        self.walk("after", STRIDE)

    # Nearly the same moments: the call before is known about, and nothing else differs.
    def test_death_before_some_calls(self):
        self.walk("before", 8 * STRIDE)


if __name__ == "__main__":
    unittest.main()
