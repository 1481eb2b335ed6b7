// SPDX-License-Identifier: GPL-3.0-or-later
//
// Layers folded into others instead of just being removed (LaCo, arXiv 2402.11187; algorithms.md 5.6). Plain
// values; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace secateur {

// What a layer l becomes when l+1 ... l+m are folded into it.
enum class MergeRule {
    Paper,  // theta_l + sum over k of (theta_{l+k} - theta_l)
    Code,   // theta_{l+m}: the published code's differences telescope
};
[[nodiscard]] const char* name(MergeRule rule) noexcept;  // "paper", "code"
[[nodiscard]] std::optional<MergeRule> mergeRule(const std::string& name);

// Groups are carried out one after the other. A group is a layer and, after it, the layers that follow it in
// what is left at that moment: they are folded into it and go. All linears and their biases are folded; the
// norms of the first layer of a group stay as they are. Layer numbers are those of the ORIGINAL checkpoint.
struct LayerMerge {
    MergeRule rule = MergeRule::Paper;
    std::vector<std::vector<int>> groups;
    bool operator==(const LayerMerge&) const = default;
};

// A layer's part in a folded one: theta = sum over entries of share * theta_position.
struct LayerShare {
    int position = 0;  // in the checkpoint
    double share = 0.0;
    bool operator==(const LayerShare&) const = default;
};
using LayerShares = std::vector<LayerShare>;

}  // namespace secateur
