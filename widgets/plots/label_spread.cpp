// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/label_spread.h"

#include <algorithm>
#include <numeric>

namespace secateur {

namespace {

// Names that were pushed against each other, as one block.
struct Block {
    double sum = 0.0;
    int count = 0;
    [[nodiscard]] double mean() const { return sum / count; }
};

}  // namespace

int labelsThatFit(double height, double low, double high) {
    return height > 0.0 ? std::max(0, static_cast<int>((high - low) / height + 1e-9)) : 0;
}

std::vector<double> spreadLabels(const std::vector<double>& wished, double height, double low, double high) {
    std::vector<std::size_t> order(wished.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return wished[a] < wished[b]; });
    // Less the room of the names before it, a place must not be below the one before: isotonic regression.
    std::vector<Block> blocks;
    for (std::size_t i = 0; i < order.size(); ++i) {
        blocks.push_back({wished[order[i]] - static_cast<double>(i) * height, 1});
        while (blocks.size() > 1 && blocks.back().mean() < blocks[blocks.size() - 2].mean()) {
            const Block last = blocks.back();
            blocks.pop_back();
            blocks.back().sum += last.sum;
            blocks.back().count += last.count;
        }
    }
    const double least = low + height / 2;
    const double most = std::max(least, high - height / 2 - (static_cast<double>(order.size()) - 1) * height);
    std::vector<double> places(wished.size());
    std::size_t i = 0;
    for (const Block& block : blocks)
        for (int n = 0; n < block.count; ++n, ++i)
            places[order[i]] = std::clamp(block.mean(), least, most) + static_cast<double>(i) * height;
    return places;
}

}  // namespace secateur
