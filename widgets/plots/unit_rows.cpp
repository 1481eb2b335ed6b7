// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/unit_rows.h"

#include <algorithm>

#include "core/planning/planner.h"  // KeptUnits

namespace secateur {

namespace {

std::vector<float> arranged(std::span<const float> values, const std::vector<std::uint32_t>& order) {
    std::vector<float> result(order.size());
    std::transform(order.begin(), order.end(), result.begin(),
                   [values](std::uint32_t unit) { return values[unit]; });
    return result;
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
    highest_.resize(layers_.size());
    order_.resize(choice_.order == UnitOrder::Ranked ? layers_.size() : 0);
    for (std::size_t row = 0; row < layers_.size(); ++row) {
        if (layers_[row] == nullptr) continue;
        rows[row] = unitScores(*layers_[row], choice_.kind, choice_.values);
        highest_[row] = static_cast<int>(std::ranges::max_element(rows[row]) - rows[row].begin());
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
    forms_.clear();
    if (kept == nullptr) return;
    forms_ = kept->forms;
    std::vector<int> widths;
    std::size_t all = 0;
    for (int row = 0; row < rows(); ++row) {
        widths.push_back(values_.width(row));
        all += static_cast<std::size_t>(widths.back());
    }
    std::vector<float> shares(all);
    auto next = shares.begin();
    for (int row = 0; row < rows(); ++row) {
        const int width = widths[static_cast<std::size_t>(row)];
        const UnitMask gone =
            width == 0 ? UnitMask()
                       : removedUnits(kept, *layers_[static_cast<std::size_t>(row)], choice_.kind, width);
        removedIn_.push_back(countKept(gone));  // ones, whatever they stand for
        if (order_.empty()) {
            next = std::ranges::copy(gone, next).out;
        } else {
            for (std::uint32_t unit : order_[static_cast<std::size_t>(row)])
                *next++ = static_cast<float>(gone[unit]);
        }
    }
    removed_.emplace(std::move(shares), std::move(widths), Reduction::Mean);
}

QString UnitRows::form(int row) const {
    const bool known = row >= 0 && row < static_cast<int>(forms_.size());
    return known ? QString::fromStdString(forms_[static_cast<std::size_t>(row)]) : QString();
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
