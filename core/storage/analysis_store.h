// SPDX-License-Identifier: GPL-3.0-or-later
//
// The analysis as an HDF5 file (docs/formats/analysis.md): self-describing, chunked, checksummed
// (Fletcher-32), written to a temporary file that is renamed when complete. Opens in h5py and HDFView. Thread
// rule: one call at a time in the process (a lock inside).
#pragma once

#include <filesystem>

#include "core/data/analysis.h"

namespace secateur {

// Throws Exists unless `overwrite`, OutOfDisk.
void writeAnalysis(const std::filesystem::path& file, const Analysis& analysis, bool overwrite);
// Throws NotFound, Corrupt (naming the dataset), Unsupported (a later version).
[[nodiscard]] Analysis readAnalysis(const std::filesystem::path& file);
// What it was measured on alone: model, text, windows, statistics, dtype; without layers and values. Throws
// the same.
[[nodiscard]] Analysis readAnalysisFacts(const std::filesystem::path& file);

}  // namespace secateur
