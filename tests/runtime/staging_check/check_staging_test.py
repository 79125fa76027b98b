#!/usr/bin/env python3
"""Tests of scripts/check_staging: what it must say of the fixtures, and how it ends."""

import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
SCRIPT = HERE.parents[2] / "scripts" / "check_staging"
FIXTURES = HERE / "staging_fixtures"


def load():
    loader = importlib.machinery.SourceFileLoader("check_staging", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("check_staging", loader))
    loader.exec_module(module)
    return module


CHECKER = load()


def rules_in(text):
    return [(line, rule) for line, rule, _ in CHECKER.check("x.cc", text)]


def run(*arguments):
    return subprocess.run([sys.executable, "-B", str(SCRIPT), *map(str, arguments)],
                          capture_output=True, text=True, check=False)


class Fixtures(unittest.TestCase):
    def test_every_misuse_is_found_on_its_line(self):
        text = (FIXTURES / "bad.cc").read_text()
        wanted = []
        for number, line in enumerate(text.split("\n"), 1):
            expected = re.search(r"// expect: ([\w -]+)", line)
            if expected:
                wanted += [(number, rule) for rule in expected.group(1).split()]
        self.assertGreater(len(wanted), 35)
        self.assertEqual(set(rules_in(text)), set(wanted))

    def test_good_code_passes(self):
        self.assertEqual(rules_in((FIXTURES / "good.cc").read_text()), [])

    def test_every_rule_has_a_misuse_and_a_description(self):
        found = {rule for _, rule in rules_in((FIXTURES / "bad.cc").read_text())}
        described = set(re.findall(r"^  ([\w-]+)  ", CHECKER.__doc__, re.M))
        self.assertEqual(found, described)


class Allowing(unittest.TestCase):
    LOOP = "for (Tensor i : range(n)) {\n  if (k) break;%s\n}\n"

    def test_the_rule_on_the_line(self):
        self.assertEqual(rules_in(self.LOOP % ""), [(2, "leave")])
        self.assertEqual(rules_in(self.LOOP % "  // check_staging: allow(leave)"), [])

    def test_no_other_rule(self):
        self.assertEqual(rules_in(self.LOOP % "  // check_staging: allow(exit)"), [(2, "leave")])


class Robustness(unittest.TestCase):
    def test_unbalanced_and_cut_code_does_not_fail(self):
        text = (FIXTURES / "bad.cc").read_text()
        for end in range(0, len(text), 37):
            CHECKER.check("x.cc", text[:end])
            CHECKER.check("x.cc", text[end:])


class CommandLine(unittest.TestCase):
    def test_names_file_line_and_rule(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "x.cc"
            file.write_text('#include "opscope/runtime.h"\n' + Allowing.LOOP % "")
            done = run(folder)
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{file}:3: error: `break` leaves the body of a staged loop", done.stdout)
            self.assertIn("[leave]", done.stdout)

    def test_says_nothing_of_good_files(self):
        done = run(FIXTURES / "good.cc")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_fails_on_a_missing_file(self):
        done = run("no_such_file.cc")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no_such_file.cc", done.stderr)

    def test_explains_itself(self):
        self.assertIn("Rules:", run("--help").stdout)


if __name__ == "__main__":
    unittest.main()
