# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts_test.py ROOT: every shell script parses, those that people start are executable, print help and refuse unknown options."""
import pathlib
import subprocess
import sys
import unittest

ROOT = pathlib.Path(sys.argv[1])
STARTED = ["packaging/setup.sh", "packaging/run.sh", "packaging/test.sh", "packaging/portable.sh", "packaging/make-demo.sh",
           "packaging/reproduce.sh", "packaging/make-panels.sh", ".ci/run"]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)


class Scripts(unittest.TestCase):
    def test_all_parse(self):
        scripts = [ROOT / ".ci/run", *ROOT.glob("packaging/**/*.sh"), *ROOT.glob("tests/**/*.sh")]
        self.assertGreater(len(scripts), 5)
        for script in scripts:
            result = run("bash", "-n", str(script))
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_started_ones_are_executable(self):
        for script in STARTED:
            self.assertTrue((ROOT / script).stat().st_mode & 0o100, script)

    def test_help_prints_usage(self):
        for script in STARTED[:-1]:
            result = run(str(ROOT / script), "--help")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f"usage: {script}", result.stdout)

    def test_a_program_that_was_not_built_is_named(self):
        for script in (("packaging/reproduce.sh", "layerchop"), ("packaging/reproduce.sh", "methods"), ("tests/bench/compare_training.sh", "--python", sys.executable)):
            result = run(str(ROOT / script[0]), *script[1:], "--program", "/nowhere/secateur")
            self.assertEqual(result.returncode, 1)
            self.assertIn("no secateur was found", result.stderr)
        result = run(str(ROOT / "packaging/make-panels.sh"), "--program", "/nowhere/secateur-workbench")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no secateur-workbench was found", result.stderr)

    def test_unknown_options_are_refused(self):
        for script in ("packaging/setup.sh", "packaging/test.sh", "packaging/portable.sh", "packaging/make-demo.sh", "packaging/make-panels.sh", "packaging/reproduce.sh layerchop",
                       "packaging/reproduce.sh methods"):
            program, *arguments = script.split()
            result = run(str(ROOT / program), *arguments, "--no-such-option")
            self.assertEqual(result.returncode, 1)
            self.assertIn("unknown option --no-such-option", result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
