// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::heal: training after the cut.
#include "core/base/error.h"
#include "core/compress/apply_plan.h"
#include "core/heal/heal_run.h"
#include "core/model/checkpoint_source.h"
#include "core/model/checks.h"
#include "core/planning/requests.h"
#include "core/session/local_session.h"

namespace secateur {

HealReport LocalSession::heal(const TokenWindows& training, const TokenWindows* evaluation,
                              const HealRequest& request, const std::filesystem::path& folder,
                              JobContext& context, const HealCallback& onPoint) {
    HealReport report;
    const auto train = [&] {
        requireIdsInVocabulary(training.ids, training.source);
        if (evaluation != nullptr) requireIdsInVocabulary(evaluation->ids, evaluation->source);
        std::error_code ignored;
        if (std::filesystem::equivalent(folder, checkpoint_->folder(), ignored))
            throw Error(ErrorCode::InvalidArgument, folder.string() + " is the checkpoint that is being read",
                        "write into another folder");
        HealInputs inputs;
        inputs.checkpoint = checkpoint_;
        if (!request.teacher.empty()) inputs.teacher = Checkpoint::open(request.teacher);
        inputs.place = place_;
        inputs.training = &training;
        inputs.evaluation = evaluation;
        inputs.options = request.options;
        inputs.request = request.record;
        inputs.protocol = protocol(evaluation != nullptr ? *evaluation : training);
        inputs.tool = toolName();
        inputs.memoryLimit = memoryLimit_;
        if (const int seen = evaluation != nullptr ? windowsSeen(*evaluation, training) : 0; seen > 0) {
            inputs.overlaps.push_back({TextPurpose::Training, training.source, seen, evaluation->count()});
            const std::string overlap = inWords(inputs.overlaps.front());
            context.warn("held-out text " + overlap + "; its perplexity is not that of new text");
            inputs.protocol += ", " + overlap;
        }
        inputs.request.model = std::filesystem::absolute(checkpoint_->folder()).string();
        if (!request.teacher.empty())
            inputs.request.teacher = std::filesystem::absolute(request.teacher).string();
        report = secateur::heal(inputs, {folder, request.overwrite, request.resume}, context, onPoint);
    };
    guarded(train, Gradients::Recorded);
    return report;
}

LocalSession::Planned LocalSession::healedNetwork(const Planned& before, const HealStep& step,
                                                  const Plan& prefix, const std::filesystem::path& scratch,
                                                  JobContext& context) {
    if (step.textSource.empty())
        throw Error(
            ErrorCode::InvalidArgument, "the plan's heal step names no text",
            "write \"text\": {\"source\": \"train.txt\"}, or --step \"heal text=train.txt steps=200\"");
    const int seqLen = static_cast<int>(integerOf(step.options, healStepInfo().options, kHealSeqLen));
    const HealOptions options = trainingOptions(step.options, "the plan's heal step", Idle::Refused);

    const std::filesystem::path start = scratch / "start", healed = scratch / "healed";
    std::filesystem::create_directories(scratch);
    ProgressParts parts(context, {0.05, 0.95});
    parts.next();
    static_cast<void>(writeNetwork(*before.source, before.state, *checkpoint_, prefix, start, {}, context));
    TextSource text;
    text.textFile = step.textSource;
    const TokenWindows training = windows(text, {.seqLen = seqLen, .packed = true}, context);
    if (!step.textSha256.empty() && step.textSha256 != training.sha256)
        throw Error(ErrorCode::InvalidArgument,
                    step.textSource + " is not the text that the plan was made with",
                    "its sha256 is " + training.sha256 + ", the plan says " + step.textSha256);
    HealInputs inputs;
    inputs.checkpoint = Checkpoint::open(start);
    if (options.method == HealMethod::Distill || fillStepsOf(options) > 0) inputs.teacher = checkpoint_;
    inputs.place = place_;
    inputs.training = &training;
    inputs.options = options;
    inputs.request.model = start.string();
    inputs.protocol = protocol(training);
    inputs.tool = toolName();
    inputs.memoryLimit = memoryLimit_;
    parts.next();
    // Gradients are recorded here alone: what surrounds a step of a plan runs without.
    guarded(
        [&] {
            static_cast<void>(secateur::heal(inputs, {healed, false, false}, context, {}));
        },
        Gradients::Recorded);

    auto opened = Checkpoint::open(healed);
    Planned after{std::make_shared<CheckpointSource>(opened), before.state};
    // The stock layout has biases for all linears of a sublayer or for none.
    for (std::size_t i = 0; i < after.state.config.layers.size(); ++i) {
        const int number = after.state.config.layers[i].originalLayer;
        after.state.config.layers[i] = opened->config().layers[i];
        after.state.config.layers[i].originalLayer = number;
    }
    after.state.config.architecture = opened->config().architecture;
    return after;
}

}  // namespace secateur
