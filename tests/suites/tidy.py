"""clang-tidy of every production source, remembered by content.

The compiler sees several files of a library as one (ELEVATOR_UNITY): most of the time goes into
the headers that they share. A clean result is kept under a key made of everything that decides it:
the checks, the compile command, the files and the headers of ours that they include.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TIDY = "clang-tidy-19"
ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/tidy"
HEADERS = r"--header-filter=/src/[a-z_]+/.*\.(h|cc)$"
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def cache_folder():
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache, "sso-elevator", "tidy")


def included(path, seen):
    """Adds `path` and, transitively, the files of src that it includes."""
    if path in seen or not path.is_file():
        return seen
    seen.add(path)
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        included(ROOT / "src" / name, seen)
    return seen


def key(entry, checks):
    """Independent of where the checkout lies, so that clones share results."""
    digest = hashlib.sha256(checks)
    digest.update(entry["command"].replace(str(ROOT), "").encode())
    for path in sorted(included(Path(entry["file"]), set())):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes().replace(str(ROOT).encode(), b""))
    return digest.hexdigest()


def sources():
    """Entries of the compilation database for src; the tidy preset has no tests."""
    entries = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    # Nothing is built here: sources that a build would make are not there.
    entries = [entry for entry in entries if Path(entry["file"]).is_file()]
    # The longest first: they decide when the last one is done.
    return sorted(entries, key=lambda e: -len(included(Path(e["file"]), set())))


def check(entry, checks, cache):
    """(clean, what clang-tidy printed)."""
    mark = cache / key(entry, checks)
    if mark.exists():
        return True, ""
    done = subprocess.run([TIDY, "--quiet", HEADERS, f"-p={BUILD}", entry["file"]], cwd=ROOT,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode == 0:
        if mark.name == key(entry, checks):  # nobody saved the file meanwhile
            mark.touch()
        return True, ""
    return False, f"{entry['file']}\n{done.stdout}{errors_of(done)}"


def errors_of(done):
    return "" if "error:" in done.stdout else done.stderr


def main():
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([TIDY, "--version"], capture_output=True, check=True).stdout
    checks = (ROOT / ".clang-tidy").read_bytes() + version
    entries = sources()
    failed = 0
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for clean, output in pool.map(lambda entry: check(entry, checks, cache), entries):
            failed += not clean
            if not clean:
                print(output.replace(f"{ROOT}/", ""), flush=True)
    print(f"{len(entries) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
