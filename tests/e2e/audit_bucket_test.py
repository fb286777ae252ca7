"""The audit log in a bucket, and `audit verify --s3` on it."""

import unittest

from product import run
from world import HOUR, MINUTE, WorldTest

BUCKET = "audit-of-the-test"


class AuditInABucket(WorldTest):
    settings = {"S3_BUCKET_FOR_AUDIT_ENTRY_NAME": BUCKET, "S3_BUCKET_PREFIX_FOR_PARTITIONS": "logs"}

    def seed(self):
        return {**super().seed(), "buckets": [BUCKET]}

    def verify(self, url):
        return run("audit", "verify", "--s3", url, environment=self.environment())

    def test_a_whole_story_is_proved_from_the_bucket(self):
        message = self.ask(self.dana)
        self.amir.click(message, "approve")
        self.granted()
        self.advance(2 * HOUR + MINUTE)
        self.product.stop()
        done = self.verify(f"s3://{BUCKET}/logs/")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("The trail holds.", done.stdout)
        self.assertIn("1 grant", done.stdout)
        self.assertNotIn("planted-aws-secret", done.stdout + done.stderr)

    def test_nothing_there_proves_nothing(self):
        for url, part in ((f"s3://{BUCKET}/empty", "nothing to verify"),
                          ("s3://no-such-bucket/logs", "NoSuchBucket"),
                          ("/a/folder", "s3://BUCKET/PREFIX")):
            done = self.verify(url)
            self.assertEqual(done.returncode, 2, url)
            self.assertIn(part, done.stderr)


if __name__ == "__main__":
    unittest.main()
