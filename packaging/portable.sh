#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a relocatable tree that runs on any x86-64 Linux with glibc 2.36 or newer, given a torch 2.11 folder.
#
# usage: packaging/portable.sh [--headless | --full] [-o FOLDER]
#   --headless   the command line program with its self-test (default; at most 12 MiB)
#   --full       also the workbench and the demo model; Qt 6.4 or newer must be installed where it runs
#   -o FOLDER    where the tree goes (default: build/portable/secateur-headless or -full); replaced if it is such a tree
#
# Where the tree is used, LIBTORCH_ROOT names the torch folder of any Python environment with torch 2.11, for CPU or CUDA:
#   LIBTORCH_ROOT=.../site-packages/torch ./secateur selftest --golden GOLDENS
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

max_headless_bytes=$((12 * 1024 * 1024))
max_glibc=2.36
kind=headless tree=
while [ $# -gt 0 ]; do
    case $1 in
        --headless) kind=headless ;;
        --full) kind=full ;;
        -o) [ $# -ge 2 ] || die "-o needs a folder"; tree=$2; shift ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $1" "packaging/portable.sh --help lists the options." ;;
    esac
    shift
done
tree=${tree:-$root/build/portable/secateur-$kind}
build_folder=$root/build/portable-$kind

build_programs() {
    local gui=OFF targets=(secateur)
    [ $kind = headless ] || { gui=ON; targets+=(secateur-workbench); }
    say "Building the programs ($kind)"
    cmake -S "$root" -B "$build_folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSECATEUR_PORTABLE=ON -DSECATEUR_BUILD_GUI=$gui \
        -DSECATEUR_BUILD_TESTS=OFF -DCMAKE_JOB_POOLS=link=1 -DCMAKE_JOB_POOL_LINK=link >/dev/null
    cmake --build "$build_folder" -j "$(job_count)" --target "${targets[@]}"
}

# Names of the shared libraries that a program or library asks for.
needed() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

# The C and C++ runtime belong to the system that runs the tree; LibTorch comes from LIBTORCH_ROOT, Qt from the distribution.
is_foreign() {
    case $1 in
        libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux* | libstdc++.so.* | libgcc_s.so.*) return 0 ;;
        libtorch* | libc10* | libgomp* | libcud* | libcupti* | libQt6* | libGL* | libEGL* | libX* | libxcb*) return 0 ;;
    esac
    return 1
}

# Copies the libraries that $1 asks for into lib/, and theirs.
collect() {
    local name path
    while read -r name; do
        if is_foreign "$name" || [ -e "$tree/lib/$name" ]; then continue; fi
        path=$(ldd "$1" | awk -v n="$name" '$1 == n {print $3}')
        [ -f "$path" ] || die "$1 needs $name, which was not found"
        install -m 644 "$path" "$tree/lib/$name"
        collect "$path"
    done < <(needed "$1")
}

assemble() {
    local program prefix=$build_folder/stage
    say "Assembling $tree"
    if [ -e "$tree" ] && [ ! -f "$tree/.secateur-tree" ]; then
        die "$tree exists and is not a portable tree" "Choose another folder with -o."
    fi
    rm -rf "$tree" "$prefix"
    mkdir -p "$tree/bin" "$tree/lib"
    touch "$tree/.secateur-tree"
    cmake --install "$build_folder" --prefix "$prefix" --strip --component headless >/dev/null
    [ $kind = headless ] || cmake --install "$build_folder" --prefix "$prefix" --strip --component workbench >/dev/null
    for program in "$prefix"/bin/*; do
        cp "$program" "$tree/bin/"
        collect "$build_folder/bin/$(basename "$program")"
        install -m 755 "$root/packaging/launcher.sh" "$tree/$(basename "$program")"
    done
    [ ! -d "$prefix/share" ] || cp -r "$prefix/share" "$tree/"
    compgen -G "$tree/lib/*" >/dev/null && strip --strip-unneeded "$tree"/lib/*
    cp "$root/LICENSE" "$tree/"
}

# The newest version of a symbol set that the tree asks its system for, e.g. newest_symbol GLIBC.
newest_symbol() { objdump -T "$tree"/bin/* "$tree"/lib/* 2>/dev/null | grep -o "$1_[0-9.]*" | sort -uV | tail -n 1 | sed 's/.*_//'; }

check() {
    local bytes glibc moved
    bytes=$(du -sb "$tree" | cut -f1)
    glibc=$(newest_symbol GLIBC)
    say "Checking the tree"
    note "$((bytes / 1024)) KiB, asks for glibc $glibc and GLIBCXX $(newest_symbol GLIBCXX)"
    [ $kind = full ] || [ "$bytes" -le $max_headless_bytes ] || die "the headless tree is larger than $((max_headless_bytes / 1024)) KiB"
    [ "$(printf '%s\n' "$glibc" $max_glibc | sort -V | tail -n 1)" = $max_glibc ] ||
        note "built on a newer system: it runs where glibc is $glibc or newer; build on Debian 12 for older ones"
    moved=$(mktemp -d)
    cp -r "$tree" "$moved/tree"
    env -i HOME="$HOME" PATH=/usr/bin:/bin LIBTORCH_ROOT="$libtorch" "$moved/tree/secateur" info "$root/resources/demo/sprout-12" >/dev/null ||
        die "the tree does not run from another place"
    rm -rf "$moved"
    note "runs from another place with an empty environment"
}

gui_option=()
[ $kind = full ] || gui_option=(--no-gui)
"$root/packaging/setup.sh" --yes "${gui_option[@]}"
libtorch=${LIBTORCH_ROOT:-$(echo "$torch_env"/lib/python3*/site-packages/torch)}
build_programs
assemble
check
say "Done: $tree"
note "LIBTORCH_ROOT=.../site-packages/torch $tree/secateur selftest"
