"""The AWS emulator of tests/e2e for Terraform: bucket policies that deny what comes without TLS
are not applied, because the emulator itself is reached without. Roles are held to their policies
(guard.py):

    GET  /_control/guard      {"used": [[role, action], ...], "refused": [[role, action, why], ...]}
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from moto.iam import access_control  # noqa: E402

import moto_server  # noqa: E402
from guard import Guard, Refused  # noqa: E402
from moto_fixes import ApiError  # noqa: E402

GUARD = Guard()
decide = access_control.IAMPolicyStatement.is_action_permitted


def without_tls(self, *arguments, **named):
    asked = self._statement.get("Condition", {}).get("Bool", {})
    if asked.get("aws:SecureTransport") == "false":
        return access_control.PermissionResult.NEUTRAL
    return decide(self, *arguments, **named)


access_control.IAMPolicyStatement.is_action_permitted = without_tls


class GuardedHandler(moto_server.Handler):
    def aws(self, body):
        service, operation = moto_server.operation_of(self)
        try:
            with moto_server.WORLD.lock:
                GUARD.check(self, service, operation, body)
        except Refused as refused:
            code = "AccessDenied" if service == "s3" else "AccessDeniedException"
            return self.refuse(service, ApiError(code, str(refused), 403))
        return super().aws(body)

    def control_call(self, name, given):
        if name == "guard":
            return {"used": [list(key) for key in GUARD.used], "refused": GUARD.refused}
        return super().control_call(name, given)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = moto_server.Handler.handle_any


moto_server.Handler = GuardedHandler

if __name__ == "__main__":
    moto_server.main()
