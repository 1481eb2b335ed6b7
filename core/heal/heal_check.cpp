// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/heal_check.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/process_memory.h"
#include "core/base/units.h"
#include "core/data/heal_json.h"
#include "core/heal/optimizer_fill.h"
#include "core/model/parallel.h"
#include "core/storage/tokenizer.h"

namespace secateur {

namespace {

// A run that is given more of the same.
bool lengthens(const std::string& key, const nlohmann::ordered_json& before,
               const nlohmann::ordered_json& now) {
    if ((key != "steps" && key != "minutes") || !before.is_number() || !now.is_number()) return false;
    return before.get<double>() > 0.0 && now.get<double>() > before.get<double>();
}

[[noreturn]] void refuse(const std::string& what, const std::string& hint) {
    throw Error(ErrorCode::InvalidArgument, what, hint);
}

void requireUsable(const HealOptions& options) {
    if (options.embeddingShare > 0.0 && options.freezeEmbeddings)
        refuse("a frozen embedding cannot come nearer to the teacher's", "leave out --freeze-embeddings");
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

void requireKnown(const TokenWindows& windows, const Checkpoint& teacher) {
    const int known = teacher.config().vocabSize;
    for (const std::int32_t id : windows.ids)
        if (id >= known)
            refuse("the teacher's vocabulary of " + std::to_string(known) + " tokens lacks token id " +
                       std::to_string(id) + " of " + windows.source,
                   "teacher and student must share their tokenizer");
}

// Sizes of embeddings say little: they may be padded, and two tokenizers of one size may differ.
void checkTokenizers(const Checkpoint& student, const Checkpoint& teacher) {
    const std::string own = tokenizerFingerprint(student.folder()),
                      taught = tokenizerFingerprint(teacher.folder());
    if (own.empty() || taught.empty()) {
        if (student.config().vocabSize == teacher.config().vocabSize) return;
        refuse("the teacher has " + std::to_string(teacher.config().vocabSize) +
                   " tokens in its vocabulary, " + student.summary().name + " has " +
                   std::to_string(student.config().vocabSize) +
                   ", and there is no tokenizer in both folders to tell whether they are the same",
               "teacher and student must share their tokenizer");
    }
    if (own == taught) return;
    const std::string difference = tokenizerDifference(student.folder(), teacher.folder());
    if (!difference.empty())
        refuse("the tokenizer of the teacher " + teacher.folder().string() + " is not that of " +
                   student.folder().string() + ": " + difference,
               "teacher and student must share their tokenizer");
}

// An embedding may be padded beyond the tokens; those that are used must be there in both.
void checkVocabulary(const HealInputs& inputs) {
    checkTokenizers(*inputs.checkpoint, *inputs.teacher);
    requireKnown(*inputs.training, *inputs.teacher);
    if (inputs.evaluation != nullptr) requireKnown(*inputs.evaluation, *inputs.teacher);
}

void checkTeacher(const HealInputs& inputs) {
    const HealOptions& options = inputs.options;
    if (inputs.teacher != nullptr) checkVocabulary(inputs);
    if (fillStepsOf(options) > 0) {
        if (inputs.teacher == nullptr)
            refuse("the " + std::to_string(fillStepsOf(options)) +
                       " steps before the cut need the uncut network",
                   "name the uncompressed checkpoint with --teacher, or leave them out with --fill-steps 0");
        requireFrozenLayers(inputs.checkpoint->summary(), options);
        static_cast<void>(carriedTensors(*inputs.checkpoint, *inputs.teacher, options));
    }
    if (options.method == HealMethod::Distill) {
        if (inputs.teacher == nullptr)
            refuse("distillation needs a teacher", "name the uncompressed checkpoint with --teacher");
        return;
    }
    if (options.hiddenShare > 0.0 || options.attentionShare > 0.0 || options.embeddingShare > 0.0 ||
        options.teacherTopK > 0 || options.generatedWindows > 0)
        refuse(
            "hidden states, attention outputs, the embedding, cached logits and text of a teacher belong to "
            "distillation",
            "use --method distill");
}

}  // namespace

HealScale scaleOf(const ComputePlace& place, int seqLen, const NetworkConfig* teacher) {
    HealScale scale;
    scale.seqLen = seqLen;
    scale.productBytes = static_cast<int>(c10::elementSize(place.products));
    scale.teacher = teacher;
    scale.threads = place.device.is_cpu() ? threadCount() : 1;
    scale.processBytes = place.device.is_cpu() ? privateMemory() : 0;
    return scale;
}

HealScale scaleOf(const HealInputs& inputs) {
    const bool taught = inputs.options.method == HealMethod::Distill;
    HealScale scale =
        scaleOf(inputs.place, inputs.training->seqLen, taught ? &inputs.teacher->config() : nullptr);
    if (fillStepsOf(inputs.options) > 0) scale.uncut = &inputs.teacher->config();
    return scale;
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

std::vector<std::string> doubtsAbout(const HealInputs& inputs) {
    const HealOptions& options = inputs.options;
    std::vector<std::string> doubts;
    const auto steps = static_cast<double>(options.steps);
    const std::int64_t warmupSteps = warmupStepsOf(options);
    const bool byShare = warmupSteps < 0 && options.warmup >= 1.0;
    if (options.steps > 0 && (byShare || warmupSteps >= options.steps)) {
        const double share = rateAt(options, 1.0, steps - 1.0, steps);
        doubts.push_back("the warm-up of " +
                         formatScore(byShare ? options.warmup * steps : static_cast<double>(warmupSteps)) +
                         " steps is as long as the run of " + std::to_string(options.steps) +
                         " or longer: the learning rate comes to " + formatScore(100.0 * share) +
                         " % of its peak and never falls");
    }
    const int made = inputs.checkpoint->config().maxPositions;
    if (made > 0 && inputs.training->seqLen > made)
        doubts.push_back("windows of " + std::to_string(inputs.training->seqLen) +
                         " tokens are longer than the " + std::to_string(made) + " positions that " +
                         inputs.checkpoint->summary().name + " was made for");
    if (inputs.place.weights != at::kFloat && inputs.place.products == at::kFloat)
        doubts.push_back(std::string(dtypeName(inputs.place.weights)) +
                         " is not multiplied on this device: the run trains in float32");
    return doubts;
}

std::int64_t sharedVocabulary(const HealInputs& inputs) {
    return std::min(inputs.checkpoint->config().vocabSize, inputs.teacher->config().vocabSize);
}

nlohmann::ordered_json identityOf(const HealInputs& inputs, double peakRate) {
    nlohmann::ordered_json identity = toJson(inputs.options);
    // How often something is written, and how long it stays, changes nothing of what is learnt.
    for (const OptionSpec& spec : healSpecs())
        if (!spec.ofResult) identity.erase(jsonName(spec));
    if (inputs.options.patience == 0 && !inputs.options.keepBest) identity.erase("evaluate_every");
    // What a preset stands for is compared, not its name.
    identity.erase("preset");
    identity["warmup_steps"] = warmupStepsOf(inputs.options);
    identity["fill_steps"] = fillStepsOf(inputs.options);
    // Runs of before these options were there go on.
    if (fillStepsOf(inputs.options) == 0) identity.erase("fill_steps");
    if (inputs.options.attentionShare == 0.0) identity.erase("attention_share");
    if (inputs.options.embeddingShare == 0.0) identity.erase("embedding_share");
    identity["learning_rate"] = peakRate;
    identity["model"] = inputs.checkpoint->summary().fingerprint;
    identity["text"] = inputs.training->sha256;
    identity["windows"] = inputs.training->count();
    identity["seq_len"] = inputs.training->seqLen;
    identity["products"] = dtypeName(inputs.place.products);
    if (inputs.options.method == HealMethod::Distill || fillStepsOf(inputs.options) > 0)
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
        } else if (lengthens(key, *before, value)) {
            continue;
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
