"""The door of the test suites: see runner.py."""

import os
import signal
import sys

from programs import stop_everything
from runner import main, usage


def interrupted(number, _frame):
    stop_everything()
    os._exit(128 + number)


if sys.argv[1:] in (["--help"], ["-h"]):
    print(usage(), end="")
    sys.exit(0)
signal.signal(signal.SIGINT, interrupted)
signal.signal(signal.SIGTERM, interrupted)
sys.exit(main(sys.argv[1:]))
