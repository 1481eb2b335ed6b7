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
#   --device D --dtype T --threads N
#   --jobs N             runs at a time (default 1: seconds are then those of a run alone)
#   --program FILE       the secateur to use (default: build/release/bin/secateur, else build/ci/bin/secateur)
#   --work FOLDER        checkpoints and curves (default: build/reproduce/layerchop)
#   --output FILE        default docs/results/layerchop.md; the plots lie beside it
#   --smoke              a few steps of one count, to see that it works: layerchop.md goes into the work folder
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

what=${1:-}
case $what in
    --help | -h) help_of "$0"; exit 0 ;;
    layerchop) shift ;;
    *) die "unknown evidence '$what'" "packaging/reproduce.sh --help lists what there is." ;;
esac

demo=$root/resources/demo
program= work=$root/build/reproduce/layerchop text= output=
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) help_of "$0"; exit 0 ;;
        --smoke) arguments+=("$1"); shift; continue ;;
        --program | --work | --text | --output | --model | --eval-text | --counts | --strategies | --methods | --budget | --seconds | \
            --batch-size | --seq-len | --rates | --init-std | --seeds | --device | --dtype | --threads | --jobs)
            [ $# -gt 1 ] || die "$1 takes a value" "packaging/reproduce.sh --help lists the options."
            ;;
        *) die "unknown option $1" "packaging/reproduce.sh --help lists the options." ;;
    esac
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
        say "Writing $bytes bytes of training text, seed 3"
        python3 "$demo/make_text.py" 3 $bytes --marked >"$text.partial"
        mv "$text.partial" "$text"
    fi
    arguments+=(--text-origin "resources/demo/make_text.py 3 $bytes --marked")
fi
say "LayerChop: chop, heal and compare, in $work"
python3 "$root/packaging/evidence/layerchop.py" --root "$root" --program "$program" --work "$work" --text "$text" \
    ${output:+--output "$output"} "${arguments[@]}"
