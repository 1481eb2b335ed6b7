// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_rows.h"

#include <algorithm>

namespace secateur {

namespace {

std::vector<float> arranged(std::span<const float> values, const std::vector<std::uint32_t>& order) {
    std::vector<float> result(order.size());
    std::transform(order.begin(), order.end(), result.begin(),
                   [values](std::uint32_t unit) { return values[unit]; });
    return result;
}

std::vector<std::span<const float>> viewsOf(const std::vector<std::vector<float>>& rows) {
    return {rows.begin(), rows.end()};
}

}  // namespace

UnitRows::UnitRows(std::shared_ptr<const ScoreTable> table, const UnitRowsChoice& choice, int layers)
    : table_(std::move(table)), choice_(choice) {
    layers_.resize(static_cast<std::size_t>(std::max(layers, 0)), nullptr);
    for (const LayerScores& layer : table_->layers) {
        if (layer.layer < 0) continue;
        const auto row = static_cast<std::size_t>(layer.layer);
        if (row >= layers_.size()) layers_.resize(row + 1, nullptr);
        layers_[row] = &layer;
    }
    std::vector<std::span<const float>> rows(layers_.size());
    std::vector<std::vector<float>> ranked(layers_.size());
    order_.resize(choice_.order == UnitOrder::Ranked ? layers_.size() : 0);
    for (std::size_t row = 0; row < layers_.size(); ++row) {
        if (layers_[row] == nullptr) continue;
        rows[row] = unitScores(*layers_[row], choice_.kind, choice_.values);
        if (choice_.order != UnitOrder::Ranked) continue;
        // Ranked by what the structure compares, whichever values are shown, so that the removed units stand
        // together.
        order_[row] = rankedOrder(unitScores(*layers_[row], choice_.kind, UnitValues::Standardised));
        ranked[row] = arranged(rows[row], order_[row]);
        rows[row] = ranked[row];
    }
    values_ = ScorePyramid(rows, choice_.reduction);
}

void UnitRows::mark(const KeptUnits* kept) {
    removed_.reset();
    removedIn_.clear();
    if (kept == nullptr) return;
    removedIn_.resize(layers_.size(), 0);
    std::vector<std::vector<float>> rows(layers_.size());
    for (int row = 0; row < this->rows(); ++row) {
        const auto r = static_cast<std::size_t>(row);
        const int width = values_.width(row);
        rows[r].resize(static_cast<std::size_t>(width), 0.0F);
        for (int column = 0; column < width; ++column) {
            const UnitFate fate = fateOf(kept, *layers_[r], choice_.kind, unitAt(row, column));
            if (fate == UnitFate::Kept || fate == UnitFate::Unknown) continue;
            rows[r][static_cast<std::size_t>(column)] = 1.0F;
            ++removedIn_[r];
        }
    }
    removed_.emplace(viewsOf(rows), Reduction::Mean);
}

const LayerScores* UnitRows::layer(int row) const {
    return row >= 0 && row < rows() ? layers_[static_cast<std::size_t>(row)] : nullptr;
}

int UnitRows::unitAt(int row, int column) const {
    if (row < 0 || row >= rows() || column < 0 || column >= values_.width(row)) return -1;
    if (order_.empty()) return column;
    return static_cast<int>(order_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)]);
}

int UnitRows::columnOf(int row, int unit) const {
    if (row < 0 || row >= rows() || unit < 0 || unit >= values_.width(row)) return -1;
    if (order_.empty()) return unit;
    const auto& order = order_[static_cast<std::size_t>(row)];
    return static_cast<int>(std::find(order.begin(), order.end(), static_cast<std::uint32_t>(unit)) -
                            order.begin());
}

}  // namespace secateur
