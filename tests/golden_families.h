// SPDX-License-Identifier: GPL-3.0-or-later
//
// The golden networks of tests/golden as values of parameterized tests, and their names in test names.
#pragma once

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace secateur::test {

[[nodiscard]] inline auto goldenFamilies() {
    return testing::Values("llama-mha", "llama3-gqa", "mistral-swa", "qwen2", "qwen3");
}

// "llama3_gqa"; letters, digits and _ alone may stand in the name of a test.
[[nodiscard]] inline std::string nameOfFamily(std::string folder) {
    std::ranges::replace(folder, '-', '_');
    return folder;
}

// For INSTANTIATE_TEST_SUITE_P over folders.
inline constexpr auto kNameOfFamily = [](const testing::TestParamInfo<const char*>& info) {
    return nameOfFamily(info.param);
};

}  // namespace secateur::test
