#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Secateur, and opens the workbench with the demo model.
#
# usage: packaging/run.sh [--headless] [arguments of secateur-workbench]
#   packaging/run.sh                  the built-in demo
#   packaging/run.sh FOLDER           a checkpoint folder of yours
#   packaging/run.sh --headless       builds the command line program alone, needs no Qt, and shows how to use it
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

headless=no
case ${1:-} in
    --help | -h) help_of "$0"; exit 0 ;;
    --headless) headless=yes; shift ;;
esac

show_command_line() {
    local program=$1/bin/secateur demo=$root/resources/demo
    say "The command line program is $program"
    note "For example, the demo model's summary and its perplexity on text that it never saw:"
    printf '\n    $ secateur info %s\n' "$demo/sprout-12"
    "$program" info "$demo/sprout-12"
    printf '\n    $ secateur ppl %s --text %s --samples 16\n' "$demo/sprout-12" "$demo/sample.txt"
    "$program" ppl "$demo/sprout-12" --text "$demo/sample.txt" --samples 16
    note ""
    note "secateur --help lists the commands; README.md has a tour."
}

if [ $headless = yes ]; then
    "$root/packaging/setup.sh" --yes --no-gui
    configure no-gui -DSECATEUR_BUILD_TESTS=OFF
    build no-gui secateur
    show_command_line "$root/build/no-gui"
    exit 0
fi

"$root/packaging/setup.sh" --yes
configure release -DSECATEUR_BUILD_TESTS=OFF
build release secateur secateur-workbench
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    say "No display was found, so the window cannot open here"
    note "On a desktop, or under xvfb-run, this command opens it."
    show_command_line "$root/build/release"
    exit 0
fi
[ $# -gt 0 ] || set -- --demo
say "Starting build/release/bin/secateur-workbench $*"
exec "$root/build/release/bin/secateur-workbench" "$@"
