// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which block of layers changes the least? A click selects a block and says what it costs; a button makes its
// chop the plan's. GUI thread only.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QAction;
class QLabel;
class QPushButton;

namespace secateur {

class LayerSelection;
class PlanDocument;
class SimilarityView;
class WhenSeen;

class SimilarityPanel final : public QWidget {
    Q_OBJECT
public:
    SimilarityPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent = nullptr);
    [[nodiscard]] SimilarityView* view() const noexcept { return view_; }

private:
    void showDistances();
    void showBlock();
    void chopBlock();
    [[nodiscard]] std::vector<int> blockLayers() const;  // ORIGINAL numbers of the selected block
    [[nodiscard]] QString costText() const;

    PlanDocument& document_;
    SimilarityView* view_;
    QLabel* cost_;
    QPushButton* chop_;
    WhenSeen* seen_;
    QAction* chopHere_;  // the same in the menu of the plot
};

}  // namespace secateur
