"""./run itself, in a small tree and with a package manager that only remembers what it was told."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("bash", "cat", "dirname", "env", "git", "grep", "id", "sed", "sort")
DPKG_ALL = '#!/bin/bash\nfor package in "${@:4}"; do echo "installed $package"; done\n'
DPKG = DPKG_ALL.replace("do echo", "do [[ $package == ccache ]] || echo")
APT = '#!/bin/bash\necho "apt-get $*" >> "$REMEMBERED"\n'
SUDO = '#!/bin/bash\necho "sudo" >> "$REMEMBERED"\nexec "$@"\n'
PERSON = "#!/bin/bash\necho 1000\n"


class Door(unittest.TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.tree, self.tools = folder / "tree", folder / "tools"
        self.remembered = folder / "remembered"
        for path in ("run", "scripts", "cmake"):
            target = self.tree / path
            target.parent.mkdir(exist_ok=True, parents=True)
            copy = shutil.copytree if (ROOT / path).is_dir() else shutil.copy2
            copy(ROOT / path, target)
        self.tools.mkdir()
        for tool in TOOLS:
            (self.tools / tool).symlink_to(shutil.which(tool))

    def put(self, name, text):
        (self.tools / name).unlink(missing_ok=True)
        (self.tools / name).write_text(text)
        (self.tools / name).chmod(0o755)

    def run_door(self, *arguments):
        return subprocess.run([self.tree / "run", *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL,
                              env={"PATH": str(self.tools), "REMEMBERED": str(self.remembered)})

    def test_an_unknown_verb_is_usage_and_2(self):
        for arguments in (["tset"], []):
            done = self.run_door(*arguments)
            self.assertEqual(2, done.returncode)
            self.assertIn("usage: ./run VERB", done.stderr)

    def test_help_is_usage_and_0(self):
        done = self.run_door("help")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("usage: ./run VERB", done.stdout)

    def test_what_does_not_exist_is_said(self):
        self.put("dpkg-query", DPKG_ALL)
        self.put("apt-get", APT)
        for verb in ("demo", "bench", "sim", "fuzz", "load", "package", "build"):
            done = self.run_door(verb)
            self.assertEqual(1, done.returncode)
            self.assertRegex(done.stderr, r"\./run: there (is|are) no.* \(\S+ does not exist\)")
        self.assertFalse(self.remembered.exists(), "nothing was missing, so nothing is installed")

    def test_only_what_is_missing_is_installed_with_sudo(self):
        self.put("dpkg-query", DPKG)
        self.put("apt-get", APT)
        self.put("sudo", SUDO)
        self.put("id", PERSON)
        self.run_door("bench")
        told = self.remembered.read_text().split("\n")
        self.assertEqual(["sudo", "apt-get update -qq", "sudo"], told[:3])
        self.assertRegex(told[3], r"^apt-get install -y .* ccache$")

    def test_without_root_and_sudo_it_says_what_to_do(self):
        self.put("dpkg-query", DPKG)
        self.put("apt-get", APT)
        self.put("id", PERSON)
        done = self.run_door("bench")
        self.assertEqual(1, done.returncode)
        self.assertIn("needs root, and there is no sudo", done.stderr)

    def test_another_system_is_refused(self):
        done = self.run_door("bench")
        self.assertEqual(1, done.returncode)
        self.assertIn("this is not Debian 12", done.stderr)

    def test_a_package_that_a_command_replaces_is_not_installed(self):
        self.put("dpkg-query", "#!/bin/bash\nexit 1\n")
        self.put("node", "#!/bin/bash\n")
        text = f". {ROOT}/scripts/packages.sh; missing_packages {ROOT}/cmake/packages-node.txt"
        done = subprocess.run(["bash", "-c", text], capture_output=True, text=True,
                              env={"PATH": str(self.tools)})
        self.assertEqual("npm\n", done.stdout)


if __name__ == "__main__":
    unittest.main()
