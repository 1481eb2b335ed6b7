// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/compare_panel.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/plan_difference.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/run_board.h"
#include "widgets/models/comparison_model.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"

namespace secateur {
namespace {

constexpr std::chrono::milliseconds kComparePause{80};  // a dragged ratio is compared once it rests

UnitMask maskAt(const std::vector<UnitMask>& masks, int layer) {
    return layer < static_cast<int>(masks.size()) ? masks[static_cast<std::size_t>(layer)] : UnitMask();
}

}  // namespace

ComparePanel::ComparePanel(PlanDocument& document, PreviewFeed& feed, RunBoard& board, PlanPins& pins,
                           LayerSelection& selection, const std::vector<MethodInfo>& methods, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      board_(board),
      pins_(pins),
      methods_(methods),
      verdict_(new QLabel(this)),
      pages_(new QStackedWidget(this)),
      empty_(new QLabel(this)),
      tabs_(new QTabWidget(this)),
      numbers_(new ComparisonModel(this)),
      steps_(new StepPairsModel(this)),
      layers_(new LayerDifferenceModel(this)),
      widths_(new KeptWidthsView(this)),
      map_(new DifferenceMapView(this)),
      seen_(new WhenSeen(
          *this, [this] { refresh(); }, kComparePause)) {
    auto* title = new QLabel(tr("What differs between A and B?"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* bar = new QWidget(this);
    buildChoices(bar);
    verdict_->setWordWrap(true);
    verdict_->setTextFormat(Qt::PlainText);
    verdict_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    verdict_->setObjectName(QStringLiteral("comparisonInWords"));
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setTextFormat(Qt::PlainText);
    tabs_->setDocumentMode(true);
    tabs_->addTab(buildNumbers(), tr("Numbers"));
    tabs_->addTab(widths_, tr("Widths"));
    tabs_->addTab(map_, tr("Map"));
    tabs_->addTab(table(layers_, tr("Differences by layer")), tr("Layers"));
    pages_->addWidget(empty_);
    pages_->addWidget(tabs_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 2);
    column->setSpacing(4);
    column->addWidget(title);
    column->addWidget(bar);
    column->addWidget(verdict_);
    column->addWidget(pages_, 1);
    setAccessibleName(title->text());
    connect(&pins_, &PlanPins::changed, seen_, &WhenSeen::soon);
    connect(&board_, &RunBoard::changed, seen_, &WhenSeen::soon);
    connect(&feed_.plans(), &PlanList::changed, seen_, &WhenSeen::soon);
    shareSelection(selection);
    seen_->now();
}

void ComparePanel::buildChoices(QWidget* bar) {
    auto* grid = new QGridLayout(bar);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4);
    grid->setColumnStretch(1, 1);
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B}) {
        const QString letter = PlanPins::label(side);
        Side& one = sides_.at(side);
        one.choice = new QComboBox(bar);
        one.choice->setAccessibleName(tr("Plan %1").arg(letter));
        one.choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        one.choice->setMinimumContentsLength(12);
        one.take = new QPushButton(tr("Take %1").arg(letter), bar);
        one.take->setAccessibleName(one.take->text());
        one.take->setToolTip(tr("Make %1 the present plan; undo takes it back").arg(letter));
        auto* label = new QLabel(letter, bar);
        label->setBuddy(one.choice);
        grid->addWidget(label, side, 0);
        grid->addWidget(one.choice, side, 1);
        grid->addWidget(one.take, side, 2);
        connect(one.choice, &QComboBox::activated, this, [this, side](int index) { choose(side, index); });
        connect(one.take, &QPushButton::clicked, this, [this, side] { pins_.take(side); });
    }
    auto* swap = new QPushButton(tr("Swap"), bar);
    swap->setAccessibleName(swap->text());
    swap->setToolTip(tr("Let A and B change places"));
    grid->addWidget(swap, 0, 3, 2, 1);
    connect(swap, &QPushButton::clicked, &pins_, &PlanPins::swap);
}

QTableView* ComparePanel::table(QAbstractItemModel* model, const QString& name) {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(model);
    sorted->setSortRole(SortRole);
    auto* table = new QTableView(this);
    table->setModel(sorted);
    table->setAccessibleName(name);
    styleTable(*table);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    if (model == layers_) {
        table->setSortingEnabled(true);
        table->sortByColumn(LayerDifferenceModel::Layer, Qt::AscendingOrder);
    }
    return table;
}

QWidget* ComparePanel::buildNumbers() {
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    QTableView* numbers = table(numbers_, tr("Numbers of A and B"));
    numbers->horizontalHeader()->setSectionResizeMode(ComparisonModel::Difference, QHeaderView::Stretch);
    wrapRows(*numbers);
    QTableView* steps = table(steps_, tr("Steps of A and B"));
    for (const int column : {StepPairsModel::A, StepPairsModel::B})
        steps->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
    wrapRows(*steps);
    split->addWidget(numbers);
    split->addWidget(steps);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    return split;
}

void ComparePanel::shareSelection(LayerSelection& selection) {
    connect(widths_, &KeptWidthsView::layerSelected, &selection, &LayerSelection::setLayer);
    connect(map_, &DifferenceMapView::layerSelected, &selection, &LayerSelection::setLayer);
    connect(&selection, &LayerSelection::layersChanged, widths_, &KeptWidthsView::setSelectedLayers);
    connect(&selection, &LayerSelection::layersChanged, map_, &DifferenceMapView::setSelectedLayers);
}

void ComparePanel::refresh() {
    refreshChoices();
    const auto a = pins_.plan(PlanPins::A);
    const auto b = pins_.plan(PlanPins::B);
    sides_[PlanPins::A].take->setEnabled(a != nullptr &&
                                         pins_.choice(PlanPins::A).source != PinSource::Present);
    sides_[PlanPins::B].take->setEnabled(b != nullptr &&
                                         pins_.choice(PlanPins::B).source != PinSource::Present);
    QStringList notes;
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B}) {
        if (pins_.reading(side)) notes << tr("%1 is being read...").arg(PlanPins::label(side));
        if (!pins_.problem(side).isEmpty())
            notes << QStringLiteral("%1: %2").arg(PlanPins::label(side), pins_.problem(side));
    }
    if (a == nullptr || b == nullptr) {
        verdict_->setText(notes.join(QLatin1Char('\n')));
        empty_->setText(document_.model() == nullptr
                            ? tr("Open a model to compare plans of it.")
                            : tr("Choose a plan for A and one for B above, or pin them under Trade-off."));
        pages_->setCurrentWidget(empty_);
        return;
    }
    verdict_->setText((QStringList{comparisonInWords(*a, *b)} + notes).join(QLatin1Char('\n')));
    showBoth(*a, *b);
    pages_->setCurrentWidget(tabs_);
}

void ComparePanel::showBoth(const ComparedPlan& a, const ComparedPlan& b) {
    numbers_->setRows(comparisonRows(a, b));
    steps_->setRows(stepPairs(*a.plan, *b.plan, methods_));
    const NetworkConfig& network = document_.model()->config;
    PlanDifference difference = differenceOf(network, a.kept, b.kept);
    std::vector<KeptWidths> widths;
    for (const LayerDifference& layer : difference.layers)
        widths.push_back({layer.layer, layer.kvGroups.units(), layer.kvGroups.keptByPlanA(),
                          layer.kvGroups.keptByPlanB(), layer.channels.units(), layer.channels.keptByPlanA(),
                          layer.channels.keptByPlanB()});
    widths_->setWidths(std::move(widths), a.title, b.title);
    std::vector<DifferenceMapView::Row> rows;
    for (const LayerConfig& layer : network.layers) {
        const int number = layer.originalLayer;
        rows.push_back(
            {number,
             fatesOf(maskAt(a.kept.channels, number), maskAt(b.kept.channels, number),
                     layer.intermediateSize),
             fatesOf(maskAt(a.kept.kvGroups, number), maskAt(b.kept.kvGroups, number), layer.kvHeads)});
    }
    map_->setRows(std::move(rows));
    const auto overlap = difference.channels.overlap();
    map_->setProvenance(overlap ? tr("Of the channels that either plan removes, both remove %1 (Jaccard).")
                                      .arg(QString::fromStdString(formatPercent(*overlap)))
                                : tr("Neither plan removes channels."));
    layers_->setRows(std::move(difference.layers));
}

void ComparePanel::refreshChoices() {
    std::vector<std::pair<QString, PinChoice>> offered{{tr("present plan"), {PinSource::Present}},
                                                       {tr("dense model"), {PinSource::Dense}}};
    const auto& points = feed_.history();
    for (auto point = points.rbegin(); point != points.rend(); ++point)
        offered.emplace_back(point->title(), PinChoice{PinSource::Previewed, point->id});
    for (const RunEntry& run : board_.runs()) {
        const QString label = feed_.plans().labelOf(run.folder()).name;
        offered.emplace_back(tr("run %1").arg(label.isEmpty() ? run.name() : label),
                             PinChoice{PinSource::Run, 0, run.folder()});
    }
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B}) {
        Side& one = sides_.at(side);
        if (one.choice->view()->isVisible()) continue;  // it is being chosen from
        auto own = offered;
        const PinChoice now = pins_.choice(side);
        const auto is = [&](const auto& item) { return item.second == now; };
        if (std::ranges::none_of(own, is)) {
            const QString gone = tr("a plan that is not in the list any more");
            own.emplace_back(now.path.isEmpty() ? gone : QFileInfo(now.path).fileName(), now);
        }
        const QSignalBlocker quiet(one.choice);
        one.choice->clear();
        one.offered.clear();
        for (const auto& [text, choice] : own) {
            one.choice->addItem(text);
            one.choice->setItemData(one.choice->count() - 1, choice.path.isEmpty() ? text : choice.path,
                                    Qt::ToolTipRole);
            one.offered.push_back(choice);
        }
        one.choice->addItem(tr("Plan file..."));
        one.choice->setCurrentIndex(static_cast<int>(std::ranges::find_if(own, is) - own.begin()));
        one.choice->setToolTip(
            tr("%1: one side of the comparison, a plan, the dense model, a plan file or a healed run")
                .arg(one.choice->currentText()));
    }
}

void ComparePanel::choose(PlanPins::Side side, int index) {
    const Side& one = sides_.at(side);
    if (index >= 0 && index < static_cast<int>(one.offered.size()))
        return pins_.pin(side, one.offered[static_cast<std::size_t>(index)]);
    askFile(side);
    refreshChoices();  // until a file is chosen the box shows what is compared
}

void ComparePanel::askFile(PlanPins::Side side) {
    auto* dialog = new QFileDialog(this, tr("Plan %1").arg(PlanPins::label(side)), {}, tr("Plans (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this, side](const QString& file) {
        pins_.pin(side, {PinSource::File, 0, file});
    });
    dialog->open();
}

}  // namespace secateur
