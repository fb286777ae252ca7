"""Finds a Python that can run moto, the AWS emulator of the end-to-end tests."""

import shutil
import subprocess
from pathlib import Path

PROBE = "import boto3, moto.server"


def can_run_moto(python):
    try:
        return subprocess.run([python, "-c", PROBE], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_python(build, requirements):
    """python3 when it has moto, else a private environment in build/venv. None: neither works."""
    usual = shutil.which("python3")
    if usual and can_run_moto(usual):
        return Path(usual)
    private = build / "venv/bin/python"
    if can_run_moto(private):
        return private
    print("moto is missing: making a private Python environment in build/venv", flush=True)
    commands = [
        ["python3", "-m", "venv", "--clear", build / "venv"],
        [private, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--requirement", requirements],
    ]
    for command in commands:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            print(done.stdout[-2000:], done.stderr[-2000:], flush=True)
            return None
    return private if can_run_moto(private) else None
