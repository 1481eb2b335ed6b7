#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plays the three stories of docs/tutorial in the real window, on a screen of its own.
# Usage: stories.sh [--build FOLDER] [--out FOLDER] [--pages | --check] [engineer|researcher|teacher ...]
#   --build FOLDER  with bin/secateur-workbench (build/release)
#   --out FOLDER    for the pictures (stories)
#   --pages         write docs/tutorial/*.md and their pictures from what was seen
#   --check         compare docs/tutorial/*.md with what was seen; makes no pictures
# Needs Xvfb, xdotool, dbus-run-session, at-spi2-core and python3-pyatspi, and ImageMagick for pictures.
# Ends with 77 where one of them is missing.
set -eu
tree=$(cd "$(dirname "$0")/../../.." && pwd)
build=$tree/build/release
out=stories
pages=
pictures="import convert"
while [ $# -gt 0 ]; do
    case $1 in
        --build) build=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --pages) pages="--pages $tree"; shift ;;
        --check) pages="--check $tree"; pictures=; shift ;;
        *) break ;;
    esac
done
for needed in Xvfb xdotool dbus-run-session $pictures; do
    command -v "$needed" >/dev/null || { echo "stories.sh needs $needed, which is not installed" >&2; exit 77; }
done
/usr/bin/python3 -c "import pyatspi" 2>/dev/null || { echo "stories.sh needs python3-pyatspi, which is not installed" >&2; exit 77; }
for launcher in /usr/libexec/at-spi-bus-launcher /usr/lib/at-spi2-core/at-spi-bus-launcher; do
    [ -x "$launcher" ] && break
done
[ -x "$launcher" ] || { echo "stories.sh needs at-spi2-core, which is not installed" >&2; exit 77; }
[ $# -gt 0 ] || set -- engineer researcher teacher
for story in "$@"; do
    # shellcheck disable=SC2086
    dbus-run-session -- /usr/bin/python3 -B "$tree/tests/workbench/stories/stories.py" --program "$build/bin/secateur-workbench" \
        --xvfb "$(command -v Xvfb)" --launcher "$launcher" ${pictures:+--out "$out"} $pages "$story"
done
