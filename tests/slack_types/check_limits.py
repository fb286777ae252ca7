"""Every sample of ours is something the fake Slack would take: python3 check_limits.py FOLDER"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

import slack_limits  # noqa: E402

CHECKS = {
    "message": lambda sample: slack_limits.problems_of_message(sample, slack_limits.UPDATED_TEXT),
    "answer": lambda sample: slack_limits.problems_of_message(sample, slack_limits.UPDATED_TEXT),
    "modal": slack_limits.problems_of_view,
    "home": slack_limits.problems_of_view,
    "options": slack_limits.problems_of_options,
}


def main(folder):
    failed = 0
    samples = sorted(Path(folder).glob("*.json"))
    for path in samples:
        problems = CHECKS[path.name.split("-")[0]](json.loads(path.read_text(encoding="utf-8")))
        failed += bool(problems)
        for problem in problems:
            print(f"{path.name}: {problem}")
    print(f"limits: {len(samples) - failed} samples fit, {failed} do not")
    return 1 if failed or not samples else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
