#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the demo model again: writes its training text and trains sprout-12 from random weights with `secateur heal --method scratch`.
# Run again after an interruption, it goes on where it was. The shipped weights are left alone unless --install is given.
#
# usage: packaging/make-demo.sh [options]
#   --seed N         of the random weights and the order of the windows (default 0)
#   --text-seed N    of the generated text (default 1; the held-out resources/demo/sample.txt is seed 2)
#   --bytes N        of text to generate (default 40000000: 9.6 million tokens)
#   --steps N        of 16 windows of 256 tokens (default 2340: each window once)
#   --minutes M      train for so long instead; the learning rate then follows the clock, and the weights depend on the machine
#   --device D       auto (default), cpu, cuda
#   --dtype T        auto (default), f32, bf16: of matrix products; the weights that learn are float32
#   --threads N      CPU threads (default: all)
#   --eval-samples N held-out windows of 256 tokens (default 128)
#   --program FILE   the secateur to use (default: build/release/bin/secateur, else build/ci/bin/secateur)
#   --output FOLDER  where text, run and record go (default: build/demo)
#   --install        put weights and record into resources/demo/sprout-12, if they are no worse than what is there
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seed=0 text_seed=1 bytes=40000000 steps=2340 minutes= device=auto dtype=auto threads=0 eval_samples=128 program= output=$root/build/demo install=no
given=
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) help_of "$0"; exit 0 ;;
        --install) install=yes; shift; continue ;;
        --seed | --text-seed | --bytes | --steps | --minutes | --device | --dtype | --threads | --eval-samples | --program | --output)
            [ $# -gt 1 ] || die "$1 takes a value" "packaging/make-demo.sh --help lists the options."
            name=${1#--}
            # What the record names: not where things lay or ran on this machine.
            case $1 in --program | --output | --threads) ;; *) given+=" $1 $2" ;; esac
            printf -v "${name//-/_}" %s "$2"
            shift 2
            ;;
        *) die "unknown option $1" "packaging/make-demo.sh --help lists the options." ;;
    esac
done
program=$(find_program "$program")

demo=$root/resources/demo
text=$output/train-$text_seed-$bytes.txt
run=$output/run-$seed
mkdir -p "$output"
if [ ! -f "$text" ]; then
    say "Writing $bytes bytes of text, seed $text_seed"
    python3 "$demo/make_text.py" "$text_seed" "$bytes" --marked >"$text.partial"
    mv "$text.partial" "$text"
fi

length=(--steps "$steps" --warmup-steps "$((steps > 2000 ? 200 : steps / 10))")
[ -z "$minutes" ] || length=(--minutes "$minutes")
# Shape and tokenizer come from the checkpoint that is there; its weights are not read into the new ones.
say "Training from random weights, seed $seed, in $run"
"$program" heal "$demo/sprout-12" --method scratch --text "$text" --eval-text "$demo/sample.txt" --seq-len 256 --batch-size 16 \
    "${length[@]}" --lr 2.5e-3 --schedule cosine --last-rate 0.02 --init-std 0.06 --weight-decay 0.1 --clip 1 --seed "$seed" \
    --checkpoint-every 100 --eval-every 50 --eval-samples "$eval_samples" --device "$device" --dtype "$dtype" --threads "$threads" --resume -o "$run"

perplexity() { "$program" ppl "$1" --text "$demo/sample.txt" --samples "$eval_samples" --seq-len 256 --dtype f32 --threads "$threads" --json --quiet; }
perplexity "$demo/sprout-12" >"$output/before.json"
perplexity "$run" >"$output/after.json"
python3 "$root/packaging/evidence/demo_record.py" --run "$run" --before "$output/before.json" --after "$output/after.json" --seed "$seed" \
    --text "make_text.py $text_seed $bytes --marked" --command "packaging/make-demo.sh$given" --output "$output/TRAINING.md"
cat "$output/TRAINING.md"
if [ $install = yes ]; then
    python3 "$root/packaging/evidence/demo_record.py" --install "$demo/sprout-12" --run "$run" --before "$output/before.json" \
        --after "$output/after.json" --record "$output/TRAINING.md"
    note "installed into $demo/sprout-12; tests/golden/sprout-12 and the numbers in the documents belong to the old weights"
fi
