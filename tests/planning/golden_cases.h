// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace secateur::test {

struct GoldenCase {
    std::string family;
    std::string golden;  // folder of expected.json and expected.safetensors
    std::string model;   // checkpoint folder
};

[[nodiscard]] std::vector<GoldenCase> goldenCases();

}  // namespace secateur::test
