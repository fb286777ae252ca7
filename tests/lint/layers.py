"""Who may include whom. This table is the documentation (DESIGN: include table).

An arrow is transitive: `policy` may use `domain`, hence `base` too. `main` and tests may use
everything. Adapters implement ports and never know each other.
"""

import re

from source import Finding, is_test

MAY_INCLUDE = {
    "base": [],
    "codec": ["base"],
    "domain": ["base"],
    "policy": ["codec", "domain"],
    "audit": ["codec", "domain"],
    "ports": ["domain"],
    "workflow": ["policy", "audit", "ports"],
    "app": ["workflow"],
    "wire": ["codec", "domain"],
    "net": ["base"],
    "adapters": ["ports", "wire", "net"],
    "entry": ["app", "wire", "net"],
    "sandbox": ["wire", "net"],
    "main": ["adapters", "entry", "sandbox"],
}

# Third-party libraries that stay behind one wall.
FENCES = {
    "boost/asio": ["src/net/"],
    "boost/beast": ["src/net/"],
    "SQLiteCpp/": ["src/adapters/sqlite/"],
    "sqlite3.h": ["src/adapters/sqlite/"],
    "CLI/": ["src/entry/", "src/main/"],
    "yaml-cpp/": ["src/codec/"],
    "re2/": ["src/policy/"],
}

# Too expensive to compile again in everyone who includes one of our headers.
HEAVY = ("boost/asio", "boost/beast", "boost/json.hpp", "boost/json/src.hpp", "CLI/", "yaml-cpp/",
         "fmt/", "regex", "iostream", "rapidcheck", "doctest/")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def reachable(folder):
    """The folder itself and everything its arrows lead to."""
    seen = {folder}
    for next_folder in MAY_INCLUDE[folder]:
        seen |= reachable(next_folder)
    return seen


def includes(tree, path):
    """(line, quoted, target) of every #include."""
    code = tree.code(path)
    for match in INCLUDE.finditer(code):
        line = code.count("\n", 0, match.start(2)) + 1
        yield line, match.group(1) == '"', match.group(2)


def include_table(tree):
    """A folder of src includes only what the table allows."""
    findings = []
    for path in tree.paths(".h", ".cc", under="src/"):
        folder = path.split("/")[1]
        if folder not in MAY_INCLUDE:
            findings.append(Finding(path, 1, f"src/{folder} is not in the include table"))
            continue
        for line, quoted, target in includes(tree, path):
            findings += _check_target(path, line, quoted, target, folder)
    return findings


def _check_target(path, line, quoted, target, folder):
    first = target.split("/")[0]
    if first not in MAY_INCLUDE or "/" not in target:
        if quoted and not (is_test(path) and target.startswith("tests/")):
            return [Finding(path, line, f'"{target}": name a header as "folder/file.h"')]
        return []
    if is_test(path):
        return []
    if first not in reachable(folder):
        return [Finding(path, line, f"{folder} may not include {first} ({target})")]
    return []


def adapters_are_strangers(tree):
    """adapters/X never includes adapters/Y; shared helpers lie directly in adapters/."""
    findings = []
    for path in tree.paths(".h", ".cc", under="src/adapters/"):
        if is_test(path):
            continue
        own = path.split("/")[2] if path.count("/") > 2 else ""
        for line, _, target in includes(tree, path):
            parts = target.split("/")
            if parts[0] == "adapters" and len(parts) > 2 and parts[1] != own:
                who = f"adapters/{own}" if own else "a helper of all adapters"
                findings.append(Finding(path, line, f"{who} may not include {target}"))
    return findings


def fences(tree):
    """A third-party library is used only behind its wall."""
    findings = []
    for path in tree.paths(".h", ".cc", under="src/"):
        if is_test(path):
            continue
        for line, _, target in includes(tree, path):
            for prefix, folders in FENCES.items():
                if target.startswith(prefix) and not path.startswith(tuple(folders)):
                    findings.append(
                        Finding(path, line, f"<{target}> belongs to {', '.join(folders)} only"))
    return findings


def light_headers(tree):
    """Our headers include no heavy ones, unless only .cc files of their own folder see them."""
    findings = []
    for path in tree.paths(".h", under="src/"):
        heavy = [(line, target) for line, _, target in includes(tree, path)
                 if target.startswith(HEAVY)]
        if heavy and not is_test(path) and not _is_private(tree, path):
            findings += [Finding(path, line, f"<{target}> is too heavy for a header")
                         for line, target in heavy]
    return findings


def _is_private(tree, header):
    folder, name = header.rsplit("/", 1)[0], header.removeprefix("src/")
    users = [path for path in tree.paths(".h", ".cc", under="src/")
             if any(target == name for _, _, target in includes(tree, path))]
    return bool(users) and all(
        user.endswith(".cc") and user.rsplit("/", 1)[0] == folder for user in users)


def libraries_agree(tree):
    """DEPENDS of each folder's CMake library names only what the include table allows."""
    findings = []
    for path in tree.paths("CMakeLists.txt", under="src/"):
        if path.count("/") != 2:
            continue
        match = re.search(r"elevator_library\((\w+)([^)]*)\)", tree.files[path])
        folder = path.split("/")[1]
        if not match or folder not in MAY_INCLUDE:
            continue
        depends = re.search(r"\bDEPENDS\b([^A-Z]*)", match.group(2))
        for name in (depends.group(1).split() if depends else []):
            if name not in reachable(folder):
                findings.append(Finding(path, 1, f"{folder} may not depend on {name}"))
    return findings


def every_source_is_built(tree):
    """Every .cc of src lies below a CMakeLists.txt that compiles it, and src names that folder."""
    top = tree.files.get("src/CMakeLists.txt", "")
    findings = []
    for path in tree.paths(".cc", under="src/"):
        folder = path.split("/")[1]
        lists = tree.files.get(f"src/{folder}/CMakeLists.txt", "")
        name = path.split("/", 2)[2]
        globbed = "elevator_library(" in lists or "GLOB_RECURSE" in lists
        if not re.search(rf"\b{folder}\b", top):
            findings.append(Finding(path, 1, f"src/CMakeLists.txt does not name {folder}"))
        elif not globbed and name not in lists:
            findings.append(Finding(path, 1, f"src/{folder}/CMakeLists.txt does not name it"))
    return findings


def tests_keep_their_names(tree):
    """A test file has a namespace of its own, named after it: CI compiles several as one."""
    findings = []
    for path in tree.paths("_test.cc"):
        stem, code = path.rsplit("/", 1)[1].removesuffix(".cc"), tree.code(path)
        if "TEST_CASE" in code and not re.search(rf"^namespace [\w:]+::{stem} {{$", code, re.M):
            findings.append(Finding(path, 1, f"put it into namespace ...::{stem}"))
    return findings


RULES = [include_table, adapters_are_strangers, fences, light_headers, libraries_agree,
         every_source_is_built, tests_keep_their_names]
