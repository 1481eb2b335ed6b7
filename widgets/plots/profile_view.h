// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which layers matter? One curve a metric over the layers, each in its own panel with its own unit, or all in
// one panel scaled to their own range. Check boxes show and hide curves. Keys: left/right move the cursor
// layer, Enter selects it.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "widgets/plots/plot_view.h"

namespace secateur {

// One value a layer. NaN = not known for that layer (a gap in the curve).
struct ProfileSeries {
    QString name;             // "block influence"
    QString unit;             // "1 - cosine", "perplexity", "%"; may be empty
    std::vector<int> layers;  // ORIGINAL numbers, ascending
    std::vector<float> values;
    // What the values are held against, drawn as a line with its name. Such values are drawn on a linear
    // axis, over the range of most of them: those far outside are told at the edge.
    std::optional<float> baseline = std::nullopt;
    QString baselineName{};
};

class ProfileView final : public PlotView {
    Q_OBJECT
public:
    enum class Arrangement { Panels, Overlaid };

    explicit ProfileView(QWidget* parent = nullptr);
    ~ProfileView() override;

    // An empty list empties the view. Series hidden by name stay hidden.
    void setSeries(std::vector<ProfileSeries> series);
    void setArrangement(Arrangement arrangement);
    [[nodiscard]] Arrangement arrangement() const;
    void setLogScale(bool on);  // of panels whose values are all positive
    [[nodiscard]] bool logScale() const;
    void setSeriesVisible(const QString& name, bool visible);
    [[nodiscard]] bool seriesVisible(const QString& name) const;
    // Layers that the plan removes, hatched through all panels. ORIGINAL numbers, ascending.
    void setChopped(std::vector<int> layers);
    [[nodiscard]] int selectedLayer() const;  // -1: none, or several
    [[nodiscard]] QString describeLayer(int originalLayer) const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayer(int originalLayer);  // -1 = none
    void setSelectedLayers(const std::vector<int>& originalLayers);

Q_SIGNALS:
    void layerSelected(int originalLayer);

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void addBoxes();
    void rebuild();
    void moveTo(int layer);

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
