// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plans damaged at random, with fixed seeds; tests/fuzz/plan_fuzz.cpp says what must hold.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/data/plan_samples.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace secateur {
namespace {

void feed(const std::string& text) {
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()), 0);
}

class Mutator {
public:
    explicit Mutator(unsigned seed) : generator_(seed) {}

    // One to four small damages.
    std::string damaged(std::string text) {
        for (std::size_t i = 0, count = 1 + below(4); i < count && !text.empty(); ++i) damage(text);
        return text;
    }

private:
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(generator_);
    }

    void damage(std::string& text) {
        static const std::vector<std::string> kPieces{"-1",        "0",
                                                      "1",         "2",
                                                      "3",         "4",
                                                      "5-0",       "0-5",
                                                      "\"\"",      "null",
                                                      "true",      "[",
                                                      "]",         "{",
                                                      "}",         ",",
                                                      ":",         "1e9",
                                                      "1e999",     "0.99",
                                                      "NaN",       "\\u0000",
                                                      "\"layer\"", "\"keep\"",
                                                      "\"step\"",  "18446744073709551616"};
        const std::size_t at = below(text.size());
        switch (below(6)) {
            case 0:
                text[at] = static_cast<char>(below(256));
                break;
            case 1:
                text.erase(at, 1 + below(12));
                break;
            case 2:
                text.insert(at, kPieces[below(kPieces.size())]);
                break;
            case 3:
                text.insert(below(text.size()), text.substr(at, 1 + below(80)));
                break;
            case 4:
                replaceNumber(text, at);
                break;
            default:
                text.resize(at);
        }
    }

    // The next run of digits becomes another number: such plans stay JSON and reach the deeper checks.
    void replaceNumber(std::string& text, std::size_t from) {
        const std::size_t begin = text.find_first_of("0123456789", from);
        if (begin == std::string::npos) return;
        const std::size_t end = std::min(text.find_first_not_of("0123456789", begin), text.size());
        text.replace(begin, end - begin, std::to_string(below(8)));
    }

    std::mt19937 generator_;
};

TEST(PlanFuzz, DamagedPlansGiveAnErrorOrAPlan) {
    Mutator mutator(1);
    for (int round = 0; round < 20000; ++round) feed(mutator.damaged(test::kFullPlan));
}

TEST(PlanFuzz, DamageOnDamage) {
    Mutator mutator(2);
    for (int line = 0; line < 300; ++line) {
        std::string text = test::kFullPlan;
        for (int round = 0; round < 20; ++round) feed(text = mutator.damaged(text));
    }
}

}  // namespace
}  // namespace secateur
