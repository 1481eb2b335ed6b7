#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Plays the three stories of docs/tutorial in the real window, on a screen of its own.
# Usage: stories.sh [--build FOLDER] [--out FOLDER] [--pages] [engineer|researcher|teacher ...]
#   --build FOLDER  with bin/secateur-workbench (build/release)
#   --out FOLDER    for the pictures (stories)
#   --pages         write docs/tutorial/*.md and their pictures from what was seen
# Needs Xvfb, xdotool, ImageMagick, dbus-run-session, at-spi2-core and python3-pyatspi.
set -eu
tree=$(cd "$(dirname "$0")/../../.." && pwd)
build=$tree/build/release
out=stories
pages=
while [ $# -gt 0 ]; do
    case $1 in
        --build) build=$2; shift 2 ;;
        --out) out=$2; shift 2 ;;
        --pages) pages="--pages $tree"; shift ;;
        *) break ;;
    esac
done
for needed in Xvfb xdotool import convert dbus-run-session; do
    command -v "$needed" >/dev/null || { echo "stories.sh needs $needed" >&2; exit 3; }
done
for launcher in /usr/libexec/at-spi-bus-launcher /usr/lib/at-spi2-core/at-spi-bus-launcher; do
    [ -x "$launcher" ] && break
done
[ $# -gt 0 ] || set -- engineer researcher teacher
for story in "$@"; do
    # shellcheck disable=SC2086
    dbus-run-session -- /usr/bin/python3 -B "$tree/tests/workbench/stories/stories.py" --program "$build/bin/secateur-workbench" \
        --xvfb "$(command -v Xvfb)" --launcher "$launcher" --out "$out" $pages "$story"
done
