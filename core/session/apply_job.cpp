// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::apply: the smaller checkpoint.
#include "core/base/error.h"
#include "core/compress/apply_plan.h"
#include "core/model/checks.h"
#include "core/session/local_session.h"

namespace secateur {

namespace {

std::optional<at::ScalarType> outDtype(const std::optional<std::string>& word) {
    if (!word) return std::nullopt;
    if (*word == "f32") return at::kFloat;
    if (*word == "bf16") return at::kBFloat16;
    if (*word == "f16") return at::kHalf;
    throw Error(ErrorCode::InvalidArgument, "unknown output dtype '" + *word + "'", "use f32, bf16 or f16");
}

// Where heal steps train, beside the result; removed afterwards.
class Scratch {
public:
    explicit Scratch(const std::filesystem::path& folder) : path_(folder.string() + ".steps") {}
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace

ApplyReport LocalSession::apply(const Plan& plan, const Analysis* analysis, const TokenWindows* windows,
                                const std::filesystem::path& folder, const ApplyOptions& options,
                                JobContext& context) {
    ApplyReport report;
    guarded([&] {
        requireSameModel(plan);
        if (std::filesystem::exists(folder) && !options.overwrite)
            throw Error(ErrorCode::Exists, folder.string() + " exists already",
                        "choose another folder, or use --force");
        if (std::filesystem::exists(folder) && std::filesystem::equivalent(folder, checkpoint_->folder()))
            throw Error(ErrorCode::InvalidArgument, folder.string() + " is the checkpoint that is being read",
                        "write into another folder");
        const Scratch scratch(folder);
        ProgressParts parts(context, {needsCalibrationText(plan) ? 2.0 : 0.2, 1.0});
        parts.next();
        const Planned planned = networkAfter(plan, {analysis, windows, windows, scratch.path()}, context);
        const ApplyPlanOptions settings{options.format, options.overwrite, outDtype(options.outDtype),
                                        toolName()};
        parts.next();
        Plan told = plan;
        if (options.measured) told.measured = options.measured;
        report = writeNetwork(*planned.source, planned.state, *checkpoint_, told, folder, settings, context);
        std::erase_if(kept_, [](const KeptStep& step) { return step.key == kHealed; });
    });
    return report;
}

}  // namespace secateur
