// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is kept of every layer? Two bars a layer, A and B, above for attention (KV groups) and
// below for the MLP (channels), in percent of what the opened layer has, or the widest. Keys: left/right move
// over the layers, Enter selects one.
#pragma once

#include <QString>
#include <memory>
#include <vector>

#include "core/planning/plan_difference.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class KeptWidthsView final : public PlotView {
    Q_OBJECT
public:
    explicit KeptWidthsView(QWidget* parent = nullptr);
    ~KeptWidthsView() override;

    void setWidths(std::vector<KeptWidths> widths, const QString& nameA, const QString& nameB);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayers(const std::vector<int>& layers);

Q_SIGNALS:
    void layerSelected(int originalLayer);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void rebuild();
    void markSelected();
    void moveTo(int index);  // of the widths; -1: none
    [[nodiscard]] int indexAt(const QPointF& position) const;
    [[nodiscard]] QString describe(const KeptWidths& widths) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
