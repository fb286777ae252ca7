"""What the house rules look at: the files of the tree, and C++ text without comments."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Recorded data and third-party text are not written by us and follow no rule of ours.
DATA_FOLDERS = ("tests/vectors/", "tests/replay/", "tests/fuzz/corpus/",
                "tests/conformance/vectors/")

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|R"(?P<delimiter>[^()\\\s]{0,16})\((?P<raw>.*?)\)(?P=delimiter)\""""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<number>\b\d[\w']*)"""
    r"""|(?P<character>'(?:\\.|[^'\\\n])+')""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.text}"


class Tree:
    """Paths and texts. Made from a checkout, or from a dictionary by the tests of the rules."""

    def __init__(self, files):
        self.files = {p: t for p, t in sorted(files.items()) if not p.startswith(DATA_FOLDERS)}
        self._code = {}

    @staticmethod
    def of_checkout(root):
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root, capture_output=True, check=True, text=True)
        files = {}
        for path in filter(None, listing.stdout.split("\0")):
            file = Path(root, path)
            if file.is_symlink() or not file.is_file():
                continue
            try:
                files[path] = file.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # pictures and other binary files
        return Tree(files)

    def paths(self, *suffixes, under=""):
        return [p for p in self.files if p.startswith(under) and p.endswith(suffixes or ("",))]

    def code(self, path):
        """The C++ text with comments and literals blanked; lines stay where they were."""
        if path not in self._code:
            self._code[path] = TOKEN.sub(_blank, self.files[path])
        return self._code[path]

    def search(self, pattern, paths, message, code=True):
        """One finding for each line of `paths` in which `pattern` occurs."""
        findings = []
        for path in paths:
            text = self.code(path) if code else self.files[path]
            for number, line in enumerate(text.splitlines(), 1):
                match = re.search(pattern, line)
                if match:
                    findings.append(Finding(path, number, message.format(match.group(0).strip())))
        return findings


def _blank(match):
    if match.group("number") is not None:
        return match.group(0)
    text = match.group(0)
    if match.group("string") is not None and _is_include(match):
        return text
    return re.sub(r"[^\n]", " ", text)


def _is_include(match):
    start = match.string.rfind("\n", 0, match.start()) + 1
    return match.string[start:match.start()].strip() in ("#include", "# include")


def is_test(path):
    """Unit tests sit beside the code; everything under tests/ and bench/ is a test as well."""
    return path.startswith(("tests/", "bench/")) or path.endswith(("_test.cc", "_test.h"))
