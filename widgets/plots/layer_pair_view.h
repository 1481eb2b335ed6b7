// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers does B value differently from A? A metric of both over the layers, each curve with its letter
// at its end, and below it what B has more or less. Keys: left/right move over the layers, Enter selects one.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "widgets/plots/plot_view.h"

namespace secateur {

struct DirectLabel;
class DirectLabels;

// A metric of layers, of A and of B.
struct LayerPairMetric {
    QString name{};             // "block influence"
    QString unit{};             // "1 - cosine"; may be empty
    std::vector<int> layers{};  // ORIGINAL numbers, ascending
    std::vector<float> a{};     // one a layer; empty: A has not measured it
    std::vector<float> b{};
    std::optional<double> agreement{};  // Spearman's
    // Held against 0, and drawn over the range of most values: those far outside are told at the edge.
    bool change = false;
    bool operator==(const LayerPairMetric&) const = default;
};

class LayerPairView final : public PlotView {
    Q_OBJECT
public:
    explicit LayerPairView(QWidget* parent = nullptr);
    ~LayerPairView() override;

    // None: there is nothing to draw. The metric that is shown stays, by its name, where it is among them;
    // else the first is. The names of the sides stand below the drawing.
    void setMetrics(std::vector<LayerPairMetric> metrics, const QString& nameA, const QString& nameB);
    [[nodiscard]] int metric() const;  // its place in the list; -1: none
    void setMetric(int place);
    void setLogScale(bool on);  // of a metric whose values are all positive
    [[nodiscard]] bool logScale() const;
    [[nodiscard]] const DirectLabels& labels() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayers(const std::vector<int>& layers);

Q_SIGNALS:
    void layerSelected(int originalLayer);
    void metricChosen(int place);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void showMetric();
    void rebuild();
    void placeDifference(bool wished);
    void addCurves();
    void nameFarOnes(std::vector<DirectLabel>& labels);
    void addDifference();
    void addBands();
    void moveTo(int place);  // of the layers; -1: none
    [[nodiscard]] int placeAt(const QPointF& position) const;
    [[nodiscard]] QString describe(int place) const;
    [[nodiscard]] QString foot() const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
