#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the published FLAP code and Secateur one after the other on the same network, tokens and dtype, and prints the ratios.
#
# usage: tests/bench/compare_flap.sh --flap CHECKOUT [options]
#   --flap CHECKOUT   a checkout of the published code (CASIA-IVA-Lab/FLAP); nothing of it is part of this repository
#   --program FILE    the secateur to measure (default: build/ci/bin/secateur, else build/release/bin/secateur)
#   --dtypes LIST     default "f32 bf16"
#   --windows N       windows of 128 tokens (default 64)
#   --tasks LIST      default "prune ppl ppl-recording"; the last calls the published loop as some scripts do, recording gradients
#   --work FOLDER     where network, tokens and the peer's Python environment go (default: build/bench)
#   --markdown FILE   also append the table there
. "$(dirname "${BASH_SOURCE[0]}")/../../packaging/common.sh"

flap= program= dtypes="f32 bf16" windows=64 tasks="prune ppl ppl-recording" work=$root/build/bench markdown=
while [ $# -gt 0 ]; do
    case $1 in
        --flap) flap=$2 ;;
        --program) program=$2 ;;
        --dtypes) dtypes=$2 ;;
        --windows) windows=$2 ;;
        --tasks) tasks=$2 ;;
        --work) work=$2 ;;
        --markdown) markdown=$2 ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $1" "tests/bench/compare_flap.sh --help lists the options." ;;
    esac
    shift 2
done
[ -f "$flap/lib/prune.py" ] || die "--flap needs a checkout of the published FLAP code"
program=$(find_program "$program" ci release)

bench=$root/tests/bench
python=${SECATEUR_PEER_PYTHON:-$work/peer/bin/python}
network=$work/llama-271m-$windows
tokens=$network/tokens.safetensors

prepare() {
    mkdir -p "$work"
    if [ ! -x "$python" ]; then
        say "Installing the peer's Python environment into $work/peer"
        /usr/bin/python3 -m venv "$work/peer"
        "$python" -m pip install -q --disable-pip-version-check torch==$torch_version transformers==4.31.0 'numpy<2' safetensors tqdm accelerate
    fi
    if [ ! -f "$network/model.safetensors" ]; then
        say "Writing the random network"
        "$python" "$bench/make_random_llama.py" "$network" --windows "$windows"
    fi
}

peer() { # TASK DTYPE
    local options=(--task "${1%-recording}")
    [ "$1" = "${1%-recording}" ] || options+=(--grad)
    (cd "$work" && "$python" "$bench/flap_peer.py" --flap "$flap" --model "$network" --tokens "$tokens" --dtype "$2" "${options[@]}" 2>/dev/null | tail -n 1)
}

ours() { # TASK DTYPE
    local command=(ppl "$network" --tokens "$tokens:evaluation")
    if [ "$1" = prune ]; then
        command=(measure "$network" --tokens "$tokens:calibration" --force -o "$work/analysis.h5")
    fi
    "$python" "$bench/timed.py" "$program" "${command[@]}" --seq-len 128 --dtype "$2"
}

prepare
say "Comparing on $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $windows windows of 128 tokens"
table=$work/table.md
"$python" "$bench/ratio_table.py" --head >"$table"
for dtype in $dtypes; do
    for task in $tasks; do
        ours=$(ours "$task" "$dtype")
        peer=$(peer "$task" "$dtype")
        "$python" "$bench/ratio_table.py" "$task" "$dtype" "$ours" "$peer" | tee -a "$table"
    done
done
say "Table"
cat "$table"
[ -z "$markdown" ] || cat "$table" >>"$markdown"
