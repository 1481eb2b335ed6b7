#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs the published code of Wanda, SparseGPT and GPTQ and ours one after the other on linears of the same shape, and prints the ratios.
#
# usage: tests/bench/compare_methods.sh --wanda CHECKOUT --gptq CHECKOUT [options]
#   --wanda CHECKOUT   locuslab/wanda, which holds SparseGPT too; nothing of the checkouts is part of this repository
#   --gptq CHECKOUT    IST-DASLab/gptq
#   --shapes LIST      OUTxIN of the linears (default "2048x2048 4096x4096 11008x4096")
#   --tokens N         calibration tokens (default 8192)
#   --repeats N        the best of N counts (default 3)
#   --program FILE     default: build/release/bin/method_bench, else build/ci/bin/method_bench (-DSECATEUR_BUILD_BENCH=ON)
#   --work FOLDER      where the peer's Python environment goes (default: build/bench)
. "$(dirname "${BASH_SOURCE[0]}")/../../packaging/common.sh"

wanda= gptq= shapes="2048x2048 4096x4096 11008x4096" tokens=8192 repeats=3 program= work=$root/build/bench
while [ $# -gt 0 ]; do
    case $1 in
        --wanda) wanda=$2 ;;
        --gptq) gptq=$2 ;;
        --shapes) shapes=$2 ;;
        --tokens) tokens=$2 ;;
        --repeats) repeats=$2 ;;
        --program) program=$2 ;;
        --work) work=$2 ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $1" "tests/bench/compare_methods.sh --help lists the options." ;;
    esac
    shift 2
done
[ -f "$wanda/lib/sparsegpt.py" ] || die "--wanda needs a checkout of locuslab/wanda"
[ -f "$gptq/gptq.py" ] || die "--gptq needs a checkout of IST-DASLab/gptq"
[ -n "$program" ] || program=$(built method_bench release ci)
[ -x "$program" ] || die "no method_bench was found" "configure with -DSECATEUR_BUILD_BENCH=ON and build it, or name it with --program."

python=${SECATEUR_PEER_PYTHON:-$work/methods-peer/bin/python}
if [ ! -x "$python" ]; then
    say "Installing the peers' Python environment into $work/methods-peer"
    mkdir -p "$work"
    /usr/bin/python3 -m venv "$work/methods-peer"
    "$python" -m pip install -q --disable-pip-version-check torch==$torch_version numpy scipy
fi

say "Comparing on $(nproc) cores, $(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo), $tokens tokens, float32, the best of $repeats"
echo "| linear | what | ours, s | published, s | times faster |"
echo "|---|---|---|---|---|"
for shape in $shapes; do
    ours=$("$program" "${shape%x*}" "${shape#*x}" "$tokens" "$repeats")
    peer=$("$python" "$root/tests/bench/method_peer.py" --wanda "$wanda" --gptq "$gptq" "${shape%x*}" "${shape#*x}" "$tokens" --repeats "$repeats")
    /usr/bin/python3 "$root/tests/bench/method_table.py" "$shape" "$ours" "$peer"
done
