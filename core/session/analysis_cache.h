// SPDX-License-Identifier: GPL-3.0-or-later
//
// Analyses that were measured before, on disk: opening a model again shows its maps at once. A file is named
// by all that an analysis depends on, so that nothing stale is ever found. Thread rule: one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/session.h"

namespace secateur {

class AnalysisCache {
public:
    // `most`: bytes of all files together; those that were used longest ago go first.
    explicit AnalysisCache(std::filesystem::path folder, std::uintmax_t most = std::uintmax_t{2} << 30);

    // The name of what `session` measures on the windows.
    [[nodiscard]] static std::string key(const Session& session, const TokenWindows& windows,
                                         const MeasureOptions& options);
    // Null where there is none that can be read.
    [[nodiscard]] std::shared_ptr<const Analysis> find(const std::string& key) const;
    // A cache that cannot be written is as good as none: failures are not told.
    void keep(const std::string& key, const Analysis& analysis) const;

    // What there is, those used last first, at most so many: of whole networks, each measurement once.
    struct Entry {
        std::filesystem::path file;
        Analysis facts;  // see readAnalysisFacts()
    };
    [[nodiscard]] std::vector<Entry> list(std::size_t most) const;

private:
    struct File {
        std::filesystem::file_time_type used;
        std::uintmax_t bytes = 0;
        std::filesystem::path path;
    };
    [[nodiscard]] std::vector<File> files() const;  // those used last first
    [[nodiscard]] std::filesystem::path fileOf(const std::string& key) const;
    void keepToBound() const;

    std::filesystem::path folder_;
    std::uintmax_t most_;
};

}  // namespace secateur
