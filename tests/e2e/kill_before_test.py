"""Death before every external call: see kill.py."""

import unittest

import kill


class KillBefore(kill.Kill):
    def test_death_before_every_call(self):
        self.walk("before")


if __name__ == "__main__":
    unittest.main()
