// SPDX-License-Identifier: GPL-3.0-or-later
//
// Structured optimal brain surgery against its definition: the least change of the output over all weights
// that are left.
#include "core/compress/numeric/group_removal.h"

#include <cmath>

#include <gmock/gmock.h>

#include "core/base/error.h"

namespace secateur {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Toy {
    at::Tensor weight;  // [out, in]
    at::Tensor gram;    // [in, in]
};

Toy toy(std::int64_t in, std::int64_t out, std::uint64_t seed) {
    at::manual_seed(seed);
    const at::Tensor inputs = at::mm(at::randn({200, in}, at::kDouble), at::randn({in, in}, at::kDouble));
    return {at::randn({out, in}, at::kDouble), at::mm(inputs.t(), inputs) / 200.0};
}

// min over weights on `kept` of tr (V - W) H (V - W)' / 2, by least squares.
double leastLoss(const Toy& toy, const std::vector<std::int64_t>& kept) {
    const at::Tensor index = at::tensor(kept, at::kLong);
    const at::Tensor columns = toy.gram.index_select(1, index);
    const at::Tensor fitted =
        at::linalg_solve(columns.index_select(0, index), at::mm(toy.weight, columns).t()).t();
    at::Tensor difference = toy.weight.clone();
    difference.index_add_(1, index, fitted, -1.0);
    return (at::mm(difference, toy.gram) * difference).sum().item<double>() / 2.0;
}

// The groups that stay when each time the one goes without which the least loss of all that are left is
// least.
std::vector<std::int64_t> greedily(const Toy& toy, std::int64_t width, int count) {
    std::vector<std::int64_t> left;
    for (std::int64_t group = 0; group < toy.weight.size(1) / width; ++group) left.push_back(group);
    for (int step = 0; step < count; ++step) {
        double least = HUGE_VAL;
        std::vector<std::int64_t> best;
        for (const std::int64_t gone : left) {
            std::vector<std::int64_t> groups, inputs;
            for (const std::int64_t group : left) {
                if (group == gone) continue;
                groups.push_back(group);
                for (std::int64_t i = 0; i < width; ++i) inputs.push_back(group * width + i);
            }
            const double loss = leastLoss(toy, inputs);
            if (loss < least) {
                least = loss;
                best = groups;
            }
        }
        left = best;
    }
    return left;
}

std::vector<std::int64_t> staying(const std::vector<float>& order, int count) {
    std::vector<std::int64_t> groups;
    for (std::size_t i = 0; i < order.size(); ++i)
        if (order[i] >= static_cast<float>(count)) groups.push_back(static_cast<std::int64_t>(i));
    return groups;
}

class Removals : public testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Widths, Removals, testing::Values(1, 2, 3));

TEST_P(Removals, OneARoundAreTheGreedyOnes) {
    const std::int64_t width = GetParam();
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Toy made = toy(12, 5, seed);
        const int groups = static_cast<int>(12 / width), count = groups - 2;
        const std::vector<float> order = removalOrder(
            made.weight, made.gram, {.width = width, .count = count, .rounds = count, .damping = 0.0}, "a");
        EXPECT_EQ(staying(order, count), greedily(made, width, count)) << "seed " << seed;
    }
}

TEST(GroupRemoval, OrdersAllGroupsOnce) {
    const Toy made = toy(10, 4, 7);
    std::vector<float> order = removalOrder(made.weight, made.gram, {.count = 6, .rounds = 4}, "a");
    std::ranges::sort(order);
    EXPECT_THAT(order, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

// Two inputs that are the same: either can go for nothing, but not both.
TEST(GroupRemoval, RoundsSeeWhatIsAlreadyGone) {
    const at::Tensor inputs = at::eye(4, at::kDouble);
    at::Tensor mix = at::zeros({4, 5}, at::kDouble);
    mix.narrow(1, 0, 4).copy_(inputs);
    mix.select(1, 4).copy_(mix.select(1, 3));
    const at::Tensor gram = at::mm(mix.t(), mix);
    const at::Tensor weight = at::tensor({3.0, 2.5, 2.0, 5.0, 5.0}).to(at::kDouble).reshape({1, 5});
    const auto orderIn = [&](int rounds) {
        return removalOrder(weight, gram, {.count = 2, .rounds = rounds, .damping = 1e-6}, "a");
    };
    const std::vector<float> once = orderIn(1), twice = orderIn(2);
    EXPECT_LT(std::max(once[3], once[4]), 2.0F) << "in one round both look free";
    EXPECT_LT(std::min(twice[3], twice[4]), 1.0F);
    EXPECT_EQ(twice[2], 1.0F) << "then the smallest of those that stand alone";
}

TEST(GroupRemoval, DeadInputsGoFirst) {
    Toy made = toy(6, 3, 3);
    made.gram.select(0, 4).zero_();
    made.gram.select(1, 4).zero_();
    EXPECT_EQ(removalOrder(made.weight, made.gram, {.count = 1}, "a")[4], 0.0F);
}

TEST(GroupRemoval, OneGroupStays) {
    const Toy made = toy(4, 3, 3);
    EXPECT_EQ(staying(removalOrder(made.weight, made.gram, {.count = 9, .rounds = 2}, "a"), 3).size(), 1U);
}

// With orthogonal inputs of one size the loss of an input is |w|^2 / 2 and the signal |w|^2: the same order.
TEST(GroupRemoval, TheSignalIsOfTheDenseWeights) {
    const at::Tensor weight = at::tensor({3.0, 1.0, 2.0}).to(at::kDouble).reshape({1, 3});
    const std::vector<float> order =
        removalOrder(weight, at::eye(3, at::kDouble), {.count = 2, .addsSignal = true}, "a");
    EXPECT_THAT(order, ElementsAre(2, 0, 1));
}

TEST(GroupRemoval, RefusesNumbersThatAreNone) {
    Toy made = toy(4, 3, 3);
    made.gram[1][1] = std::nan("");
    try {
        static_cast<void>(removalOrder(made.weight, made.gram, {.count = 1}, "layer 3 down_proj"));
        FAIL() << "took NaN";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Corrupt);
        EXPECT_THAT(error.message(), HasSubstr("layer 3 down_proj"));
    }
}

}  // namespace
}  // namespace secateur
