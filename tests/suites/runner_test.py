"""What the runner counts, and what it refuses to overlook."""

import io
import os
import signal
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import programs
import runner
import suites
from counts import Counts, count
from programs import Program, run, run_counted

DOCTEST = "[doctest] test cases:  13 |  {} passed | {} failed | {} skipped\n"
PYTHON = "Ran {} tests in 0.025s\n\n{}\n"


def numbers(counts):
    return counts.passed, counts.failed, counts.skipped


class Counting(unittest.TestCase):
    def test_doctest(self):
        self.assertEqual((13, 0, 0), numbers(count("x", DOCTEST.format(13, 0, 0), 0)))
        self.assertEqual((10, 2, 1), numbers(count("x", DOCTEST.format(10, 2, 1), 1)))

    def test_unittest(self):
        self.assertEqual((5, 0, 0), numbers(count("x", PYTHON.format(5, "OK"), 0)))
        details = "FAILED (failures=1, errors=2, skipped=3, unexpected successes=1)"
        self.assertEqual((3, 4, 3), numbers(count("x", PYTHON.format(10, details), 1)))

    def test_unittest_whose_fixture_breaks_runs_nothing_and_fails(self):
        counts = count("x", PYTHON.format(0, "FAILED (errors=1)"), 1)
        self.assertEqual((0, 1, 0), numbers(counts))

    def test_plain_and_fuzzer(self):
        self.assertEqual((7, 1, 0), numbers(count("x", "7 passed, 1 failed\n", 1)))
        text = "7 passed, 0 failed\n" + DOCTEST.format(13, 0, 0)
        self.assertEqual((13, 0, 0), numbers(count("x", text, 0)))
        counts = count("x", "stat::number_of_executed_units: 1234\n", 0)
        self.assertEqual((1, 0, 0), numbers(counts))
        self.assertEqual({"fuzz executions": 1234}, counts.rows)
        self.assertEqual(1, count("x", "stat::number_of_executed_units: 0\n", 0).failed)

    def test_crash_after_success_is_a_failure(self):
        self.assertEqual((13, 1, 0), numbers(count("x", DOCTEST.format(13, 0, 0), -6)))
        self.assertEqual(1, count("x", "stat::number_of_executed_units: 9\n", 77).failed)

    def test_nothing_counted_is_a_failure(self):
        self.assertEqual((0, 1, 0), numbers(count("x", "all good\n", 0)))
        self.assertEqual((0, 1, 0), numbers(count("x", DOCTEST.format(0, 0, 0), 0)))
        self.assertEqual((0, 1, 0), numbers(count("x", "", 127)))

    def test_skips_keep_their_reason(self):
        text = "test_a (m.T) ... skipped 'no moto'\n" + PYTHON.format(2, "OK (skipped=1)")
        counts = count("x", text, 0)
        self.assertEqual((1, 0, 1), numbers(counts))
        self.assertEqual(["no moto"], counts.skips)

    def test_summary_rows_are_added_up(self):
        text = "SUMMARY I1 checks 4\nSUMMARY worlds explored 10\nSUMMARY I1 checks 2\n"
        counts = count("x", text + "1 passed, 0 failed\n", 0)
        self.assertEqual({"I1 checks": 6, "worlds explored": 10}, counts.rows)

    def test_a_summary_row_behind_the_name_of_a_running_test_counts(self):
        text = "test_a (m.T.test_a) ... SUMMARY deaths (before a call) 3\nok\n"
        counts = count("x", text + PYTHON.format(1, "OK"), 0)
        self.assertEqual({"deaths (before a call)": 3}, counts.rows)


class Programs(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def python(self, name, text, **options):
        return Program(name, [sys.executable, "-c", text], **options)

    def test_output_and_status_are_kept(self):
        program = self.python("p", "import sys; print('hi'); sys.exit(3)")
        self.assertEqual((3, "hi\n"), run(program, self.folder / "p.log"))

    def test_there_is_no_input(self):
        program = self.python("p", "import sys; print(repr(sys.stdin.read()))")
        self.assertEqual((0, "''\n"), run(program, self.folder / "p.log"))

    def test_a_program_that_hangs_is_stopped(self):
        program = self.python("p", "import signal; signal.pause()", seconds=0.2)
        status, output = run(program, self.folder / "p.log")
        self.assertEqual(-signal.SIGKILL, status)
        self.assertIn("still running", output)

    def test_an_interrupted_run_leaves_nothing_behind(self):
        program = self.python("p", "import signal; signal.pause()")
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(run, program, self.folder / "p.log")
            while not programs.RUNNING:
                pass
            programs.stop_everything()
            self.assertEqual(-signal.SIGTERM, done.result()[0])
        self.assertFalse(programs.RUNNING)

    def test_a_program_that_does_not_exist_is_a_failure(self):
        [(_, counts, _)] = run_counted([Program("p", ["/no/such"])], self.folder)
        self.assertEqual((0, 1, 0), numbers(counts))


class Judging(unittest.TestCase):
    def test_an_empty_suite_fails(self):
        counts = Counts()
        runner.judge(counts, refuse_skips=False)
        self.assertEqual(1, counts.failed)

    def test_a_zero_row_fails(self):
        counts = Counts(passed=1, rows={"mutants caught": 0, "seeds": 1})
        runner.judge(counts, refuse_skips=False)
        self.assertEqual(["mutants caught is 0"], counts.failures)

    def test_skips_fail_only_where_ci_refuses_them(self):
        for refuse, failed in ((False, 0), (True, 1)):
            counts = Counts(passed=1, skipped=1)
            runner.judge(counts, refuse)
            self.assertEqual(failed, counts.failed)


class WholeRun(unittest.TestCase):
    """main() with suites of our own."""

    def run_main(self, bodies, names=(), ci="", **options):
        table = [suites.Suite(name, "about", body, **options) for name, body in bodies.items()]
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.multiple(suites, BUILD=folder), \
                mock.patch.multiple(runner, SUITES=table), \
                mock.patch.dict(os.environ, CI=ci), redirect_stdout(out), redirect_stderr(err):
            status = runner.main(list(names))
        return status, out.getvalue().splitlines(), err.getvalue()

    @staticmethod
    def passing(suite):
        suite.counts.passed += 2

    @staticmethod
    def breaking(suite):
        raise ValueError("oh")

    @staticmethod
    def skipping(suite):
        suite.counts.skipped += 1
        suite.counts.skips.append("sigv4: not ours to hand on")

    def test_a_secret_that_was_printed_is_a_failure(self):
        def telling(suite):
            suite.programs([Program("p", ["echo", "xoxb-planted-token\n1 passed, 0 failed"])])
        status, lines, _ = self.run_main({"a": telling})
        self.assertEqual(1, status)
        self.assertTrue(any("a planted secret is in" in line for line in lines), lines)

    def test_last_line_is_the_total(self):
        status, lines, _ = self.run_main({"a": self.passing, "b": self.passing})
        self.assertEqual((0, "4 passed, 0 failed"), (status, lines[-1]))

    def test_a_suite_that_breaks_is_one_failure(self):
        status, lines, _ = self.run_main({"a": self.passing, "b": self.breaking})
        self.assertEqual((1, "2 passed, 1 failed"), (status, lines[-1]))
        self.assertIn("FAILED b: the suite itself broke: ValueError: oh", lines)

    def test_only_named_suites_run(self):
        status, lines, _ = self.run_main({"a": self.passing, "b": self.breaking}, ["a"])
        self.assertEqual((0, "2 passed, 0 failed"), (status, lines[-1]))

    def test_unknown_names_and_reserved_options_are_refused(self):
        for names in (["nope"], ["--long", "a"]):
            status, _, err = self.run_main({"a": self.passing}, names)
            self.assertEqual(2, status)
            self.assertIn("usage: ./run test", err)

    def test_a_run_says_how_much_of_everything_it_is(self):
        seen = []

        def look(suite):
            seen.append((suite.whole, suite.is_long))
            self.passing(suite)

        for names in ([], ["--long"], ["a"]):
            self.assertEqual("2 passed, 0 failed", self.run_main({"a": look}, names)[1][-1])
        self.assertEqual([(True, False), (True, True), (False, False)], seen)

    def test_a_row_that_only_another_suite_reports_is_a_failure(self):
        def reporting(suite):
            self.passing(suite)
            suite.counts.add_row("seeds_run", 1)

        with mock.patch.dict(runner.EXPECTED_ROWS, {"a": ["seeds_run"]}):
            status, lines, _ = self.run_main({"a": self.passing, "b": reporting})
        self.assertEqual(1, status)
        self.assertIn("FAILED summary: a did not report seeds_run", lines)

    def test_fuzzers_and_their_kept_inputs_are_pairs(self):
        self.assertEqual([], suites.unpaired_fuzzers({"a"}, {"a"}))
        self.assertEqual(2, len(suites.unpaired_fuzzers({"a", "b"}, {"b", "c"})))

    def test_ci_refuses_skips(self):
        self.assertEqual(0, self.run_main({"a": self.skipping}, ci="")[0])
        self.assertEqual(1, self.run_main({"a": self.skipping}, ci="true")[0])
        self.assertEqual(0, self.run_main({"a": self.skipping}, ci="true",
                                          may_skip_in_ci=("sigv4",))[0])

    def test_a_named_suite_that_does_not_exist_yet_is_refused(self):
        status, _, err = self.run_main({"a": self.passing}, ["a"], needs="no/such/folder")
        self.assertEqual(2, status)
        self.assertIn("does not exist yet", err)


if __name__ == "__main__":
    unittest.main()
