// SPDX-License-Identifier: GPL-3.0-or-later
//
// Other people's models, read where they lie beside the checkout.
#include "tests/planning/golden_cases.h"

namespace secateur::test {

std::vector<GoldenCase> goldenCases() {
    std::vector<GoldenCase> cases;
    for (const char* model : {"stories260K", "babyllama-char-940k"}) {
        const std::string folder = std::string(SECATEUR_SHARED_DIR) + "/models/" + model;
        cases.push_back({model, folder + "/golden", folder});
    }
    return cases;
}

}  // namespace secateur::test
