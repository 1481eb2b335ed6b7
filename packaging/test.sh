#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds Secateur with warnings as errors, and runs its tests.
#
# usage: packaging/test.sh [options]
#   --quick      leave out the slow labels (golden, shared, gui, interop)
#   --interop    also the tests against the real transformers and h5py, in a Python environment of their own (about 2 GB)
#   --sanitize   first the readers of foreign files under the address and undefined-behaviour sanitizers
#   --no-setup   trust that everything is installed
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

quick=no interop=no sanitize=no setup=yes
for argument in "$@"; do
    case $argument in
        --quick) quick=yes ;;
        --interop) interop=yes ;;
        --sanitize) sanitize=yes ;;
        --no-setup) setup=no ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $argument" "packaging/test.sh --help lists the options." ;;
    esac
done

requirements=$root/tests/interop/requirements.txt
torch_requirements=$root/tests/interop/requirements-torch.txt
interop_env=$(interop_folder)

# torch's wheel loads CUDA's libraries even where there is no GPU: those of the system if they are there, else its own (2.5 GB).
with_cuda_libraries() {
    if "$interop_env/bin/python" -c 'import torch' 2>/dev/null; then return; fi
    note "torch needs CUDA's libraries to start: installing them too"
    "${pip[@]}" -r "$torch_requirements"
}

# Named after its requirements, so that a change makes a new one; renamed into place when complete.
install_interop() {
    say "Python environment of the interop tests"
    if [ -f "$interop_env/complete" ]; then
        note "already in $interop_env"
        return
    fi
    note "installing into $interop_env"
    mkdir -p "$data_home"
    rm -rf "$interop_env"
    /usr/bin/python3 -m venv "$interop_env"
    local pip=("$interop_env/bin/python" -m pip install --disable-pip-version-check --no-compile --quiet)
    { "${pip[@]}" -r "$requirements" && "${pip[@]}" --no-deps -r "$torch_requirements" && with_cuda_libraries; } ||
        die "the interop environment could not be installed" "Is the Python package index reachable? Run again, or leave out --interop."
    touch "$interop_env/complete"
}

run_sanitized() {
    configure asan
    build asan secateur-reader-tests
    say "Readers under sanitizers"
    (cd "$root" && ctest --preset asan -L reader -j 2)
}

run_tests() {
    local options=()
    [ $interop = no ] || options+=("-DSECATEUR_INTEROP_PYTHON=$interop_env/bin/python")
    configure ci "${options[@]}"
    build ci
    say "Tests"
    options=(-j 2)
    [ $quick = no ] || options+=(-LE 'golden|shared|gui|interop')
    (cd "$root" && ctest --preset ci "${options[@]}")
}

started=$SECONDS
[ $setup = no ] || "$root/packaging/setup.sh" --yes --tests
[ $interop = no ] || install_interop
[ $sanitize = no ] || run_sanitized
run_tests
note "took $((SECONDS - started)) s"
