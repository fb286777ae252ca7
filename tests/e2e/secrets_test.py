"""Slack's secrets kept in AWS: read from there, and again when Slack does not accept the token."""

import json
import unittest
import urllib.request

from world import WorldTest


class SecretsByReference(WorldTest):
    starts_by_itself = False

    def environment(self):
        given = {**super().environment(), "SLACK_BOT_TOKEN_REF": "ssm:/slack/token",
                 "SLACK_SIGNING_SECRET_REF": "secretsmanager:slack-signing-secret"}
        return {name: value for name, value in given.items()
                if name not in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET")}

    def put(self, service, target, body):
        request = urllib.request.Request(self.aws.url, json.dumps(body).encode(), {
            "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250102/us-east-1/"
                             f"{service}/aws4_request, SignedHeaders=host, Signature=0"})
        urllib.request.urlopen(request).close()

    def put_token(self, token):
        self.put("ssm", "AmazonSSM.PutParameter", {
            "Name": "/slack/token", "Value": token, "Type": "SecureString", "Overwrite": True})

    def put_signing_secret(self, secret, operation="CreateSecret", name="Name"):
        self.put("secretsmanager", f"secretsmanager.{operation}", {
            name: "slack-signing-secret", "SecretString": secret})

    def test_requests_work_and_a_changed_token_is_found(self):
        self.put_token(self.slack.bot_token)
        self.put_signing_secret(self.slack.signing_secret)
        self.start()
        self.ask(self.dana)
        self.slack.bot_token = "xoxb-another-token"
        self.put_token(self.slack.bot_token)
        self.ask(self.dana, permission_set="ReadOnly")
        self.assertEqual(self.product.get("/readyz")[0], 200)

    def test_a_changed_signing_secret_is_found_and_the_one_before_still_counts(self):
        self.put_token(self.slack.bot_token)
        self.put_signing_secret(self.slack.signing_secret)
        self.start()
        before = self.slack.signing_secret
        self.put_signing_secret("another-signing-secret", "PutSecretValue", "SecretId")
        self.advance(6 * 60)
        for secret, wanted in ((before, "Admin"), ("another-signing-secret", "ReadOnly")):
            self.slack.signing_secret = secret
            self.ask(self.dana, permission_set=wanted)

    def test_what_cannot_be_read_is_said_at_the_start(self):
        with self.assertRaises(Exception) as caught:
            self.start()
        self.assertIn("exit code 1", str(caught.exception))
        self.assertIn("ssm:/slack/token", self.product.log())


if __name__ == "__main__":
    unittest.main()
