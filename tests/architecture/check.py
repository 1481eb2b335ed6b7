# SPDX-License-Identifier: GPL-3.0-or-later
"""check.py ROOT NAME: runs one check over the tree, prints every violation with its place, and fails when there is one."""
import pathlib
import sys

import hygiene
import layering
import methods

CHECKS = {"layering": layering.violations, "methods": methods.violations, **hygiene.CHECKS}


def main():
    root, name = pathlib.Path(sys.argv[1]), sys.argv[2]
    found = list(CHECKS[name](root))
    print("\n".join(found) if found else f"{name}: nothing to report")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
