#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes docs/panels.md and its pictures again from the running program: the prose of resources/guide/panels.md, what the widgets of
# the demo's window say of themselves, and pictures of every panel. Needs no screen. Pictures get few colours where ImageMagick is there.
#
# usage: packaging/make-panels.sh [options]
#   --text           the page alone, without pictures
#   --all FOLDER     also pictures of everything, light and dark, at the four usual sizes, into FOLDER, to be looked at
#   --program FILE   the secateur-workbench to use (default: of build/release, else of build/ci)
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

text=no all= program=
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) help_of "$0"; exit 0 ;;
        --text) text=yes; shift ;;
        --all | --program)
            [ $# -gt 1 ] || die "$1 takes a value" "packaging/make-panels.sh --help lists the options."
            declare "${1#--}=$2"; shift 2 ;;
        *) die "unknown option $1" "packaging/make-panels.sh --help lists the options." ;;
    esac
done
[ -n "$program" ] || program=$(built secateur-workbench release ci)
[ -x "$program" ] || die "no secateur-workbench was found" "Build it, or name it with --program."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# show SIZE arguments: the demo in a window of that size, from an empty home folder.
show() {
    local size=$1
    shift
    mkdir -p "$work/home"
    env -u XDG_DATA_HOME -u XDG_CONFIG_HOME -u XDG_CACHE_HOME HOME="$work/home" LC_ALL=C.UTF-8 QT_QPA_PLATFORM=offscreen \
        "$program" --demo --size "$size" --settings "$work/settings.ini" "$@" || die "the window did not come to its end"
}

# keep SAVED NAME: a picture of the tour as one of the page.
keep() {
    if command -v convert >/dev/null && convert "$work/$1.png" -strip +dither -colors 255 "$work/small.png" 2>/dev/null; then
        mv "$work/small.png" "$root/docs/images/$2.png"
    else
        cp "$work/$1.png" "$root/docs/images/$2.png"
    fi
}

if [ $text = yes ]; then
    show 1280x720 --panels "$root/docs/panels.md"
    exit
fi
# Whole windows as small as they are good, panels with some room.
sizes=1280x720,1440x900
[ -z "$all" ] || sizes=$sizes,1920x1080,3840x2160
show $sizes --panels "$root/docs/panels.md" --screenshot "$work"
grep -o 'images/[a-z-]*\.png' "$root/docs/panels.md" | sed 's,images/,,; s,\.png,,' | while read -r name; do
    case $name in
        workbench) keep 1280x720/window-explore-light workbench ;;
        workbench-heal) keep 1280x720/window-heal-light workbench-heal ;;
        workbench-teach-dark) keep 1280x720/window-teach-dark workbench-teach-dark ;;
        *) keep "1440x900/$name-light" "$name" ;;
    esac
done
if [ -n "$all" ]; then
    mkdir -p "$all"
    cp -r "$work"/*x*/ "$all"
fi
note "Look at the pictures before they are committed."
