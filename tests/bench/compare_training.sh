#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Trains the same network on the same windows with transformers and torch.optim.AdamW (PyTorch eager) and with `secateur heal`, one after
# the other, several times, and prints the ratios of tokens per second and of memory. The losses must agree, so that both did the same.
#
# usage: tests/bench/compare_training.sh [options]
#   --python FILE     Python with tests/interop/requirements.txt (default: the environment of packaging/test.sh --interop)
#   --program FILE    the secateur to measure (default: build/ci/bin/secateur, else build/release/bin/secateur)
#   --dtypes LIST     default "f32 bf16"; bf16 is autocast over float32 weights
#   --models LIST     default "sprout-12 60m"; of sprout-12, 60m, 271m
#   --repeats N       pairs of runs (default 3); the medians of the pairs' ratios are printed, with their range
#   --steps N         optimizer steps a run (default 8)
#   --device D        cpu (default) or cuda
#   --threads N       CPU threads of both (default: as many as there are cores)
#   --work FOLDER     where networks and runs go (default: build/bench)
#   --markdown FILE   also append the table there
. "$(dirname "${BASH_SOURCE[0]}")/../../packaging/common.sh"

python=$(interop_folder)/bin/python program= dtypes="f32 bf16" models="sprout-12 60m" repeats=3 steps=8 threads=$(nproc) device=cpu
work=$root/build/bench markdown=
while [ $# -gt 0 ]; do
    case $1 in
        --python) python=$2 ;;
        --program) program=$2 ;;
        --dtypes) dtypes=$2 ;;
        --models) models=$2 ;;
        --repeats) repeats=$2 ;;
        --steps) steps=$2 ;;
        --device) device=$2 ;;
        --threads) threads=$2 ;;
        --work) work=$2 ;;
        --markdown) markdown=$2 ;;
        --help | -h) help_of "$0"; exit 0 ;;
        *) die "unknown option $1" "tests/bench/compare_training.sh --help lists the options." ;;
    esac
    shift 2
done
[ -x "$python" ] || die "no Python environment at $python" "packaging/test.sh --interop makes it; or name one with --python."
program=$(find_program "$program" ci release)

bench=$root/tests/bench
export OMP_NUM_THREADS=$threads HF_HUB_OFFLINE=1

# What both are given: network, text and batch.
arguments_of() { # MODEL
    if [ "$1" = sprout-12 ]; then
        arguments=("$root/resources/demo/sprout-12" --text "$root/resources/demo/sample.txt" --batch-size 16)
    else
        arguments=("$work/llama-$1" --tokens "$work/llama-$1/tokens.safetensors:calibration" --batch-size 4)
        [ -f "$work/llama-$1/model.safetensors" ] ||
            "$python" "$bench/make_random_llama.py" "$work/llama-$1" --preset "$1" --dtype F32 --windows 64 >&2
    fi
    arguments+=(--seq-len 128 --steps "$steps" --lr 1e-4 --threads "$threads" --device "$device")
}

mkdir -p "$work"
where=$(awk -F': ' '/model name/ {print $2; exit}' /proc/cpuinfo)
[ "$device" = cpu ] || where=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -n 1)
say "Training on $device ($where), $threads CPU threads, $steps steps, $repeats pairs"
table=$work/training.md
"$python" "$bench/training_table.py" --head >"$table"
for dtype in $dtypes; do
    for model in $models; do
        arguments_of "$model"
        pairs=$work/training-$model-$dtype.jsonl
        : >"$pairs"
        for ((i = 0; i < repeats; i++)); do
            peer=$("$python" "$bench/timed.py" "$python" "$root/tests/interop/hf_training.py" "${arguments[@]}" --dtype "$dtype")
            ours=$("$python" "$bench/timed.py" "$program" heal "${arguments[@]}" --dtype "$dtype" --force -o "$work/healed-$model")
            printf '{"ours": %s, "peer": %s}\n' "$ours" "$peer" >>"$pairs"
        done
        "$python" "$bench/training_table.py" "$model" "$dtype" "$device" "$pairs" | tee -a "$table"
    done
done
say "Table"
cat "$table"
[ -z "$markdown" ] || cat "$table" >>"$markdown"
