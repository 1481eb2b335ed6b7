# SPDX-License-Identifier: GPL-3.0-or-later
"""No method's name in code outside the file that defines it: what follows from the registry stays so."""
import re

from source_tree import cpp_files

DEFINITION = re.compile(r'info\.name = "([\w-]+)"')
FOLDERS = ("core/", "widgets/", "app/")
# (file, name): why it may stand there
EXCEPTIONS = {
    ("core/data/plan_request.h", "flap"): "the width method that is meant where none is named",
    ("core/planning/metric.h", "magnitude"): "a channel metric of this name",
    ("core/planning/metric.h", "minitron"): "a channel metric of this name",
    ("core/planning/metric.h", "2ssp"): "a channel metric of this name",
    ("core/planning/metric.h", "ppm"): "a channel metric of this name",
    ("core/planning/chop_table.cpp", "magnitude"): "a chop strategy of this name",
    ("core/compress/methods/dsnot.cpp", "wanda"): "a method whose zeros it improves",
    ("core/compress/methods/dsnot.cpp", "magnitude"): "a method whose zeros it improves",
    ("core/planning/methods/wanda_sp.cpp", "wanda"): "the metric that its plans record",
}
# Words that are also kinds of steps, keys of JSON or commands.
COMMON = {"chop", "heal"}


def code_lines(text):
    for number, line in enumerate(text.splitlines(), 1):
        yield number, line.split("//")[0]


def violations(root):
    files = {path.as_posix(): (root / path).read_text(encoding="utf-8") for path in cpp_files(root)}
    defined = {}
    for name, text in files.items():
        for method in DEFINITION.findall(text):
            defined[method] = name
    if len(defined) < 12:
        yield f"only {len(defined)} methods were found: is the pattern still right?"
    for name, text in sorted(files.items()):
        # What the self-test compares with has keys of these names.
        if not name.startswith(FOLDERS) or name == "core/session/selftest.cpp":
            continue
        for number, line in code_lines(text):
            for method, home in defined.items():
                if home == name or method in COMMON or (name, method) in EXCEPTIONS:
                    continue
                if f'"{method}"' in line:
                    yield f"{name}:{number}: names the method {method}, which {home} defines"
