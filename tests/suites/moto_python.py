"""Finds a Python that can run moto, the AWS emulator of the end-to-end tests."""

import os
import subprocess
from pathlib import Path

PROBE = "import boto3, moto.server"


def can_run_moto(python):
    try:
        return subprocess.run([python, "-c", PROBE], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def installed_pythons():
    """Every python3 on PATH, the usual one first."""
    for folder in os.get_exec_path():
        python = Path(folder, "python3")
        if os.access(python, os.X_OK):
            yield python


def find_python(build, requirements):
    """A python3 that has moto, else a private environment in build/venv. None: neither works."""
    private = build / "venv/bin/python"
    for python in (*installed_pythons(), private):
        if can_run_moto(python):
            return python
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
