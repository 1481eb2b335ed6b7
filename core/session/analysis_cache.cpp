// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/session/analysis_cache.h"

#include <algorithm>
#include <span>
#include <system_error>
#include <vector>

#include "core/base/error.h"
#include "core/planning/score_difference.h"
#include "core/storage/analysis_store.h"
#include "core/storage/hash.h"

namespace secateur {

namespace fs = std::filesystem;

AnalysisCache::AnalysisCache(fs::path folder, std::uintmax_t most)
    : folder_(std::move(folder)), most_(most) {}

std::string AnalysisCache::key(const Session& session, const TokenWindows& windows,
                               const MeasureOptions& options) {
    Sha256 hash;
    const auto add = [&](const std::string& part) { hash.add(part + '\n'); };
    add(toolName());
    add(session.summary().fingerprint);
    add(session.computeDtype());
    add(session.deviceName());
    // The tokens alone do not say what the analysis tells of its text.
    hash.add(std::as_bytes(std::span(windows.ids)));
    add(windows.source + '\n' + windows.sha256 + '\n' + std::to_string(windows.seqLen) + ' ' +
        std::to_string(windows.seed) + (windows.bos ? " bos" : "") +
        (windows.sampling == Sampling::Random ? " random" : ""));
    add(name(options.statistics));
    add(options.leaveOneOut ? "leave-one-out" : "");
    add(options.gradients ? "gradients" : "");
    add(options.plan ? toJson(*options.plan) : std::string());
    return hash.hex();
}

fs::path AnalysisCache::fileOf(const std::string& key) const {
    return folder_ / (key + ".h5");
}

std::shared_ptr<const Analysis> AnalysisCache::find(const std::string& key) const {
    const fs::path file = fileOf(key);
    std::error_code problem;
    if (!fs::is_regular_file(file, problem)) return nullptr;
    try {
        auto analysis = std::make_shared<const Analysis>(readAnalysis(file));
        fs::last_write_time(file, fs::file_time_type::clock::now(), problem);
        return analysis;
    } catch (const Error&) {
        fs::remove(file, problem);
        return nullptr;
    }
}

void AnalysisCache::keep(const std::string& key, const Analysis& analysis) const {
    std::error_code problem;
    fs::create_directories(folder_, problem);
    try {
        writeAnalysis(fileOf(key), analysis, true);
    } catch (const Error&) {
        return;
    }
    keepToBound();
}

std::vector<AnalysisCache::File> AnalysisCache::files() const {
    std::vector<File> files;
    std::error_code problem;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, problem)) {
        if (entry.path().extension() == ".h5")
            files.push_back({entry.last_write_time(problem), entry.file_size(problem), entry.path()});
    }
    std::ranges::sort(files, std::greater<>(), &File::used);
    return files;
}

std::vector<AnalysisCache::Entry> AnalysisCache::list(std::size_t most) const {
    std::vector<Entry> entries;
    for (const File& file : files()) {
        if (entries.size() >= most) break;
        try {
            Entry entry{file.path, readAnalysisFacts(file.path)};
            const bool known = std::ranges::any_of(
                entries, [&](const Entry& other) { return sameMeasurement(other.facts, entry.facts); });
            if (!known && entry.facts.choppedLayers.empty()) entries.push_back(std::move(entry));
        } catch (const Error&) {
            // find() removes it when it is asked for.
        }
    }
    return entries;
}

void AnalysisCache::keepToBound() const {
    std::uintmax_t sum = 0;
    for (const File& file : files()) {
        sum += file.bytes;
        std::error_code problem;
        if (sum > most_) fs::remove(file.path, problem);
    }
}

}  // namespace secateur
