"""Every rule is shown to fail on what it forbids and to accept what it allows."""

import unittest
from unittest import mock

import layers
import lint
import words
from source import Tree

ROOT = {"src/CMakeLists.txt": "foreach(folder base domain adapters)\n"}
LIBRARY = "elevator_library(base)\n"
LONG = "x" * 101

# rule -> (samples that must be found, samples that must pass); a sample is {path: text}.
SAMPLES = {
    layers.include_table: (
        [
            {"src/base/a.h": '#include "domain/ids.h"\n'},
            {"src/domain/a.cc": '#include "codec/json.h"\n'},
            {"src/sandbox/a.cc": '#include "app/submit.h"\n'},
            {"src/workflow/a.cc": "#include <wire/sigv4.h>\n"},
            {"src/base/a.cc": '#include "result.h"\n'},
            {"src/base/a.cc": '#include "../base/result.h"\n'},
            {"src/utils/a.cc": "int x;\n"},
        ],
        [
            {"src/app/a.cc": '#include "base/result.h"\n#include "policy/rules.h"\n'},
            {"src/adapters/aws/a.cc": '#include "domain/ids.h"\n#include "ports/store.h"\n'},
            {"src/domain/a.cc": '// #include "codec/json.h"\n#include <fmt/format.h>\n'},
            {"src/domain/a_test.cc": '#include "codec/json.h"\n#include "tests/support/x.h"\n'},
            {"src/main/a.cc": '#include "workflow/planner.h"\n#include "adapters/files/f.h"\n'},
        ],
    ),
    layers.adapters_are_strangers: (
        [
            {"src/adapters/aws/a.cc": '#include "adapters/slack/client.h"\n'},
            {"src/adapters/retry.h": '#include "adapters/slack/client.h"\n'},
        ],
        [{"src/adapters/aws/a.cc": '#include "adapters/retry.h"\n#include "adapters/aws/b.h"\n'}],
    ),
    layers.fences: (
        [
            {"src/adapters/aws/a.cc": "#include <boost/asio/ip/tcp.hpp>\n"},
            {"src/app/a.cc": "#include <SQLiteCpp/Database.h>\n"},
        ],
        [{"src/net/a.cc": "#include <boost/beast/core.hpp>\n"}],
    ),
    layers.light_headers: (
        [{"src/codec/a.h": "#include <boost/json.hpp>\n"},
         {"src/net/a.h": "#include <iostream>\n"},
         {"src/net/a.h": "#include <iostream>\n", "src/app/a.cc": '#include "net/a.h"\n'},
         {"src/net/a.h": "#include <iostream>\n", "src/net/b.h": '#include "net/a.h"\n'}],
        [{"src/codec/a.h": "#include <boost/json/value.hpp>\n", "src/codec/a.cc":
          "#include <boost/json.hpp>\n"},
         {"src/net/a.h": "#include <iostream>\n", "src/net/a.cc": '#include "net/a.h"\n'}],
    ),
    layers.libraries_agree: (
        [{"src/base/CMakeLists.txt": "elevator_library(base DEPENDS domain)\n"}],
        [{"src/app/CMakeLists.txt":
          "elevator_library(app DEPENDS workflow base TEST_DEPENDS net LINK x)\n"}],
    ),
    layers.every_source_is_built: (
        [
            ROOT | {"src/base/a.cc": ""},
            ROOT | {"src/base/a.cc": "", "src/base/CMakeLists.txt": "add_library(x b.cc)\n"},
            ROOT | {"src/extra/a.cc": "", "src/extra/CMakeLists.txt": LIBRARY},
        ],
        [
            ROOT | {"src/base/a.cc": "", "src/base/CMakeLists.txt": LIBRARY},
            ROOT | {"src/adapters/aws/a.cc": "", "src/adapters/CMakeLists.txt": LIBRARY},
            ROOT | {"src/base/a.cc": "", "src/base/CMakeLists.txt": "add_library(x a.cc)\n"},
        ],
    ),
    words.file_sizes: (
        [{"src/base/a.cc": "\n" * 601}, {"tests/e2e/a.py": "\n" * 601}],
        [{"src/base/a.cc": "\n" * 600}, {"docs/a.md": "\n" * 601}],
    ),
    words.line_lengths: (
        [{"src/base/a.cc": LONG}, {"scripts/a.sh": LONG}],
        [{"src/base/a.cc": "// https://" + LONG}, {"src/base/a.cc": f'R"(\n{LONG})"'},
         {"docs/a.md": LONG}],
    ),
    words.output_belongs_to_entry: (
        [{"src/app/a.cc": "std::cout << 1;"}, {"src/net/a.cc": "std::printf(text);"}],
        [{"src/entry/cli/a.cc": "std::cout << 1;"}, {"src/app/a_test.cc": "std::cout << 1;"},
         {"src/app/a.cc": "std::fputs(text, stderr); snprintf(a, b, c);  // std::cout"}],
    ),
    words.nothing_sleeps: (
        [{"src/workflow/a.cc": "std::this_thread::sleep_for(x);"}, {"src/app/a.cc": "usleep(1);"}],
        [{"src/net/a.cc": "std::this_thread::sleep_for(x);"}],
    ),
    words.tests_do_not_sleep: (
        [{"tests/e2e/a.py": "time.sleep(1)"}, {"src/net/a_test.cc": "sleep_for(1ms);"}],
        [{"tests/e2e/a.py": "clock.advance(1)"}, {"src/net/a.cc": "sleep_for(1ms);"}],
    ),
    words.one_clock: (
        [{"src/app/a.cc": "std::chrono::system_clock::now()"}, {"src/app/a.cc": "time(nullptr)"},
         {"src/app/a_test.cc": "system_clock::now()"}],
        [{"src/base/time.cc": "system_clock::now()"}, {"src/app/a.cc": "clock.now(); time(grant)"}],
    ),
    words.no_std_regex: (
        [{"src/policy/a.cc": "std::regex r;"}, {"src/policy/a.cc": "#include <regex>"}],
        [{"src/policy/a.cc": "re2::RE2 pattern; // not std::regex"}],
    ),
    words.no_coroutines: (
        [{"src/net/a.cc": "co_await read();"}, {"src/net/a_test.cc": "co_return;"}],
        [{"src/net/a.cc": "// no co_await here"}],
    ),
    words.no_throw: (
        [{"src/app/a.cc": "throw std::runtime_error(text);"}],
        [{"src/app/a.cc": 'const char* text = "throw"; // throw'},
         {"src/app/a_test.cc": "throw 1;"}],
    ),
    words.no_assert: (
        [{"src/app/a.cc": "assert(x);"}],
        [{"src/app/a.cc": "static_assert(x); CHECK_THAT(x, why);"}],
    ),
    words.constant_time: (
        [
            {"src/wire/a.cc": "if (signature == expected) {"},
            {"src/wire/a.cc": "if (expected != event.signature) {"},
            {"src/wire/a.cc": "return hmac_sha256_hex == given;"},
            {"src/wire/a.cc": "return given == event.mac_;"},
            {"src/wire/a.cc": "return memcmp(a, b, 32) == 0;"},
            {"src/wire/a.cc": "return strcmp(a, b) == 0;"},
        ],
        [
            {"src/wire/a.cc": "if (signature.size() != 64 || signature.empty()) {"},
            {"src/wire/a.cc": "if (64 != signature.size()) {"},
            {"src/wire/a.cc": "if (signature_at == std::string::npos) {"},
            {"src/wire/a.cc": "return equal_in_constant_time(signature, expected);"},
            {"src/wire/a.cc": "return CRYPTO_memcmp(a, b, 32) == 0;"},
            {"src/wire/a.cc": "machine == other; macro == 3;"},
            {"src/wire/a_test.cc": "CHECK(signature == expected);"},
        ],
    ),
    words.todo_has_an_issue: (
        [{"src/app/a.cc": "// TODO: later"}, {"tests/e2e/a.py": "# FIXME"}],
        [{"src/app/a.cc": "// TODO(#12): later"}],
    ),
    words.no_default_label: (
        [{"src/domain/a.cc": "  default:\n"}, {"src/policy/a.h": "default : return 1;"}],
        [{"src/wire/a.cc": "default:"}, {"src/domain/a.cc": "Grant() = default;\n// default:\n"}],
    ),
    words.header_says_what_it_is: (
        [{"src/app/a.h": "#pragma once\n"}, {"src/app/a.h": "// A thing.\n"}],
        [{"src/app/a.h": "// A thing.\n#pragma once\n"}],
    ),
    words.no_machine_paths: (
        [{"docs/a.md": f"see /{top}/x"} for top in ("home", "work", "root")],
        [{"docs/a.md": "https://example.com/home/ Root/Prod ~/x src/x"}],
    ),
    words.no_download_addresses: (
        [{"web/package-lock.json": '"resolved": "https://example.com/a.tgz"'},
         {".npmrc": "registry=https://example.com"},
         {"tests/requirements.txt": "--index-url https://example.com"}],
        [{"web/package-lock.json": '"integrity": "sha512-x"'}],
    ),
    layers.tests_keep_their_names: (
        [{"src/app/a_test.cc": "namespace elevator::app {\nTEST_CASE() {}\n}\n"}],
        [{"src/app/a_test.cc": "namespace elevator::app::a_test {\nTEST_CASE() {}\n}\n"},
         {"src/app/a_test.cc": "namespace elevator::app {\n}\n"}],
    ),
}


class Rules(unittest.TestCase):
    def test_each_rule_has_samples(self):
        self.assertEqual(set(lint.RULES), set(SAMPLES))

    def test_each_rule_says_what_it_wants(self):
        for rule in lint.RULES:
            self.assertTrue(rule.__doc__, rule.__name__)

    def test_findings_name_file_and_line(self):
        tree = Tree({"src/app/a.cc": "int x;\n\nassert(x);\n"})
        self.assertEqual("src/app/a.cc:3: assert(: use CHECK_THAT",
                         str(words.no_assert(tree)[0]))

    def test_recorded_data_follows_no_rule(self):
        tree = Tree({"tests/vectors/policy.json": "/home/ann"})
        self.assertEqual([], words.no_machine_paths(tree))

    def test_sleeping_where_it_is_allowed_passes_and_unused_permission_does_not(self):
        allowed = {"tests/e2e/a.py": "polls a socket"}
        self.enterContext(mock.patch.object(words, "MAY_SLEEP", allowed))
        self.assertEqual([], words.tests_do_not_sleep(Tree({"tests/e2e/a.py": "time.sleep(1)"})))
        self.assertEqual(1, len(words.tests_do_not_sleep(Tree({"tests/e2e/a.py": "pass"}))))


class CodeView(unittest.TestCase):
    def code(self, text):
        return Tree({"a.cc": text}).code("a.cc")

    def test_comments_and_literals_are_blank_and_lines_stay(self):
        text = 'a /* x\ny */ b "//" c \'"\' d R"q(\n")q" e // f\ng'
        code = self.code(text)
        self.assertEqual(text.count("\n"), code.count("\n"))
        self.assertEqual(list("abcdeg"), code.split())

    def test_digit_separators_are_not_characters(self):
        self.assertIn("throw", self.code("int a = 1'000; throw b; int c = 2'000;"))

    def test_includes_stay(self):
        self.assertIn('"base/a.h"', self.code('#include "base/a.h"\n'))


def _sample_test(rule, samples, expected):
    def test(self):
        for sample in samples:
            with self.subTest(sample=sample):
                self.assertEqual(expected, bool(rule(Tree(sample))))
    return test


for _rule, (_bad, _good) in SAMPLES.items():
    setattr(Rules, f"test_{_rule.__name__}_finds", _sample_test(_rule, _bad, True))
    setattr(Rules, f"test_{_rule.__name__}_accepts", _sample_test(_rule, _good, False))

if __name__ == "__main__":
    unittest.main()
