// SPDX-License-Identifier: GPL-3.0-or-later
//
// A student with other weights than its teacher, and a batch for both.
#pragma once

#include <string>

#include "core/heal/teacher.h"
#include "tests/heal/fixtures.h"

namespace secateur::fixtures {

class DistillationFixture : public ::testing::TestWithParam<bool> {
protected:
    explicit DistillationFixture(std::string family)
        : family_(std::move(family)), windows_(tokens(family_, "calibration", 6)), batch_(ids(windows_, 6)) {
        options_.method = HealMethod::Distill;
        options_.crossEntropyShare = 0.25;
        options_.temperature = 2.0;
    }
    [[nodiscard]] TrainableNetwork student() const {
        HealOptions scratch;
        scratch.method = HealMethod::Scratch;
        scratch.seed = 3;
        scratch.recompute = options_.recompute;
        return {checkpoint(family_), {}, scratch, windows_.seqLen};
    }

    std::string family_;
    TokenWindows windows_;
    at::Tensor batch_;
    HealOptions options_;
};

}  // namespace secateur::fixtures
