#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a GPU has to show: golden comparisons, the same training as on the CPU and twice the same, a network of the shape of Llama-2-7B,
# training beside PyTorch eager. Prints the tables of docs/performance.md, "GPU".
#
# usage: tests/bench/gpu.sh [options]
#   --program FILE    the secateur to use (default: build/release/bin/secateur, else build/ci/bin/secateur); a portable tree's does
#   --python FILE     Python with torch and transformers on CUDA (default: python3)
#   --parts LIST      of "selftest heal 7b training" (default: all)
#   --work FOLDER     where networks and runs go, 15 GB (default: build/bench)
. "$(dirname "${BASH_SOURCE[0]}")/../../packaging/common.sh"

program= python=python3 parts="selftest heal 7b training" work=$root/build/bench
while [ $# -gt 0 ]; do
    case $1 in
        --program) program=$2 ;;
        --python) python=$2 ;;
        --parts) parts=$2 ;;
        --work) work=$2 ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $1" "tests/bench/gpu.sh --help lists the options." ;;
    esac
    shift 2
done
program=$(find_program "$program")
bench=$root/tests/bench demo=$root/resources/demo
mkdir -p "$work"
failed=0

timed() { "$python" "$bench/timed.py" "$@"; }

selftest_part() {
    say "Golden comparisons"
    "$program" selftest --device cuda --golden "$root/tests/golden" --quiet || failed=1
}

# NAME DEVICE [OPTION...]: twelve steps on the demo model, float32
short_heal() {
    local name=$1 device=$2
    shift 2
    "$program" heal "$demo/sprout-12" --text "$demo/sample.txt" --seq-len 128 --batch-size 16 --steps 12 --lr 1e-4 --dtype f32 --device "$device" \
        --eval-every 0 --quiet --force "$@" -o "$work/gpu-$name" >/dev/null || failed=1
}

heal_part() {
    local method options
    say "Training: GPU against CPU and against itself"
    for method in continued lora distill scratch; do
        options=(--method $method)
        [ $method != distill ] || options+=(--teacher "$demo/sprout-12")
        [ $method != lora ] || options+=(--dropout 0)
        short_heal "$method-cpu" cpu "${options[@]}"
        short_heal "$method-one" cuda "${options[@]}"
        short_heal "$method-two" cuda "${options[@]}"
        "$python" "$bench/same_training.py" "$method" "$work/gpu-$method-cpu" "$work/gpu-$method-one" "$work/gpu-$method-two" || failed=1
    done
}

seven_part() {
    local model=$work/llama-7b task dtype result
    say "A network of the shape of Llama-2-7B, 64 windows of 2048 tokens"
    [ -f "$model/model.safetensors" ] || "$python" "$bench/make_random_llama.py" "$model" --preset 7b --windows 64 --seq-len 2048
    printf '| task | dtype | seconds | tokens/s | GPU memory, MB | private memory, MB |\n|---|---|---|---|---|---|\n'
    for dtype in bf16 f32; do
        for task in measure ppl; do
            options=(--tokens "$model/tokens.safetensors:calibration")
            [ $task = ppl ] || options+=(-o "$work/llama-7b.h5" --force)
            result=$(timed "$program" $task "$model" "${options[@]}" --seq-len 2048 --samples 64 --device cuda --dtype $dtype) || { failed=1; continue; }
            "$python" -c "import json, sys; r = json.loads(sys.argv[1]); s = r['wall_seconds']
print(f'| \`$task\` | $dtype | {s:.1f} | {64 * 2048 / s:.0f} | {r[\"peak_device_bytes\"] / 1e6:.0f} | {r[\"peak_private_bytes\"] / 1e6:.0f} |')" "$result"
        done
    done
}

training_part() {
    "$bench/compare_training.sh" --program "$program" --python "$(command -v "$python")" --device cuda --models "sprout-12 60m 271m" --steps 40 \
        --repeats 3 --work "$work" || failed=1
}

for part in $parts; do
    case $part in
        selftest) selftest_part ;;
        heal) heal_part ;;
        7b) seven_part ;;
        training) training_part ;;
        *) die "unknown part $part" ;;
    esac
done
[ $failed = 0 ] || die "some of it failed"
