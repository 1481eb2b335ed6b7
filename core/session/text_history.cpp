// SPDX-License-Identifier: GPL-3.0-or-later
//
// LocalSession::overlaps, and the windows of healing runs: what a text was used for before a number is
// measured on it.
#include <algorithm>
#include <filesystem>
#include <span>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/session/local_session.h"
#include "core/storage/hash.h"

namespace secateur {

namespace {

// Whether tokenizing it takes seconds. A file that is not there takes no time at all.
bool isSmall(const TextSource& text) {
    constexpr std::uintmax_t kMost = 256'000'000;  // bytes
    std::error_code problem;
    const auto bytes = std::filesystem::file_size(text.file(), problem);
    return problem || bytes <= kMost;
}

// The windows that the plan names, of the file that `judged` comes from. What is odd about them was said when
// the plan was made.
TokenWindows cutAsNamed(Session& session, const TokenWindows& judged, const PlanCalibration& named) {
    WindowOptions options;
    options.samples = named.samples;
    options.seqLen = named.seqLen;
    options.seed = named.seed;
    options.bos = judged.bos;
    JobContext silent;
    return session.windows(judged.text, options, silent);
}

// A plan names the file of its ids, but not which of the file's tensors they were.
bool sameFile(const TokenWindows& judged, const PlanCalibration& named) {
    return !judged.text.textFile.empty() && judged.sha256 == named.sha256 && named.seqLen > 0;
}

}  // namespace

RunWindows runWindows(Session& session, const RunRequest& run, JobContext& context) {
    RunWindows windows;
    windows.training = session.windows(run.text, run.windows, context);
    if (run.evalText.empty()) return windows;
    if (run.evalText != run.text) {
        windows.heldOut = session.windows(run.evalText, run.evalWindows, context);
        return windows;
    }
    TokenWindows& training = windows.training;
    const int asked = run.evalWindows.samples > 0 ? run.evalWindows.samples : training.count() / 10;
    const int held = std::min(asked, training.count() / 2);
    if (held == 0) return windows;
    windows.heldOut = training;
    const auto kept = static_cast<std::ptrdiff_t>(training.count() - held) * training.seqLen;
    windows.heldOut->ids.assign(training.ids.begin() + kept, training.ids.end());
    training.ids.resize(static_cast<std::size_t>(kept));
    return windows;
}

std::string LocalSession::windowsKey(const TokenWindows& windows) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(windows.ids)));
    hash.add(std::to_string(windows.seqLen));
    return hash.hex();
}

std::vector<TextOverlap> LocalSession::overlaps(const TokenWindows& judged, const CalibrationUse& calibration,
                                                JobContext& context) {
    std::vector<TextOverlap> found;
    const auto& run = summary().healedBy;
    const PlanCalibration* named = calibration.named;
    const bool isNamed = calibration.windows == nullptr && named != nullptr && sameFile(judged, *named);
    if (run == nullptr && calibration.windows == nullptr && !isNamed) return found;

    const std::string key = windowsKey(judged);
    // `use`: tells the used windows apart without reading them. A text that cannot be read any more tells
    // nothing.
    const auto compare = [&](TextPurpose purpose, const std::string& source, const std::string& use,
                             const auto& read) {
        const auto [known, isNew] = seen_.try_emplace(key + use, 0);
        try {
            if (isNew) known->second = windowsSeen(judged, read());
        } catch (const Error&) {
            seen_.erase(known);
            return;
        }
        if (known->second > 0) found.push_back({purpose, source, known->second, judged.count()});
    };
    if (run != nullptr) {
        const std::string source =
            printable(std::filesystem::path(run->request.text.file()).filename().string());
        if (isSmall(run->request.text))
            compare(TextPurpose::Training, source, "training", [&] {
                JobContext silent;  // what is odd about it was said when it was used
                return runWindows(*this, run->request, silent).training;
            });
        else
            context.warn(source +
                         ", which this checkpoint learned from, is too large to be compared with the "
                         "text that it is judged on");
    }
    if (calibration.windows != nullptr) {
        const TokenWindows& used = *calibration.windows;
        compare(TextPurpose::Calibration, used.source, windowsKey(used),
                [&]() -> const TokenWindows& { return used; });
    } else if (isNamed) {
        compare(TextPurpose::Calibration, named->source,
                std::to_string(named->samples) + ' ' + std::to_string(named->seqLen) + ' ' +
                    std::to_string(named->seed),
                [&] { return cutAsNamed(*this, judged, *named); });
    }
    return found;
}

}  // namespace secateur
