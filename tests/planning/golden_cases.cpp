// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/planning/golden_cases.h"

namespace secateur::test {

std::vector<GoldenCase> goldenCases() {
    std::vector<GoldenCase> cases;
    const std::string root = SECATEUR_GOLDEN_DIR;
    for (const char* family : {"llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3"})
        cases.push_back({family, root + "/" + family, root + "/" + family});
    cases.push_back(
        {"sprout-12", root + "/sprout-12", std::string(SECATEUR_SOURCE_DIR) + "/resources/demo/sprout-12"});
    return cases;
}

}  // namespace secateur::test
