// SPDX-License-Identifier: GPL-3.0-or-later
//
// The options of healing, each declared once: command line, window, run.json, checks and tables follow from
// this list. Included by heal_options.cpp alone; others use healSpecs(). The order is that of forms and
// tables.
#pragma once

#include <utility>

#include "core/data/fields.h"
#include "core/data/heal.h"

namespace secateur {

namespace fields {

template <class V>
void lengthFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::method, {.key = "method",
                                 .label = "Healing method",
                                 .help = "How the network is healed.",
                                 .choices = {"continued", "lora", "distill", "scratch"}});
    visit(&HealOptions::preset,
          {.key = "preset",
           .label = "Preset",
           .help = "Where rate, warm-up and steps before the cut are not given: for a short budget, or as in "
                   "LayerChop's paper (the pretraining rate, 2000 steps of warm-up, 500 before the cut).",
           .choices = {"short", "paper"},
           .onlyIf = "method=continued|distill|scratch"});
    visit(&HealOptions::steps, {.key = "steps",
                                .label = "Steps",
                                .help = "Optimizer steps.",
                                .usually = "by minutes",
                                .least = 0.0,
                                .most = kNoLimit});
    visit(&HealOptions::minutes, {.key = "minutes",
                                  .label = "Minutes",
                                  .help = "Training time, instead of steps.",
                                  .unit = "minutes",
                                  .usually = "by steps",
                                  .least = 0.0,
                                  .most = kNoLimit});
    visit(&HealOptions::batchWindows, {.key = "batch-windows",
                                       .alias = "batch-size",
                                       .label = "Batch",
                                       .help = "Windows that a step learns from.",
                                       .unit = "windows",
                                       .least = 1.0,
                                       .most = kNoLimit});
    visit(&HealOptions::microBatch, {.key = "micro-batch",
                                     .label = "Windows at once",
                                     .help = "Windows run at once; gradients are accumulated.",
                                     .unit = "windows",
                                     .usually = "as many as make 4096 tokens",
                                     .least = 0.0,
                                     .most = kNoLimit,
                                     .place = More});
    visit(&HealOptions::seed, {.key = "seed",
                               .label = "Seed",
                               .help = "Decides the order of windows, adapters, dropout and random weights.",
                               .least = 0.0,
                               .most = kNoLimit,
                               .place = More});
}

template <class V>
void rateFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::peakRate, {.key = "learning-rate",
                                   .alias = "lr",
                                   .label = "Learning rate",
                                   .help = "Highest learning rate of the run.",
                                   .usually = "by preset, method and size",
                                   .least = 0.0,
                                   .most = kNoLimit,
                                   .openBelow = true});
    visit(&HealOptions::schedule, {.key = "schedule",
                                   .label = "Schedule",
                                   .help = "How the learning rate falls after the warm-up.",
                                   .choices = {"cosine", "linear", "constant"}});
    visit(&HealOptions::warmup, {.key = "warmup",
                                 .label = "Warm-up",
                                 .help = "Share of the run in which the learning rate rises.",
                                 .least = 0.0,
                                 .most = 1.0,
                                 .place = More,
                                 .onlyIf = "warmup-steps=-1 and preset=short",
                                 .share = true});
    visit(&HealOptions::warmupSteps,
          {.key = "warmup-steps",
           .label = "Warm-up steps",
           .help = "Steps in which the learning rate rises, instead of a share of the run.",
           .unit = "steps",
           .usually = "by preset: by share, or 2000",
           .least = -1.0,
           .most = kNoLimit,
           .place = More});
    visit(&HealOptions::lastRate, {.key = "last-rate",
                                   .label = "Last rate",
                                   .help = "Share of the highest learning rate that is left at the end.",
                                   .least = 0.0,
                                   .most = 1.0,
                                   .place = More,
                                   .onlyIf = "schedule=cosine|linear"});
}

template <class V>
void optimizerFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::beta1, {.key = "beta1",
                                .label = "Beta 1",
                                .help = "AdamW: memory of the mean of gradients.",
                                .least = 0.0,
                                .most = 1.0,
                                .openAbove = true,
                                .place = More});
    visit(&HealOptions::beta2, {.key = "beta2",
                                .label = "Beta 2",
                                .help = "AdamW: memory of the mean of their squares.",
                                .least = 0.0,
                                .most = 1.0,
                                .openAbove = true,
                                .place = More});
    visit(&HealOptions::epsilon, {.key = "epsilon",
                                  .label = "Epsilon",
                                  .help = "AdamW: added to the root of that mean.",
                                  .least = 0.0,
                                  .most = 1.0,
                                  .openBelow = true,
                                  .place = More});
    visit(&HealOptions::weightDecay, {.key = "weight-decay",
                                      .label = "Weight decay",
                                      .help = "Of matrices, decoupled from the gradient (AdamW).",
                                      .least = 0.0,
                                      .most = kNoLimit,
                                      .place = More});
    visit(&HealOptions::clip, {.key = "clip",
                               .label = "Clip gradients",
                               .help = "Norm that all gradients together are cut to; 0: not.",
                               .least = 0.0,
                               .most = kNoLimit,
                               .place = More});
    visit(&HealOptions::fillSteps,
          {.key = "fill-steps",
           .label = "Steps before the cut",
           .help =
               "Steps of the uncut network (the teacher) that fill AdamW's memory before the cut one learns; "
               "no weight changes in them.",
           .unit = "steps",
           .usually = "by preset: 0, or 500",
           .least = -1.0,
           .most = kNoLimit,
           .place = More,
           .onlyIf = "method=continued|distill"});
}

template <class V>
void weightFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::frozenLayers,
          {.key = "frozen-layers",
           .alias = "freeze",
           .label = "Frozen layers",
           .help = "Layers of the healed checkpoint that do not learn, e.g. 0-3,7.",
           .unit = "layers",
           .usually = "none",
           .least = 0.0,
           .most = 1048576.0,
           .place = More,
           .onlyIf = "method=continued|lora|distill"});
    visit(&HealOptions::freezeEmbeddings, {.key = "freeze-embeddings",
                                           .label = "Freeze embeddings and output head",
                                           .help = "Neither the embedding nor the output head learns.",
                                           .place = More,
                                           .onlyIf = "method=continued|distill|scratch"});
    visit(&HealOptions::keepZeros, {.key = "keep-zeros",
                                    .alias = "fill-zeros",
                                    .label = "Zeros stay zero",
                                    .help = "Zeros of a sparse network (at least 1 % of a linear) stay zero.",
                                    .place = More});
    visit(&HealOptions::recompute, {.key = "recompute",
                                    .label = "Recompute activations (less memory)",
                                    .help = "Compute activations again for gradients: slower, less memory.",
                                    .place = More});
    visit(&HealOptions::initialDeviation, {.key = "initial-deviation",
                                           .alias = "init-std",
                                           .label = "Deviation of random weights",
                                           .help = "Standard deviation of the random weights.",
                                           .least = 0.0,
                                           .most = kNoLimit,
                                           .openBelow = true,
                                           .place = More,
                                           .onlyIf = "method=scratch"});
}

template <class V>
void writingFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::evaluateEvery, {.key = "evaluate-every",
                                        .alias = "eval-every",
                                        .label = "Evaluate every",
                                        .help = "Steps between held-out perplexities; 0: only at the end.",
                                        .unit = "steps",
                                        .least = 0.0,
                                        .most = kNoLimit,
                                        .place = More});
    visit(&HealOptions::checkpointEvery, {.key = "checkpoint-every",
                                          .label = "Checkpoint every",
                                          .help = "Steps between checkpoints: what a crash costs at most.",
                                          .unit = "steps",
                                          .usually = "one at the end",
                                          .least = 0.0,
                                          .most = kNoLimit,
                                          .place = More,
                                          .ofResult = false});
    visit(&HealOptions::keepCheckpoints, {.key = "keep-checkpoints",
                                          .label = "Checkpoints kept",
                                          .help = "The newest checkpoints that stay, beside the best.",
                                          .usually = "all",
                                          .least = 0.0,
                                          .most = kNoLimit,
                                          .place = More,
                                          .ofResult = false});
    visit(&HealOptions::patience,
          {.key = "patience",
           .label = "Stop early after",
           .help = "Evaluations without a better perplexity after which the run ends; the best is kept.",
           .unit = "evaluations",
           .usually = "never",
           .least = 0.0,
           .most = kNoLimit,
           .place = More});
    visit(&HealOptions::keepBest,
          {.key = "keep-best",
           .label = "Keep the best, not the last",
           .help = "The result is the checkpoint with the best held-out perplexity, not the last.",
           .place = More});
}

template <class V>
void loraFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::rank, {.key = "rank",
                               .label = "Rank",
                               .help = "Columns of the low-rank adapters.",
                               .least = 1.0,
                               .most = kNoLimit,
                               .onlyIf = "method=lora"});
    visit(&HealOptions::alpha, {.key = "alpha",
                                .label = "Alpha",
                                .help = "Adapters are scaled by alpha / rank.",
                                .least = 0.0,
                                .most = kNoLimit,
                                .onlyIf = "method=lora"});
    visit(&HealOptions::dropout, {.key = "dropout",
                                  .label = "Dropout",
                                  .help = "Share of the adapters' inputs that is dropped while learning.",
                                  .least = 0.0,
                                  .most = 1.0,
                                  .openAbove = true,
                                  .onlyIf = "method=lora"});
    visit(&HealOptions::rankStabilised,
          {.key = "rank-stabilised",
           .alias = "rslora",
           .label = "Scale by the root of the rank",
           .help = "Scale adapters by alpha / sqrt(rank) instead of alpha / rank.",
           .place = More,
           .onlyIf = "method=lora"});
    visit(&HealOptions::loraTargets, {.key = "lora-targets",
                                      .label = "Adapted linears",
                                      .help = "Linears that get adapters, e.g. q_proj,v_proj.",
                                      .usually = "all",
                                      .choices = loraLinears(),
                                      .place = More,
                                      .onlyIf = "method=lora"});
}

template <class V>
void teacherFields(const V& visit) {
    using enum OptionSpec::Place;
    visit(&HealOptions::temperature, {.key = "temperature",
                                      .label = "Temperature",
                                      .help = "Softens teacher and student before they are compared.",
                                      .least = 0.0,
                                      .most = kNoLimit,
                                      .openBelow = true,
                                      .onlyIf = "method=distill"});
    visit(&HealOptions::crossEntropyShare,
          {.key = "cross-entropy-share",
           .alias = "ce-share",
           .label = "Cross-entropy",
           .help = "Share of the text itself in the loss: share * cross-entropy + (1 - share) * divergence.",
           .least = 0.0,
           .most = 1.0,
           .onlyIf = "method=distill"});
    visit(&HealOptions::hiddenShare,
          {.key = "hidden-share",
           .label = "Hidden states",
           .help =
               "Weight of the distance between the residual streams of student and teacher; 0: not compared.",
           .least = 0.0,
           .most = kNoLimit,
           .onlyIf = "method=distill"});
    visit(
        &HealOptions::attentionShare,
        {.key = "attention-share",
         .label = "Attention outputs",
         .help =
             "Weight of the distance between the attention outputs of student and teacher; 0: not compared.",
         .least = 0.0,
         .most = kNoLimit,
         .onlyIf = "method=distill"});
    visit(&HealOptions::embeddingShare,
          {.key = "embedding-share",
           .label = "Embedding table",
           .help =
               "Weight of the distance between the embedding tables of student and teacher; 0: not compared.",
           .least = 0.0,
           .most = kNoLimit,
           .onlyIf = "method=distill"});
    visit(&HealOptions::teacherTopK,
          {.key = "teacher-top-k",
           .label = "Teacher logits kept",
           .help = "The teacher's largest logits of each position that are kept on disk.",
           .usually = "none",
           .least = 0.0,
           .most = kNoLimit,
           .place = More,
           .onlyIf = "method=distill"});
    visit(&HealOptions::generatedWindows, {.key = "generated-windows",
                                           .alias = "teacher-text",
                                           .label = "Windows by the teacher",
                                           .help = "Train on so many windows that the teacher writes (with a "
                                                   "cross-entropy share of 1: on nothing else).",
                                           .unit = "windows",
                                           .usually = "none",
                                           .least = 0.0,
                                           .most = kNoLimit,
                                           .place = More,
                                           .onlyIf = "method=distill"});
}

}  // namespace fields

template <class V>
void HealOptions::fields(const V& visit) {
    const auto in = [&visit](const char* section) {
        return [&visit, section](auto member, OptionSpec spec) {
            spec.section = section;
            visit(member, std::move(spec));
        };
    };
    secateur::fields::lengthFields(visit);
    secateur::fields::rateFields(in("Learning rate"));
    secateur::fields::optimizerFields(in("Optimizer"));
    secateur::fields::weightFields(in("Weights and memory"));
    secateur::fields::writingFields(in("Evaluations and checkpoints"));
    secateur::fields::loraFields(in("Adapters"));
    secateur::fields::teacherFields(in("Teacher"));
}

}  // namespace secateur
