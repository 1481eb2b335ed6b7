#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fails and names the files when clang-format would change a C++ file of the tree.
set -uo pipefail
list_files() {
    if [ -e .git ]; then
        git -c 'safe.directory=*' ls-files -z '*.cpp' '*.h'
    else
        find . -path ./build -prune -o \( -name '*.cpp' -o -name '*.h' \) -print0
    fi
}
if report=$(list_files | xargs -0 -r "$CLANG_FORMAT" --dry-run -Werror 2>&1); then
    echo "format: nothing to report"
    exit 0
fi
echo "$report" | sed -n 's/^\([^ ]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort | uniq -c
echo "Run: $CLANG_FORMAT -i FILES"
exit 1
