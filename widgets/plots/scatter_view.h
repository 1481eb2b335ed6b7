// SPDX-License-Identifier: GPL-3.0-or-later
//
// Do two scores agree? One score against another, a point a layer or unit, kept and removed apart, with
// Spearman's rank correlation and its count. Dragging a rectangle selects the layers in it, a click selects
// one. Keys: left/right walk over the points, Enter selects the layer of one.
#pragma once

#include <QString>
#include <memory>
#include <vector>

#include "core/planning/score_pairs.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class ScatterView final : public PlotView {
    Q_OBJECT
public:
    explicit ScatterView(QWidget* parent = nullptr);
    ~ScatterView() override;

    // `removed`: one a pair. Above a number of pairs every so many are drawn; the correlation is of all.
    void setPairs(std::shared_ptr<const ScorePairs> pairs, std::vector<bool> removed, const QString& nameX,
                  const QString& nameY);
    void setRemoved(std::vector<bool> removed);
    void setLogX(bool on);
    void setLogY(bool on);
    [[nodiscard]] int drawnPoints() const;  // of all pairs
    // "Spearman 0.83 over 12 layers"
    [[nodiscard]] QString agreementText() const;
    [[nodiscard]] const std::vector<int>& selectedLayers() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayers(const std::vector<int>& layers);

Q_SIGNALS:
    void layersSelected(const std::vector<int>& layers);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    bool grabAt(const QPointF& position) override;
    void dragTo(const QPointF& position) override;
    void dropAt(const QPointF& position) override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void rebuild();
    [[nodiscard]] bool shows(std::size_t pair) const;
    void addPoints();
    void addLabels();
    void setRanges();
    void moveTo(int place);
    void choose();
    [[nodiscard]] int placeAt(const QPointF& position) const;
    [[nodiscard]] QString describe(std::size_t pair) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
