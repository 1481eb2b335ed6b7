// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::heal: training after the cut.
#include "core/base/error.h"
#include "core/heal/heal_run.h"
#include "core/model/checks.h"
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
        HealInputs inputs{
            checkpoint_,    request.teacher.empty() ? nullptr : Checkpoint::open(request.teacher),
            place_,         &training,
            evaluation,     request.options,
            request.record, protocol(evaluation != nullptr ? *evaluation : training),
            memoryLimit_};
        inputs.request.model = std::filesystem::absolute(checkpoint_->folder()).string();
        if (!request.teacher.empty())
            inputs.request.teacher = std::filesystem::absolute(request.teacher).string();
        report = secateur::heal(inputs, {folder, request.overwrite, request.resume}, context, onPoint);
    };
    guarded(train, Gradients::Recorded);
    return report;
}

}  // namespace secateur
