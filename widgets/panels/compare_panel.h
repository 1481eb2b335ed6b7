// SPDX-License-Identifier: GPL-3.0-or-later
//
// What differs between A and B? Two networks, chosen here or pinned under Trade-off: headline numbers, steps,
// widths of every layer, the map of what only one removes; a plan can be made the present one. Or two
// measurements: what they are of, how far they put units in the same order, the map of what they score
// differently, the metrics of layers of both as curves, and what the plan would remove by each.
#pragma once

#include <QAbstractItemModel>
#include <QWidget>
#include <array>
#include <string>
#include <vector>

#include "core/data/method_info.h"
#include "widgets/document/plan_pins.h"
#include "widgets/panels/side_box.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;
class QTableView;

namespace secateur {

class ComparisonModel;
class DifferenceMapView;
class KeptWidthsView;
class LayerAgreementModel;
class LayerDifferenceModel;
class LayerPairView;
class LayerSelection;
class MeasuredPairFeed;
struct MeasuredPair;
class PlanDocument;
class PreviewFeed;
class ReferenceShelf;
class RunBoard;
class ScoreDifferenceView;
class Settings;
class StepPairsModel;
class WhenSeen;

class ComparePanel final : public QWidget {
    Q_OBJECT
public:
    ComparePanel(PlanDocument& document, PreviewFeed& feed, RunBoard& board, PlanPins& pins,
                 ReferenceShelf& shelf, const Settings& settings, LayerSelection& selection,
                 const std::vector<MethodInfo>& methods, QWidget* parent = nullptr);
    [[nodiscard]] KeptWidthsView* widths() const noexcept { return widths_; }
    [[nodiscard]] DifferenceMapView* map() const noexcept { return map_; }
    [[nodiscard]] ScoreDifferenceView* scoreMap() const noexcept { return scoreMap_; }
    [[nodiscard]] LayerPairView* layerCurves() const noexcept { return curves_; }
    // Nothing is being worked out, or waits to be shown.
    [[nodiscard]] bool settled() const;

private:
    void buildChoices(QWidget* bar);
    [[nodiscard]] QWidget* buildNumbers();
    [[nodiscard]] QTableView* table(QAbstractItemModel* model, const QString& name);
    void shareSelection(LayerSelection& selection);
    void refresh();
    void refreshChoices();
    [[nodiscard]] QStringList measurementFiles() const;
    [[nodiscard]] std::vector<SideBox::Offer> models() const;
    [[nodiscard]] QStringList notes() const;  // what is being read, or could not be
    [[nodiscard]] QString whatToDo() const;   // where there is nothing to compare
    void showNothing(const QString& why);
    void showKind(SideKind kind, bool steps);
    void showNetworks(const ComparedSide& a, const ComparedSide& b);
    void showWidths(const ComparedSide& a, const ComparedSide& b);
    void compareMeasurements(const ComparedSide& a, const ComparedSide& b);
    void showCurves(const MeasuredPair& pair, const ComparedSide& a, const ComparedSide& b);
    void showAgreements();

    struct Side {
        SideBox* choice = nullptr;
        QPushButton* take = nullptr;
    };

    PlanDocument& document_;
    PreviewFeed& feed_;
    RunBoard& board_;
    PlanPins& pins_;
    ReferenceShelf& shelf_;
    const Settings& settings_;
    const std::vector<MethodInfo>& methods_;
    std::array<Side, 2> sides_;
    QLabel* verdict_;
    QStackedWidget* pages_;
    QLabel* empty_;
    QTabWidget* tabs_;
    ComparisonModel* numbers_;
    StepPairsModel* steps_;
    LayerDifferenceModel* layers_;
    LayerAgreementModel* agreements_;
    KeptWidthsView* widths_;
    DifferenceMapView* map_;
    ScoreDifferenceView* scoreMap_;
    LayerPairView* curves_;
    std::vector<std::string> curveMetrics_;  // of layerMetrics(), those that the curves offer
    QStackedWidget* maps_;
    QStackedWidget* layerTables_;
    QTableView* stepTable_ = nullptr;
    MeasuredPairFeed* pair_;
    WhenSeen* seen_;
};

}  // namespace secateur
