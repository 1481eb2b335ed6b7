# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the secateur program, which answers in JSON."""
import json
import subprocess
import sys


def call(program, folder, *command, warnings=None):
    """The answer of a command that runs in `folder`. What it warns of is shown, and appended to `warnings` if that is a list; errors end the script."""
    child = subprocess.Popen([program, *map(str, command), "--json"], stdout=subprocess.PIPE, stderr=None if warnings is None else subprocess.PIPE, text=True,
                             cwd=folder, encoding="utf-8")
    if warnings is None:
        output, _ = child.communicate()
    else:
        output, told = child.communicate()
        sys.stderr.write(told)
        warnings += [line.removeprefix("warning: ") for line in told.splitlines() if line.startswith("warning: ")]
    if child.returncode != 0:
        sys.exit(child.returncode)
    return json.loads(output)
