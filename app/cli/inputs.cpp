// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/inputs.h"

#include <algorithm>
#include <system_error>
#include <variant>

#include "core/base/error.h"
#include "core/storage/analysis_store.h"
#include "core/storage/file_io.h"

namespace secateur::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kLargestPlan = 256u << 20;

bool existing(const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored);
}

}  // namespace

std::shared_ptr<const Analysis> loadAnalysis(const fs::path& file, const ModelSummary& model) {
    auto analysis = std::make_shared<const Analysis>(readAnalysis(file));
    if (analysis->modelFingerprint != model.fingerprint) {
        throw Error(ErrorCode::InvalidArgument,
                    file.string() + ": an analysis of another model (" + analysis->modelName + "), not of " +
                        model.path,
                    "measure this model with secateur measure");
    }
    return analysis;
}

Plan loadPlan(const fs::path& file, const ModelSummary& model, Console& console) {
    ParsedPlan parsed =
        parsePlan(readSmallFile(file, kLargestPlan), model.config, model.fingerprint, file.string());
    for (const std::string& warning : parsed.warnings) console.warn(warning);
    return std::move(parsed.plan);
}

bool needsMeans(const Plan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [](const PlanStep& step) {
        const auto* width = std::get_if<WidthStep>(&step);
        return width != nullptr && width->bias && !width->keep.empty();
    });
}

std::shared_ptr<const Analysis> analysisFor(const Plan& plan, const fs::path& planFile,
                                            const std::string& given, const ModelSummary& model,
                                            Console& console) {
    if (!given.empty()) return loadAnalysis(given, model);
    if (!needsMeans(plan) || !plan.calibration || plan.calibration->analysis.empty()) return nullptr;
    const fs::path named = plan.calibration->analysis;
    for (const fs::path& candidate : {planFile.parent_path() / named, named}) {
        if (!existing(candidate)) continue;
        console.note("analysis: " + candidate.string() + " (named by the plan)");
        return loadAnalysis(candidate, model);
    }
    return nullptr;
}

std::string analysisName(const fs::path& analysis, const fs::path& planFile) {
    std::error_code status;
    const fs::path absolute = fs::weakly_canonical(fs::absolute(analysis), status);
    if (planFile.empty()) return absolute.string();
    const fs::path relative = fs::relative(absolute, fs::absolute(planFile).parent_path(), status);
    return status || relative.empty() ? absolute.string() : relative.string();
}

}  // namespace secateur::cli
