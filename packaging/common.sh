# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by setup.sh, run.sh, test.sh and portable.sh: where things are, and how the scripts speak. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
torch_version=2.11.0

if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    export HOME
fi
data_home=${XDG_DATA_HOME:-$HOME/.local/share}/secateur
torch_env=$data_home/libtorch-$torch_version

say() { printf '\n==> %s\n' "$*"; }
note() { printf '    %s\n' "$*"; }
die() {
    printf '\nerror: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '       %s\n' "$2" >&2
    exit 1
}

# Prints the comment block at the top of a script as its help text.
help_of() { sed -n '3,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1"; }

# One compiler process per core, and per 2 GiB of memory that is free: files that include LibTorch need about that much.
job_count() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ {print int($2 / 2097152)}' /proc/meminfo)
    [ "$memory" -ge 1 ] || memory=1
    [ "$cores" -le "$memory" ] && echo "$cores" || echo "$memory"
}

# configure PRESET [cmake options]: one linker at a time, since linking is what takes memory.
configure() {
    local preset=$1
    shift
    say "Configuring preset $preset"
    (cd "$root" && cmake --preset "$preset" -DCMAKE_JOB_POOLS=link=1 -DCMAKE_JOB_POOL_LINK=link "$@" | grep -v '^-- Looking\|^-- Performing')
}

# build PRESET [targets]
build() {
    local preset=$1 jobs
    shift
    jobs=$(job_count)
    say "Building preset $preset with $jobs jobs"
    (cd "$root" && cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"})
}

# built NAME PRESETS: the program of that name that was built, of the first preset that has one; empty when there is none.
built() {
    local name=$1 preset
    shift
    for preset in "$@"; do
        if [ -x "$root/build/$preset/bin/$name" ]; then
            echo "$root/build/$preset/bin/$name"
            return
        fi
    done
}

# find_program FILE [PRESETS]: the secateur to use, else one that was built.
find_program() {
    local program=$1
    shift
    [ $# -gt 0 ] || set -- release no-gui ci
    [ -n "$program" ] || program=$(built secateur "$@")
    [ -x "$program" ] || die "no secateur was found" "packaging/run.sh --headless builds it; or name one with --program."
    echo "$program"
}

# Where the Python environment of the interop tests is: named after its requirements, so that a change makes a new one.
interop_folder() { echo "$data_home/interop-$(cat "$root"/tests/interop/requirements{,-torch}.txt | sha256sum | cut -c1-12)"; }
