"""The AWS emulator of tests/e2e for Terraform: bucket policies that deny what comes without TLS
are not applied, because the emulator itself is reached without.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from moto.iam import access_control  # noqa: E402

import moto_server  # noqa: E402

decide = access_control.IAMPolicyStatement.is_action_permitted


def without_tls(self, *arguments, **named):
    asked = self._statement.get("Condition", {}).get("Bool", {})
    if asked.get("aws:SecureTransport") == "false":
        return access_control.PermissionResult.NEUTRAL
    return decide(self, *arguments, **named)


access_control.IAMPolicyStatement.is_action_permitted = without_tls

if __name__ == "__main__":
    moto_server.main()
