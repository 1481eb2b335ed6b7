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

std::shared_ptr<const Analysis> analysisFor(const Plan& plan, const fs::path& planFile,
                                            const std::string& given, const ModelSummary& model,
                                            Console& console) {
    if (!given.empty()) return loadAnalysis(given, model);
    if (!std::ranges::any_of(plan.steps, needsMeans) || !plan.calibration ||
        plan.calibration->analysis.empty())
        return nullptr;
    const fs::path named = plan.calibration->analysis;
    for (const fs::path& candidate : {planFile.parent_path() / named, named}) {
        if (!existing(candidate)) continue;
        console.note("analysis: " + candidate.string() + " (named by the plan)");
        return loadAnalysis(candidate, model);
    }
    return nullptr;
}

namespace {

// Windows as planning cut them, where the text is the plan's.
TokenWindows cutLikePlan(Session& session, const TextSource& source, WindowOptions windowing,
                         const Plan& plan, Console& console) {
    TokenWindows windows = session.windows(source, windowing, console.job());
    if (!plan.calibration || plan.calibration->seqLen < 1 || plan.calibration->sha256 != windows.sha256)
        return windows;
    const PlanCalibration& of = *plan.calibration;
    if (windows.seqLen == of.seqLen && windows.count() == of.samples) return windows;
    windowing.seqLen = of.seqLen;
    windowing.samples = of.samples;
    windowing.seed = of.seed;
    return session.windows(source, windowing, console.job());
}

TextSource sourceNamed(const std::string& name, const fs::path& planFile) {
    const auto colon = name.rfind(':');
    const std::string tensor = colon == std::string::npos ? "" : name.substr(colon + 1);
    for (const fs::path& folder : {planFile.parent_path(), fs::path()}) {
        TextSource source;
        if (existing(folder / name)) {
            source.textFile = (folder / name).string();
            return source;
        }
        if (!tensor.empty() && existing(folder / name.substr(0, colon))) {
            source.tokensFile = (folder / name.substr(0, colon)).string();
            source.tokensName = tensor;
            return source;
        }
    }
    return {};
}

}  // namespace

std::optional<TokenWindows> calibrationFor(Session& session, const Plan& plan, const fs::path& planFile,
                                           const TextSource& given, const WindowOptions& windowing,
                                           Console& console) {
    if (!given.empty()) return cutLikePlan(session, given, windowing, plan, console);
    if (!plan.calibration || !needsCalibrationText(plan)) return std::nullopt;
    const TextSource named = sourceNamed(plan.calibration->source, planFile);
    if (named.empty()) return std::nullopt;
    TokenWindows windows = cutLikePlan(session, named, windowing, plan, console);
    if (windows.sha256 != plan.calibration->sha256) {
        console.warn(plan.calibration->source + " is not the text that the plan was calibrated on any more");
        return std::nullopt;
    }
    console.note("calibration text: " + windows.source + " (named by the plan)");
    return windows;
}

std::string analysisName(const fs::path& analysis, const fs::path& planFile) {
    std::error_code status;
    const fs::path absolute = fs::weakly_canonical(fs::absolute(analysis), status);
    if (planFile.empty()) return absolute.string();
    const fs::path relative = fs::relative(absolute, fs::absolute(planFile).parent_path(), status);
    return status || relative.empty() ? absolute.string() : relative.string();
}

}  // namespace secateur::cli
