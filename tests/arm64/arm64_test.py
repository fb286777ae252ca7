"""The zip file for arm64: the same bytes each time, and the program in it does the main job in an
otherwise empty root, under emulation.
"""

import os
import unittest

from lambda_package_test import PackageTest


class Arm64(PackageTest):
    def test_two_packages_are_the_same_bytes_and_do_the_main_job(self):
        files = self.make_twice("arm64")
        self.assertEqual(files, ["SHA256SUMS", "sso-elevator-lambda-arm64.zip"])
        self.start_from(self.folder / "one" / files[1], os.environ["ELEVATOR_EMULATOR"])
        self.main_job()


if __name__ == "__main__":
    unittest.main()
