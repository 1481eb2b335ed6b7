# SPDX-License-Identifier: GPL-3.0-or-later
"""examples_test.py ROOT PROGRAM: runs the shell blocks that documents mark with `<!-- run -->`, line by line, in a folder of their own.

Every line must succeed. docs/command-line.md must describe exactly the commands that the program has.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT, PROGRAM = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
DOCUMENTS = [ROOT / "README.md", ROOT / "docs" / "command-line.md", ROOT / "docs" / "tutorial" / "first-plan.md"]
BLOCK = re.compile(r"<!-- run -->\s*```sh\n(.*?)```", re.DOTALL)


class Examples(unittest.TestCase):
    def run_blocks(self, document):
        environment = dict(os.environ, PATH=f"{PROGRAM.parent}:{os.environ['PATH']}")
        with tempfile.TemporaryDirectory() as folder:
            for name in ("resources", "tests"):
                os.symlink(ROOT / name, pathlib.Path(folder) / name)
            for block in BLOCK.findall(document.read_text(encoding="utf-8")):
                for line in block.replace("\\\n", " ").strip().split("\n"):
                    with self.subTest(line=line):
                        result = subprocess.run(["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
                        self.assertEqual(result.returncode, 0, result.stderr)

    def test_documents(self):
        for document in DOCUMENTS:
            with self.subTest(document=document.name):
                self.assertRegex(document.read_text(encoding="utf-8"), BLOCK)
                self.run_blocks(document)

    def test_every_command_is_described(self):
        overview = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, check=True).stdout
        commands = re.findall(r"^  ([a-z]+) ", overview.split("Commands:")[1].split("\n\n")[0], re.MULTILINE)
        described = re.findall(r"^\| `([a-z]+)[ `]", (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(sorted(commands), sorted(described))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
