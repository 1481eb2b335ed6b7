// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/compare_panel.h"

#include <QFileInfo>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/plan_difference.h"
#include "widgets/document/layer_curves.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/measured_pair_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/settings.h"
#include "widgets/models/comparison_model.h"
#include "widgets/models/measurement_model.h"
#include "widgets/panels/side_box.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/difference_map_view.h"
#include "widgets/plots/kept_widths_view.h"
#include "widgets/plots/layer_pair_view.h"
#include "widgets/plots/score_difference_view.h"

namespace secateur {
namespace {

constexpr std::chrono::milliseconds kComparePause{80};  // a dragged ratio is compared once it rests

UnitMask maskAt(const std::vector<UnitMask>& masks, int layer) {
    return layer < static_cast<int>(masks.size()) ? masks[static_cast<std::size_t>(layer)] : UnitMask();
}

}  // namespace

ComparePanel::ComparePanel(PlanDocument& document, PreviewFeed& feed, RunBoard& board, PlanPins& pins,
                           ReferenceShelf& shelf, const Settings& settings, LayerSelection& selection,
                           const std::vector<MethodInfo>& methods, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      board_(board),
      pins_(pins),
      shelf_(shelf),
      settings_(settings),
      methods_(methods),
      verdict_(new QLabel(this)),
      pages_(new QStackedWidget(this)),
      empty_(new QLabel(this)),
      tabs_(new QTabWidget(this)),
      numbers_(new ComparisonModel(this)),
      steps_(new StepPairsModel(this)),
      layers_(new LayerDifferenceModel(this)),
      agreements_(new LayerAgreementModel(this)),
      widths_(new KeptWidthsView(this)),
      map_(new DifferenceMapView(this)),
      scoreMap_(new ScoreDifferenceView(this)),
      curves_(new LayerPairView(this)),
      maps_(new QStackedWidget(this)),
      layerTables_(new QStackedWidget(this)),
      pair_(new MeasuredPairFeed(this)),
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
    maps_->addWidget(map_);
    maps_->addWidget(scoreMap_);
    tabs_->addTab(maps_, tr("Map"));
    tabs_->addTab(curves_, tr("Curves"));
    layerTables_->addWidget(table(layers_, tr("Differences by layer")));
    layerTables_->addWidget(table(agreements_, tr("Agreement by layer")));
    tabs_->addTab(layerTables_, tr("Layers"));
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
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::soon);
    connect(&document_, &PlanDocument::modelChanged, &shelf_, &ReferenceShelf::listKept);
    connect(&settings_, &Settings::recentModelsChanged, seen_, &WhenSeen::soon);
    connect(pair_, &MeasuredPairFeed::answered, seen_, &WhenSeen::now);
    connect(curves_, &LayerPairView::metricChosen, this, &ComparePanel::showAgreements);
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
        one.choice = new SideBox(side, bar);
        one.take = new QPushButton(tr("Take %1").arg(letter), bar);
        one.take->setAccessibleName(one.take->text());
        one.take->setToolTip(tr("Make the plan of %1 the present one; undo takes it back").arg(letter));
        auto* label = new QLabel(letter, bar);
        label->setBuddy(one.choice);
        grid->addWidget(label, side, 0);
        grid->addWidget(one.choice, side, 1);
        grid->addWidget(one.take, side, 2);
        connect(one.choice, &SideBox::picked, this,
                [this, side](const PinChoice& choice) { pins_.pin(side, choice); });
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
    if (model == layers_ || model == agreements_) {
        table->setSortingEnabled(true);
        table->sortByColumn(0, Qt::AscendingOrder);  // the layer
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
    stepTable_ = steps;
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
    connect(&selection, &LayerSelection::layersChanged, widths_, &KeptWidthsView::setSelectedLayers);
    connect(curves_, &LayerPairView::layerSelected, &selection, &LayerSelection::setLayer);
    connect(&selection, &LayerSelection::layersChanged, curves_, &LayerPairView::setSelectedLayers);
    for (PairMapView* map : std::initializer_list<PairMapView*>{map_, scoreMap_}) {
        connect(map, &PairMapView::layerSelected, &selection, &LayerSelection::setLayer);
        connect(&selection, &LayerSelection::layersChanged, map, &PairMapView::setSelectedLayers);
    }
}

bool ComparePanel::settled() const {
    return pair_->settled() && !seen_->waiting();
}

QStringList ComparePanel::notes() const {
    QStringList notes;
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B}) {
        if (pins_.reading(side)) notes << tr("%1 is being read...").arg(PlanPins::label(side));
        if (!pins_.problem(side).isEmpty())
            notes << QStringLiteral("%1: %2").arg(PlanPins::label(side), pins_.problem(side));
    }
    return notes;
}

QString ComparePanel::whatToDo() const {
    if (document_.model() == nullptr) return tr("Open a model to compare plans of it.");
    const SideKind a = kindOf(pins_.choice(PlanPins::A).source);
    const SideKind b = kindOf(pins_.choice(PlanPins::B).source);
    if (a != b)
        return tr("%1 is a measurement, %2 a network. Choose another measurement as %2: an analysis file, "
                  "saved "
                  "with File > Save analysis.")
            .arg(a == SideKind::Measurement ? QStringLiteral("A") : QStringLiteral("B"),
                 a == SideKind::Measurement ? QStringLiteral("B") : QStringLiteral("A"));
    if (a == SideKind::Measurement)
        return document_.wholeAnalysis() == nullptr
                   ? tr("Measure the model (Run > Measure), and choose an analysis file as the other side.")
                   : tr("Choose a measurement for A and one for B above.");
    return tr("Choose a plan for A and one for B above, or pin them under Trade-off.");
}

void ComparePanel::refresh() {
    refreshChoices();
    const auto a = pins_.side(PlanPins::A);
    const auto b = pins_.side(PlanPins::B);
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B}) {
        const auto& shown = side == PlanPins::A ? a : b;
        const bool taken = pins_.choice(side).source == PinSource::Present;
        sides_.at(side).take->setEnabled(shown != nullptr && shown->plan != nullptr && !taken);
    }
    const bool measured = a != nullptr && b != nullptr && a->analysis != nullptr && b->analysis != nullptr;
    const bool networks = a != nullptr && b != nullptr && a->analysis == nullptr && b->analysis == nullptr;
    if (networks) {
        pair_->forget();
        showNetworks(*a, *b);
    } else if (measured) {
        compareMeasurements(*a, *b);
    } else {
        pair_->forget();
        showNothing(whatToDo());
    }
}

void ComparePanel::showNothing(const QString& why) {
    verdict_->setText(notes().join(QLatin1Char('\n')));
    empty_->setText(why);
    pages_->setCurrentWidget(empty_);
}

// The tabs are the same for both kinds of sides, so that a look at a map stays one; but two networks have no
// metrics of layers.
void ComparePanel::showKind(SideKind kind, bool steps) {
    const bool measured = kind == SideKind::Measurement;
    maps_->setCurrentWidget(measured ? static_cast<QWidget*>(scoreMap_) : map_);
    layerTables_->setCurrentIndex(measured ? 1 : 0);
    tabs_->setTabVisible(tabs_->indexOf(curves_), measured);
    stepTable_->setVisible(steps);
    pages_->setCurrentWidget(tabs_);
}

void ComparePanel::showNetworks(const ComparedSide& a, const ComparedSide& b) {
    QStringList text{comparisonInWords(a, b)};
    for (const auto& [side, letter] :
         {std::pair(&a, PlanPins::label(PlanPins::A)), std::pair(&b, PlanPins::label(PlanPins::B))}) {
        if (!side->obstacle.isEmpty())
            text << tr("The layers of %1 are not those of the open model: %2.").arg(letter, side->obstacle);
    }
    verdict_->setText((text + notes()).join(QLatin1Char('\n')));
    numbers_->setRows(comparisonRows(a, b));
    const bool plans = a.plan != nullptr && b.plan != nullptr;
    steps_->setRows(plans ? stepPairs(*a.plan, *b.plan, methods_) : std::vector<StepPair>());
    showWidths(a, b);
    scoreMap_->setDifference(nullptr);  // a figure of what is not compared any more is none
    curves_->setMetrics({}, {}, {});
    showKind(SideKind::Network, plans);
}

void ComparePanel::showWidths(const ComparedSide& a, const ComparedSide& b) {
    // Of what the open model was made from, where that is a side: only there has every unit a number.
    const std::shared_ptr<const BeforeOpened>& before = a.before != nullptr ? a.before : b.before;
    const NetworkConfig& network = before != nullptr ? before->network : document_.model()->config;
    const auto keptOf = [&](const ComparedSide& side) {
        return before != nullptr && side.before == nullptr ? within(before->left, *side.kept) : *side.kept;
    };
    std::vector<KeptWidths> widths;
    if (a.obstacle.isEmpty() && b.obstacle.isEmpty())
        widths = pairWidths(widthsOf(network), a.widths, b.widths);
    std::optional<PlanDifference> difference;
    std::vector<DifferenceMapView::Row> rows;
    if (a.kept && b.kept) {
        const KeptUnits keptA = keptOf(a), keptB = keptOf(b);
        difference = differenceOf(network, keptA, keptB);
        for (const LayerConfig& layer : network.layers) {
            const int number = layer.originalLayer;
            rows.push_back(
                {number,
                 fatesOf(maskAt(keptA.channels, number), maskAt(keptB.channels, number),
                         layer.intermediateSize),
                 fatesOf(maskAt(keptA.kvGroups, number), maskAt(keptB.kvGroups, number), layer.kvHeads)});
        }
        const auto overlap = difference->channels.overlap();
        map_->setProvenance(overlap
                                ? tr("Of the channels that either plan removes, both remove %1 (Jaccard).")
                                      .arg(QString::fromStdString(formatPercent(*overlap)))
                                : tr("Neither plan removes channels."));
    } else {
        const ComparedSide& unknown = a.kept ? b : a;
        map_->setEmptyText(tr("Which units %1 keeps is not known: no plan lies beside it, or beside the open "
                              "model, that made the "
                              "one from the other. "
                              "Widths and Layers compare how many.")
                               .arg(unknown.title));
        map_->setProvenance({});
    }
    layers_->setRows(layerPairs(widths, difference ? &*difference : nullptr));
    map_->setRows(std::move(rows));
    widths_->setEmptyText(
        tr("The layers of A and B are not of the same original, so that they have no place "
           "beside each other."));
    widths_->setWidths(std::move(widths), a.title, b.title);
    widths_->setProvenance({});
}

void ComparePanel::compareMeasurements(const ComparedSide& a, const ComparedSide& b) {
    ComparedModels models{document_.model()};
    for (const auto& model : shelf_.knownModels()) models.push_back(model);
    pair_->ask(models, a.analysis, b.analysis, cutQuestion(document_.wishes()));
    if (!pair_->problem().isEmpty() && pair_->settled()) return showNothing(pair_->problem());
    const auto& pair = pair_->pair();
    if (pair == nullptr) return showNothing(tr("Updating..."));
    QStringList text{measurementsInWords(*pair)};
    if (!pair_->settled()) text << tr("Updating...");
    verdict_->setText((text + notes()).join(QLatin1Char('\n')));
    numbers_->setRows(measurementRows(*pair));
    showCurves(*pair, a, b);
    showAgreements();
    scoreMap_->setProvenance(tr("%1 of A and B; orders are those within a layer")
                                 .arg(QString::fromStdString(pair->scores->metric)));
    scoreMap_->setDifference(pair->scores);
    map_->setRows({});
    widths_->setEmptyText(pair->cutProblem);
    widths_->setWidths(pair->widths, a.title, b.title);
    widths_->setProvenance(tr("What %1 leaves by each").arg(pair->cut));
    showKind(SideKind::Measurement, false);
}

void ComparePanel::showCurves(const MeasuredPair& pair, const ComparedSide& a, const ComparedSide& b) {
    curveMetrics_.clear();
    std::vector<LayerPairMetric> metrics;
    for (const std::string& metric : layerMetrics()) {
        const auto ofA = layerCurve(*pair.a, metric), ofB = layerCurve(*pair.b, metric);
        if (!ofA && !ofB) continue;  // optional passes that were not asked for
        const LayerCurveWords words = layerCurveWords(metric);
        LayerPairMetric shown{.name = words.name, .unit = words.unit, .change = isChange(metric)};
        shown.layers = ofA ? ofA->layers : ofB->layers;
        if (ofA) shown.a = ofA->values;
        if (ofB) shown.b = ofB->values;
        const auto& both = pair.scores->layerMetrics;
        const auto found = std::ranges::find(both, metric, &LayerMetricPair::metric);
        if (found != both.end()) shown.agreement = found->agreement;
        metrics.push_back(std::move(shown));
        curveMetrics_.push_back(metric);
    }
    curves_->setMetrics(std::move(metrics), a.title, b.title);
}

// The values of the metric whose curves are chosen, too.
void ComparePanel::showAgreements() {
    const auto& pair = pair_->pair();
    if (pair == nullptr) return;
    const auto place = static_cast<std::size_t>(curves_->metric());
    const std::string metric = place < curveMetrics_.size() ? curveMetrics_[place] : std::string();
    agreements_->setRows(layerAgreements(*pair, metric), metric);
}

void ComparePanel::refreshChoices() {
    std::vector<SideBox::Offer> plans{{tr("present plan"), {PinSource::Present}},
                                      {tr("dense model"), {PinSource::Dense}}};
    const auto& points = feed_.history();
    for (auto point = points.rbegin(); point != points.rend(); ++point)
        plans.push_back({point->title(), {PinSource::Previewed, point->id}});
    for (const RunEntry& run : board_.runs()) {
        const QString label = feed_.plans().labelOf(run.folder()).name;
        plans.push_back(
            {tr("run %1").arg(label.isEmpty() ? run.name() : label), {PinSource::Run, 0, run.folder()}});
    }
    std::vector<SideBox::Offer> measurements;
    if (document_.wholeAnalysis() != nullptr)
        measurements.push_back({tr("present measurement"), {PinSource::Measurement}});
    for (const QString& file : measurementFiles())
        measurements.push_back(
            {tr("measurement %1").arg(shelf_.title(file)), {PinSource::AnalysisFile, 0, file}});
    for (const PlanPins::Side side : {PlanPins::A, PlanPins::B})
        sides_.at(side).choice->offer({plans, measurements, models()}, pins_.choice(side));
}

// Those that were read, and those kept of earlier measurements; not that which is the present one.
QStringList ComparePanel::measurementFiles() const {
    QStringList files = shelf_.analyses();
    const auto& present = document_.wholeAnalysis();
    for (const KnownAnalysis& known : shelf_.kept()) {
        const Analysis& facts = *known.facts;
        const bool same = present != nullptr && sameMeasurement(facts, *present);
        const bool fits =
            document_.model() != nullptr && facts.originalLayers == document_.model()->config.originalLayers;
        if (fits && !same && !files.contains(known.file)) files << known.file;
    }
    return files;
}

std::vector<SideBox::Offer> ComparePanel::models() const {
    const QString open = document_.model() ? QString::fromStdString(document_.model()->path) : QString();
    QStringList folders = shelf_.models();
    for (const QString& recent : settings_.recentModels())
        if (!folders.contains(recent)) folders << recent;
    std::vector<SideBox::Offer> offers;
    for (const QString& folder : folders) {
        if (folder != open)
            offers.push_back(
                {tr("model %1").arg(QFileInfo(folder).fileName()), {PinSource::Model, 0, folder}});
    }
    return offers;
}

}  // namespace secateur
