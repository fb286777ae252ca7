"""Settings do what docs/settings.md says of them, or are named in a warning."""

import unittest

from world import HOUR, MINUTE, WorldTest


class Defaults(WorldTest):
    def test_ending_is_said_in_the_thread_and_listings_are_kept(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.advance(HOUR + MINUTE)
        self.assertIn("is over", self.thread_text(message))
        self.assertTrue(list((self.product.state / "snapshots").iterdir()))
        self.assertNotIn("settings_without_effect", self.product.log())


class NoDirectMessages(WorldTest):
    settings = {"SEND_DM_IF_USER_NOT_IN_CHANNEL": "false"}

    def test_requester_outside_the_channel_gets_none(self):
        self.slack.channels[self.slack.channel]["members"].remove("U0DANA")
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.advance(HOUR + MINUTE)
        self.assertFalse(self.has_access())
        self.assertEqual(self.slack.direct_messages("U0DANA"), [])
        self.assertIn("U0DANA", self.thread_text(message))

    def test_requester_in_the_channel_is_still_reminded(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.advance(HOUR + MINUTE)
        self.assertEqual(len(self.slack.direct_messages("U0DANA")), 1)


class NoNoteOfTheEnd(WorldTest):
    settings = {"POST_UPDATE_TO_SLACK": "false"}

    def test_only_the_message_shows_the_end(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        notes = len(self.slack.thread(message))
        self.advance(HOUR + MINUTE)
        self.assertFalse(self.has_access())
        self.assertEqual(len(self.slack.thread(message)), notes)
        self.assertNotIn("end_access", self.dana.buttons(message))
        self.assertIn(":white_circle:", self.text_of(message))


class NoCache(WorldTest):
    settings = {"CACHE_ENABLED": "false"}

    def test_no_listing_survives_a_restart(self):
        self.settle()
        self.assertFalse((self.product.state / "snapshots").exists())
        self.product.stop()
        self.product.environment["CACHE_ENABLED"] = "true"
        self.start()
        self.settle()
        self.assertTrue((self.product.state / "snapshots").exists())
        self.product.stop()
        self.product.environment["CACHE_ENABLED"] = "false"
        self.start()
        self.settle()
        self.assertFalse((self.product.state / "snapshots").exists())
        self.ask(self.dana)


class WithoutEffect(WorldTest):
    settings = {"SCHEDULE_GROUP_NAME": "sso-elevator", "STATE_TABLE_NAME": "rows"}

    def test_one_warning_names_them_all(self):
        lines = [line for line in self.product.log().splitlines()
                 if "settings_without_effect" in line]
        self.assertEqual(len(lines), 1)
        self.assertIn("warning", lines[0].lower())
        for name in self.settings:
            self.assertIn(name, lines[0])
        self.assertNotIn("LOG_LEVEL", lines[0])


if __name__ == "__main__":
    unittest.main()
