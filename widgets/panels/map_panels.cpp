// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/map_panels.h"

#include <QActionGroup>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/units.h"
#include "widgets/document/channel_feed.h"
#include "widgets/document/layer_curves.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/score_words.h"
#include "widgets/document/settings.h"
#include "widgets/guide/guide_cards.h"
#include "widgets/guide/guide_keys.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/plan_thresholds.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/channel_map_view.h"
#include "widgets/plots/distribution_view.h"
#include "widgets/plots/profile_view.h"

namespace secateur {
namespace {

constexpr double kLargestRatio = 0.95;

QVBoxLayout* fill(QWidget* panel, QWidget* view) {
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(2);
    column->addWidget(view, 1);
    return column;
}

template <class View>
void shareSelection(View* view, LayerSelection& selection) {
    QObject::connect(view, &View::layerSelected, &selection, &LayerSelection::setLayer);
    QObject::connect(&selection, &LayerSelection::layerChanged, view, &View::setSelectedLayer);
}

// In the order in which they are drawn.
constexpr const char* kProfile[] = {"block-influence", "fluctuation-share", "relative-update", "angular",
                                    "leave-one-out"};

}  // namespace

ChannelMapPanel::ChannelMapPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      scores_(document),
      view_(new ChannelMapView(this)),
      seen_(new WhenSeen(*this, [this] { showPlan(); })) {
    addScores();
    fill(this, view_);

    shareSelection(view_, selection);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    seen_->now();
}

// Which one is drawn; the plan stays as it is.
void ChannelMapPanel::addScores() {
    QStringList names{tr("Score of the plan")};
    for (const std::string& metric : unitMetrics()) names << scoreInWords(metric);
    const QActionGroup* group = view_->addChoice(tr("Score shown"), names);
    for (QAction* action : group->actions().mid(1)) {
        const std::string metric = unitMetrics().at(others_.size());
        const QString key = guideKey("metric", metric);
        action->setData(QString::fromStdString(metric));
        others_.push_back(action);
        action->setProperty(kGuideProperty, key);
        if (const GuideCard* card = cardOfKey(key)) action->setToolTip(card->words);
    }
    connect(group, &QActionGroup::triggered, this, [this](const QAction* action) {
        scores_.setMetric(action->data().toString());
        seen_->now();
    });
}

void ChannelMapPanel::keepChoicesIn(Settings& settings) {
    const QString name = QStringLiteral("channel-map");
    view_->setChoices(settings.plotChoices(name));
    connect(view_, &ChannelMapView::choicesChanged, &settings,
            [this, name, &settings] { settings.setPlotChoices(name, view_->choices()); });
}

void ChannelMapPanel::pinIn(ChannelFeed& feed) {
    connect(view_, &ChannelMapView::pinWished, &feed, &ChannelFeed::pin);
    connect(view_, &ChannelMapView::unpinWished, &feed, &ChannelFeed::unpin);
    connect(&feed, &ChannelFeed::pinChanged, this, [this, &feed] { view_->setPinned(feed.pinned()); });
}

// Those that the measurement has what it takes for.
void ChannelMapPanel::offerScores() {
    const auto& analysis = document_.analysis();
    if (offered_ == analysis) return;
    offered_ = analysis;
    for (QAction* action : others_)
        action->setVisible(analysis != nullptr &&
                           holdsMetric(*analysis, action->data().toString().toStdString(), false));
}

void ChannelMapPanel::showPlan() {
    offerScores();
    const auto& table = scores_.table();
    view_->setProvenance(provenance(document_));
    view_->setData(table);
    view_->setKept(document_.result() == nullptr ? nullptr : document_.sharedKept());
    view_->setDecision(shownDecision(document_, table.get()).get());
}

ProfilePanel::ProfilePanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      view_(new ProfileView(this)),
      seen_(new WhenSeen(*this, [this] { showPlan(); })) {
    fill(this, view_);
    shareSelection(view_, selection);
    connect(&selection, &LayerSelection::layersChanged, view_, &ProfileView::setSelectedLayers);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    seen_->now();
}

void ProfilePanel::showPlan() {
    view_->setProvenance(provenance(document_));
    if (shown_ != document_.analysis()) showMetrics();
    const bool planned = document_.result() != nullptr;
    view_->setChopped(planned ? explicitChop(document_.result()->plan).layers : std::vector<int>());
}

void ProfilePanel::showMetrics() {
    std::vector<ProfileSeries> series;
    const auto& analysis = document_.analysis();
    shown_ = analysis;
    for (const char* metric : kProfile) {
        if (analysis == nullptr) break;
        const std::optional<LayerMetric> measured = layerCurve(*analysis, metric);
        if (!measured) continue;  // optional passes that were not asked for
        const LayerCurveWords words = layerCurveWords(metric);
        series.push_back({words.name, words.unit, measured->layers, measured->values});
        if (isChange(metric)) {
            series.back().baseline = 0.0F;
            series.back().baselineName =
                tr("all layers: perplexity %1")
                    .arg(QString::fromStdString(formatPerplexity(analysis->leaveOneOut->densePerplexity)));
        }
    }
    view_->setSeries(std::move(series));
}

DistributionPanel::DistributionPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      scores_(document),
      view_(new DistributionView(this)),
      seen_(new WhenSeen(*this, [this] { showPlan(); })) {
    fill(this, view_);
    connect(&selection, &LayerSelection::layerChanged, view_, &DistributionView::setSelectedLayer);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    connect(view_, &DistributionView::thresholdDragged, this, &DistributionPanel::setThreshold);
    connect(view_, &DistributionView::thresholdReleased, this, [this] { gesture_ = 0; });
    seen_->now();
}

void DistributionPanel::showPlan() {
    const auto& table = scores_.table();
    view_->setProvenance(provenance(document_));
    view_->setData(table);
    if (const auto& model = document_.model(); model != nullptr && !model->config.layers.empty()) {
        const LayerConfig& layer = model->config.layers.front();
        const int groupSize = layer.kvHeads > 0 ? layer.heads / layer.kvHeads : 1;
        view_->setCosts(kvGroupParameters(model->config, groupSize), channelParameters(model->config));
    }
    view_->setNoThresholdText(narrows(document_)
                                  ? tr("What the plan keeps does not follow these scores: no threshold "
                                       "tells it from what goes.")
                                  : tr("No threshold yet: set a ratio in the plan."));
    view_->setDecision(shownDecision(document_, table.get()).get());
}

void DistributionPanel::setThreshold(double value) {
    if (gesture_ == 0) gesture_ = document_.beginGesture();
    WidthRequest width = document_.width();
    width.ratio = std::clamp(view_->removedShareAt(value), 0.0, kLargestRatio);
    width.targetParameters.reset();
    width.targetBytes.reset();
    document_.setWidth(tr("Drag threshold"), width, gesture_);
}

}  // namespace secateur
