// SPDX-License-Identifier: GPL-3.0-or-later
//
// What differs between A and B? Two plans, chosen here or pinned under Trade-off: headline numbers, steps,
// widths of every layer, the map of what only one removes. Either can be made the present plan.
#pragma once

#include <QAbstractItemModel>
#include <QWidget>
#include <array>
#include <vector>

#include "core/data/method_info.h"
#include "widgets/document/plan_pins.h"

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QTableView;

namespace secateur {

class ComparisonModel;
class DifferenceMapView;
class KeptWidthsView;
class LayerDifferenceModel;
class LayerSelection;
class PlanDocument;
class PreviewFeed;
class RunBoard;
class StepPairsModel;
class WhenSeen;

class ComparePanel final : public QWidget {
    Q_OBJECT
public:
    ComparePanel(PlanDocument& document, PreviewFeed& feed, RunBoard& board, PlanPins& pins,
                 LayerSelection& selection, const std::vector<MethodInfo>& methods,
                 QWidget* parent = nullptr);
    [[nodiscard]] KeptWidthsView* widths() const noexcept { return widths_; }
    [[nodiscard]] DifferenceMapView* map() const noexcept { return map_; }

private:
    void buildChoices(QWidget* bar);
    [[nodiscard]] QWidget* buildNumbers();
    [[nodiscard]] QTableView* table(QAbstractItemModel* model, const QString& name);
    void shareSelection(LayerSelection& selection);
    void refresh();
    void refreshChoices();
    void showBoth(const ComparedPlan& a, const ComparedPlan& b);
    void choose(PlanPins::Side side, int index);
    void askFile(PlanPins::Side side);

    struct Side {
        QComboBox* choice = nullptr;
        QPushButton* take = nullptr;
        std::vector<PinChoice> offered;  // in the order of the box, without its last item: a file
    };

    PlanDocument& document_;
    PreviewFeed& feed_;
    RunBoard& board_;
    PlanPins& pins_;
    const std::vector<MethodInfo>& methods_;
    std::array<Side, 2> sides_;
    QLabel* verdict_;
    QStackedWidget* pages_;
    QLabel* empty_;
    QTabWidget* tabs_;
    ComparisonModel* numbers_;
    StepPairsModel* steps_;
    LayerDifferenceModel* layers_;
    KeptWidthsView* widths_;
    DifferenceMapView* map_;
    WhenSeen* seen_;
};

}  // namespace secateur
