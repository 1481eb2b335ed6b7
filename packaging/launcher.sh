#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Starts the program of its own name from bin/, with LibTorch found where LIBTORCH_ROOT says. Part of a portable tree.
set -eu
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
program=$(basename "$0")
data_home=${XDG_DATA_HOME:-${HOME:-}/.local/share}

if [ -z "${LIBTORCH_ROOT:-}" ]; then
    for candidate in "$data_home"/secateur/libtorch-2.11.0/lib/python3*/site-packages/torch; do
        [ ! -d "$candidate/lib" ] || LIBTORCH_ROOT=$candidate
    done
fi
if [ ! -e "${LIBTORCH_ROOT:-}/lib/libtorch_cpu.so" ]; then
    echo "error: no LibTorch at '${LIBTORCH_ROOT:-}'" >&2
    echo "       Set LIBTORCH_ROOT to the torch folder of a Python environment with torch 2.11, e.g." >&2
    echo "       export LIBTORCH_ROOT=\$(python3 -c 'import torch, os; print(os.path.dirname(torch.__file__))')" >&2
    exit 3
fi
# torch's own libraries look for those of NVIDIA beside them; wheels of conda and system installs bring theirs on the same path.
LD_LIBRARY_PATH=$here/lib:$LIBTORCH_ROOT/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH LIBTORCH_ROOT
exec "$here/bin/$program" "$@"
