// SPDX-License-Identifier: GPL-3.0-or-later
//
// Golden comparisons on this machine and device: what a user runs first on a new machine, and what the golden
// tests assert. Expected numbers come from an independent implementation (tests/golden/README.md).
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/base/job_context.h"
#include "core/session.h"

namespace secateur {

struct SelftestCase {
    std::string name;
    std::filesystem::path model;   // checkpoint folder
    std::filesystem::path golden;  // folder with expected.json, expected.safetensors, tokens.safetensors
};

struct SelftestRow {
    std::string testCase;
    std::string quantity;    // e.g. "logits", "flap WIFV AL-AM 0.2 exact: masks"
    double deviation = 0.0;  // relative difference, or number of differing units
    double tolerance = 0.0;
    bool passed = false;
};

// Cases below `goldenFolder`: every folder with expected.json; its checkpoint is beside it, or in
// `demoFolder`/<name>. Throws NotFound when there is none.
[[nodiscard]] std::vector<SelftestCase> selftestCases(const std::filesystem::path& goldenFolder,
                                                      const std::filesystem::path& demoFolder);

using SelftestRowCallback = std::function<void(const SelftestRow&)>;
// All rows of one case on `device`, in float32, and the perplexity in bfloat16. `onRow` (may be empty) sees
// each row as it is known.
[[nodiscard]] std::vector<SelftestRow> runSelftest(const SelftestCase& testCase, const std::string& device,
                                                   JobContext& context,
                                                   const SelftestRowCallback& onRow = {});

}  // namespace secateur
