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
    forms_.clear();
    if (kept == nullptr) return;
    forms_ = kept->forms;
    std::vector<float> shares;
    std::vector<int> widths;
    for (int row = 0; row < rows(); ++row) {
        widths.push_back(values_.width(row));
        std::vector<float> gone(static_cast<std::size_t>(widths.back()));
        for (std::size_t unit = 0; unit < gone.size(); ++unit) {
            const UnitFate fate =
                fateOf(kept, *layers_[static_cast<std::size_t>(row)], choice_.kind, static_cast<int>(unit));
            gone[unit] = fate == UnitFate::Kept || fate == UnitFate::Unknown ? 0.0F : 1.0F;
        }
        removedIn_.push_back(static_cast<int>(std::count(gone.begin(), gone.end(), 1.0F)));
        if (order_.empty()) {
            shares.insert(shares.end(), gone.begin(), gone.end());
        } else {
            for (std::uint32_t unit : order_[static_cast<std::size_t>(row)]) shares.push_back(gone[unit]);
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
