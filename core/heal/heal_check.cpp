// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/heal_check.h"

#include "core/base/error.h"
#include "core/data/heal_json.h"
#include "core/model/parallel.h"

namespace secateur {

namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

void requireUsable(const HealOptions& options) {
    if (options.steps <= 0 && options.minutes <= 0.0)
        refuse("the run has no end", "give --steps or --minutes");
    if (options.method == HealMethod::Scratch && !options.frozenLayers.empty())
        refuse("layers of random weights cannot be frozen", "leave out --freeze");
    OptionValues values = healValues(options);
    checkOptions(values, healSpecs(), "the run", Idle::Accepted);
}

void checkText(const HealInputs& inputs) {
    const TokenWindows& training = *inputs.training;
    if (training.seqLen < 2) refuse("a window of one token predicts nothing", "use --seq-len 2 or more");
    if (inputs.options.generatedWindows == 0 && training.count() < inputs.options.batchWindows)
        refuse(training.source + " has " + std::to_string(training.count()) + " windows of " +
                   std::to_string(training.seqLen) + " tokens, fewer than one batch of " +
                   std::to_string(inputs.options.batchWindows),
               "give a longer text, or a smaller --batch-size or --seq-len");
    if (inputs.evaluation != nullptr && inputs.evaluation->seqLen != training.seqLen)
        refuse("training and evaluation windows differ in length", "cut both with one --seq-len");
    if ((inputs.options.patience > 0 || inputs.options.keepBest) && inputs.evaluation == nullptr)
        refuse("the best checkpoint cannot be told without held-out text",
               "give --eval-text or --eval-tokens");
}

void checkTeacher(const HealInputs& inputs) {
    const HealOptions& options = inputs.options;
    if (inputs.teacher != nullptr &&
        inputs.teacher->config().vocabSize != inputs.checkpoint->config().vocabSize)
        refuse("the teacher has " + std::to_string(inputs.teacher->config().vocabSize) +
                   " tokens in its vocabulary, " + inputs.checkpoint->summary().name + " has " +
                   std::to_string(inputs.checkpoint->config().vocabSize),
               "teacher and student must share their tokenizer");
    if (options.method == HealMethod::Distill) {
        if (inputs.teacher == nullptr)
            refuse("distillation needs a teacher", "name the uncompressed checkpoint with --teacher");
        return;
    }
    if (options.hiddenShare > 0.0 || options.teacherTopK > 0 || options.generatedWindows > 0)
        refuse("hidden states, cached logits and text of a teacher belong to distillation",
               "use --method distill");
}

}  // namespace

HealScale scaleOf(const ComputePlace& place, int seqLen, const NetworkConfig* teacher) {
    return {seqLen, static_cast<int>(c10::elementSize(place.products)), teacher,
            place.device.is_cpu() ? threadCount() : 1};
}

HealScale scaleOf(const HealInputs& inputs) {
    const bool taught = inputs.options.method == HealMethod::Distill;
    return scaleOf(inputs.place, inputs.training->seqLen, taught ? &inputs.teacher->config() : nullptr);
}

void requireTrainable(const HealInputs& inputs) {
    requireUsable(inputs.options);
    checkText(inputs);
    checkTeacher(inputs);
    if (inputs.place.products == at::kHalf)
        throw Error(ErrorCode::Unsupported, "training in f16 is not supported: its gradients underflow",
                    "use --dtype bf16 or --dtype f32");
    requireHealFits(inputs.checkpoint->config(), inputs.options, scaleOf(inputs), inputs.memoryLimit);
}

nlohmann::ordered_json identityOf(const HealInputs& inputs, double peakRate) {
    nlohmann::ordered_json identity = toJson(inputs.options);
    // How often something is written, and how long it stays, changes nothing of what is learnt.
    for (const OptionSpec& spec : healSpecs())
        if (!spec.ofResult) identity.erase(jsonName(spec));
    if (inputs.options.patience == 0 && !inputs.options.keepBest) identity.erase("evaluate_every");
    identity["learning_rate"] = peakRate;
    identity["model"] = inputs.checkpoint->summary().fingerprint;
    identity["text"] = inputs.training->sha256;
    identity["windows"] = inputs.training->count();
    identity["seq_len"] = inputs.training->seqLen;
    identity["products"] = dtypeName(inputs.place.products);
    if (inputs.options.method == HealMethod::Distill)
        identity["teacher"] = inputs.teacher->summary().fingerprint;
    return identity;
}

void requireSameRun(const nlohmann::ordered_json& found, const nlohmann::ordered_json& wanted,
                    const std::string& where) {
    std::string differences;
    const auto tell = [&](const std::string& key, const std::string& before, const std::string& now) {
        differences += (differences.empty() ? "" : "; ") + key + " was " + before + ", now " + now;
    };
    for (const auto& [key, value] : wanted.items()) {
        const auto before = found.find(key);
        if (before == found.end()) {
            tell(key, "not given", value.dump());
        } else if (*before != value) {
            tell(key, before->dump(), value.dump());
        }
    }
    for (const auto& [key, value] : found.items())
        if (!wanted.contains(key)) tell(key, value.dump(), "not given");
    if (differences.empty()) return;
    throw Error(ErrorCode::InvalidArgument, where + " belongs to another run (" + differences + ")",
                "resume with the same model, text and options, or use another folder");
}

}  // namespace secateur
