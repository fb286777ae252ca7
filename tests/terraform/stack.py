"""The Terraform module in a folder of its own, against an AWS emulator of its own.

    stack = Stack(test_case_class, 'package = { file = "package.zip" } ...')
    stack.apply(); stack.state(); stack.plan(); stack.destroy()

Terraform and its aws provider are those of the machine; nothing is downloaded. Without them the
tests skip, and CI refuses skips here.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.request
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODULE = ROOT / "deploy/terraform"

PROVIDER = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  s3_use_path_style           = true
  skip_metadata_api_check     = true
  skip_credentials_validation = true
}
"""

# What every installation gives; a test adds its own inputs.
INPUTS = """
  slack_channel_id     = "C0CHANNEL"
  slack_bot_token      = "xoxb-of-the-test"
  slack_signing_secret = "signing-secret-of-the-test"
  deletion_protection  = false
  package              = { file = "${path.root}/package.zip" }
"""


@functools.cache
def mirror():
    """The folder of providers that has hashicorp/aws, or None."""
    found = subprocess.run(
        ["find", "/", "-name", "terraform-provider-aws*", "-not", "-path", "/proc/*"],
        capture_output=True, text=True).stdout.splitlines()
    # A mirror first: the folder of somebody's working copy may be gone in a moment.
    for path in sorted(map(Path, found), key=lambda path: ".terraform" in path.parts):
        # MIRROR/registry.terraform.io/hashicorp/aws/VERSION/PLATFORM/terraform-provider-aws...
        if path.is_file() and len(path.parents) > 5 and path.parents[3].name == "hashicorp":
            return path.parents[5]
    return None


def require_terraform():
    if shutil.which("terraform") is None:
        raise unittest.SkipTest("terraform is not installed")
    if mirror() is None:
        raise unittest.SkipTest("there is no hashicorp/aws provider on this machine")


class TerraformError(Exception):
    pass


def write_package(path):
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(zipfile.ZipInfo("bootstrap"), "not a program\n")


class Folder:
    """A folder in which terraform runs, with a copy of the module in `module`."""

    def __init__(self, test_case):
        require_terraform()
        self.path = Path(tempfile.mkdtemp(prefix="terraform-"))
        test_case.addClassCleanup(shutil.rmtree, self.path, ignore_errors=True)
        (self.path / "terraformrc").write_text(
            f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror()}" }}\n}}\n')
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("AWS_", "TF_"))
        } | {"TF_CLI_CONFIG_FILE": str(self.path / "terraformrc"), "TF_IN_AUTOMATION": "1",
             "CHECKPOINT_DISABLE": "1", "AWS_EC2_METADATA_DISABLED": "true"}
        self.copy_module(self.path / "module")

    def copy_module(self, target):
        shutil.copytree(MODULE, target, ignore=shutil.ignore_patterns(
            ".terraform*", "*.tfstate*", "examples", "*.zip"))

    def terraform(self, *arguments, folder=None, fails=False):
        done = subprocess.run(["terraform", *arguments], cwd=folder or self.path, text=True,
                              env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
        if (done.returncode != 0) != fails:
            raise TerraformError(
                f"terraform {' '.join(arguments)}: {done.returncode}\n{done.stdout}")
        return done.stdout

    def json(self, *arguments):
        done = subprocess.run(["terraform", *arguments], cwd=self.path, text=True, check=True,
                              env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=300)
        return json.loads(done.stdout)


class Stack(Folder):
    def __init__(self, test_case, inputs="", seed=None, more=""):
        super().__init__(test_case)
        self.start_aws(test_case)
        self.seeded = self.control("seed", seed or {})
        self.environment["AWS_ENDPOINT_URL"] = self.url
        write_package(self.path / "package.zip")
        self.configure(inputs, more)
        self.terraform("init", "-input=false", "-no-color")

    def configure(self, inputs, more="", source="./module"):
        (self.path / "main.tf").write_text(
            PROVIDER + 'module "elevator" {\n  source = "' + source + '"\n' + INPUTS + inputs
            + '\n}\n\noutput "all" {\n  value = module.elevator\n}\n' + more)

    def start_aws(self, test_case):
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "aws_for_terraform.py")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | {"MOTO_EXIT_WITH_STDIN": "1"})
        test_case.addClassCleanup(self.stop_aws)
        self.url = self.process.stdout.readline().split()[-1]

    def stop_aws(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def control(self, name, given):
        with urllib.request.urlopen(f"{self.url}/_control/{name}",
                                    json.dumps(given).encode()) as answer:
            return json.load(answer)

    def client(self, service):
        import boto3
        return boto3.client(service, endpoint_url=self.url, region_name="us-east-1",
                            aws_access_key_id="test", aws_secret_access_key="test")

    def apply(self, *options):
        return self.terraform("apply", "-auto-approve", "-input=false", "-no-color",
                              "-parallelism=20", *options)

    def destroy(self):
        return self.terraform("destroy", "-auto-approve", "-input=false", "-no-color",
                              "-parallelism=20")

    def plan(self):
        """(what it says, {address: [action, ...]} of what would change)."""
        text = self.terraform("plan", "-input=false", "-no-color", "-out=plan.bin")
        changes = {}
        for change in self.json("show", "-json", "plan.bin").get("resource_changes", []):
            actions = change["change"]["actions"]
            if change["mode"] == "managed" and actions != ["no-op"]:
                changes[change["address"].removeprefix("module.elevator.")] = actions
        return text, changes

    def resources(self):
        """{address in the module: values} of what is in the state."""
        state = self.json("show", "-json")["values"]["root_module"]
        found, open_modules = {}, [state]
        while open_modules:
            module = open_modules.pop()
            open_modules += module.get("child_modules", [])
            for resource in module.get("resources", []):
                if resource["mode"] == "managed":
                    address = resource["address"].removeprefix("module.elevator.")
                    found[address] = resource["values"]
        return found

    def outputs(self):
        return self.json("output", "-json")["all"]["value"]
