// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which block of layers changes the least? The triangle of angular distances between the input of a block's
// first layer and the output of its last; the best blocks are dotted, as many as stay apart. Clicking a cell
// selects that block. Keys: arrows move the cursor cell, Enter selects it.
#pragma once

#include <QString>
#include <memory>
#include <utility>
#include <vector>

#include "core/data/analysis.h"  // AngularDistances
#include "widgets/plots/colour_map.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class SimilarityView final : public PlotView {
    Q_OBJECT
public:
    enum class Tokens { All, Last };

    explicit SimilarityView(QWidget* parent = nullptr);
    ~SimilarityView() override;

    // `layers`: ORIGINAL number of each measured layer, in order; distances.points == layers.size() + 1.
    // Empty layers empty the view.
    void setData(const AngularDistances& distances, std::vector<int> layers);
    void setTokens(Tokens tokens);
    [[nodiscard]] Tokens tokens() const;
    void setColourMap(ColourMap map);
    [[nodiscard]] int selectedLayer() const;
    // "layers 4-6 (3 layers): 0.213"; empty when there is no such block. `first` is an ORIGINAL number.
    [[nodiscard]] QString describeBlock(int first, int count) const;
    // First ORIGINAL layer of the block of `count` measured layers with the least distance; -1 when there is
    // none.
    [[nodiscard]] int bestBlock(int count) const;
    // Sizes of blocks whose best is dotted: those that the drawing has room for.
    [[nodiscard]] std::vector<int> dottedSizes() const;
    // The block that is selected; its first ORIGINAL layer is -1 when none is.
    [[nodiscard]] std::pair<int, int> selectedBlock() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

public Q_SLOTS:
    void setSelectedLayer(int originalLayer);  // -1 = none

Q_SIGNALS:
    // `count` measured layers from `firstOriginalLayer` on (layers that were already chopped when measuring
    // do not count); -1 and 0 when the data is gone that it was of.
    void blockSelected(int firstOriginalLayer, int count);
    void layerSelected(int originalLayer);  // the first layer of the block that was chosen

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void rebuild();
    void recolour();
    void markBest();
    void sizeDots();
    void moveTo(int start, int count);
    void select();
    void frameBlock();
    [[nodiscard]] QString describeCell(int start, int count) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
