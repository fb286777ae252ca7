"""The walking kill test: the process dies at its n-th external call; n walks up until a run
completes. After every death a restart converges, and no promise was broken.

A death after a call differs from one before the next call only while the process works on several
things at once; both are tried at every call. The tests are in kill_after_test and kill_before_test,
which run side by side.
"""

import http.client

from product import Died
from world import HOUR, IN_MEMORY, MINUTE, WorldTest

LEAST_CALLS = 100  # of one life; fewer, and the hooks do not count what they should


class Kill(WorldTest):
    starts_by_itself = False
    scratch = IN_MEMORY  # death of a process, not of the machine: what was written stays

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

    def walk(self, when):
        lives = 0
        for number in range(1, 10_000):
            if lives:
                self.doCleanups()
                self.setUp()
            with self.subTest(when=when, call=number):
                lives += 1
                if not self.one_life(when, number):
                    break
        print(f"SUMMARY deaths survived ({when} a call) {lives - 1}", flush=True)
        self.assertGreater(lives, LEAST_CALLS)
