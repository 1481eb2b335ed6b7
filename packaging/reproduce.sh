#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the evidence of the documents again. What is finished is skipped, so that it can be interrupted and run again.
#
# usage: packaging/reproduce.sh layerchop [options]
#   Removes layers, heals what is left with continued pretraining, LoRA, distillation and from random weights, once on the same tokens and
#   once with the same compute, and writes docs/results/layerchop.md with a plot of held-out perplexity against compute.
#   --model FOLDER       the uncompressed checkpoint (default: the demo, resources/demo/sprout-12)
#   --text FILE          to train on (default: generated as for the demo, with another seed)
#   --eval-text FILE     held out (default: resources/demo/sample.txt)
#   --counts LIST        layers to remove (default 2,4,6)
#   --strategies LIST    which layers (default: LayerChop's five, max-gap,input,middle,both,output, and block-influence)
#   --methods LIST       default continued,lora,distill,scratch
#   --budget N           optimizer steps that continued pretraining gets (default 300); the others follow from it
#   --seconds S          or: so many steps as continued pretraining of the largest checkpoint does in S seconds here
#   --batch-size N       windows a step (default 16)
#   --seq-len N          tokens in a window (default 128)
#   --rates LIST         peak learning rates, e.g. continued=2e-4,lora=1e-3 (default: those of secateur heal)
#   --init-std X         of the random weights of scratch (default: that of secateur heal; 0.06 for the demo)
#   --seeds LIST         of the order of the windows and of random weights (default 0,1,2)
#   --jobs N             runs at a time (default 1: seconds are then those of a run alone)
#
# usage: packaging/reproduce.sh methods [options]
#   Compresses a checkpoint by every method on the same calibration windows and writes docs/results/methods.md with the perplexity of each on other
#   windows, a plot against size, and which of the orders that the papers report are seen.
#   --model FOLDER       the uncompressed checkpoint (default: the demo, resources/demo/sprout-12)
#   --model-origin TEXT  what the page calls it (default: the folder's name)
#   --text FILE          to calibrate and judge on (default: generated as for the demo, with another seed)
#   --seq-len N          tokens in a window (default 128)
#   --calibration N      windows to calibrate on (default 128)
#   --evaluation N       other windows, to judge on (default 64)
#   --methods LIST       only these, e.g. wanda,gptq (default: all of the table)
#
# Both take:
#   --text-origin TEXT   what the page calls the text (default: its file name)
#   --device D --dtype T --threads N
#   --program FILE       the secateur to use (default: build/release/bin/secateur, else build/ci/bin/secateur)
#   --work FOLDER        what is computed on the way, and not again (default: build/reproduce/layerchop or .../methods)
#   --output FILE        default docs/results/layerchop.md or methods.md; the plots lie beside it
#   --smoke              a small part with few tokens, to see that it works: the page goes into the work folder
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

what=${1:-}
common="--program --work --text --text-origin --output --model --seq-len --device --dtype --threads"
case $what in
    --help | -h) help_of "$0"; exit 0 ;;
    layerchop)
        title="LayerChop: chop, heal and compare"
        known="$common --eval-text --counts --strategies --methods --budget --seconds --batch-size --rates --init-std --seeds --jobs"
        ;;
    methods)
        title="Every method side by side"
        known="$common --model-origin --calibration --evaluation --methods"
        ;;
    *) die "unknown evidence '$what'" "packaging/reproduce.sh --help lists what there is." ;;
esac
shift

demo=$root/resources/demo
program= work=$root/build/reproduce/$what text= output=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) help_of "$0"; exit 0 ;;
        --smoke) arguments+=("$1"); shift; continue ;;
    esac
    [[ " $known " == *" $1 "* ]] || die "unknown option $1" "packaging/reproduce.sh --help lists the options."
    [ $# -gt 1 ] || die "$1 takes a value" "packaging/reproduce.sh --help lists the options."
    case $1 in
        --program) program=$2 ;;
        --work) work=$2 ;;
        --text) text=$2 ;;
        --output) output=$2 ;;
        *) arguments+=("$1" "$2") ;;
    esac
    shift 2
done
program=$(find_program "$program")
mkdir -p "$work"
if [ -z "$text" ]; then
    text=$work/train.txt
    bytes=12000000
    [[ " ${arguments[*]} " != *" --smoke "* ]] || bytes=120000
    if [ ! -f "$text" ]; then
        say "Writing $bytes bytes of text, seed 3"
        python3 "$demo/make_text.py" 3 $bytes --marked >"$text.partial"
        mv "$text.partial" "$text"
    fi
    arguments+=(--text-origin "resources/demo/make_text.py 3 $bytes --marked")
fi
say "$title, in $work"
python3 "$root/packaging/evidence/$what.py" --root "$root" --program "$program" --work "$work" --text "$text" \
    ${output:+--output "$output"} "${arguments[@]}"
