"""The door of the test suites: see runner.py."""

import sys

from runner import main, usage

if sys.argv[1:] in (["--help"], ["-h"]):
    print(usage(), end="")
    sys.exit(0)
sys.exit(main(sys.argv[1:]))
