"""Death after every external call: see kill.py."""

import unittest

import kill


class KillAfter(kill.Kill):
    def test_death_after_every_call(self):
        self.walk("after")


if __name__ == "__main__":
    unittest.main()
