// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/map_panels.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/units.h"
#include "widgets/document/channel_feed.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/settings.h"
#include "widgets/guide/choice_words.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/plan_thresholds.h"
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

// Names and units of the layer metrics, in the order they are drawn.
struct MetricName {
    const char* metric;
    const char* label;
    const char* unit;
};
constexpr const char* kLeaveOneOut = "leave-one-out";  // drawn as the change against the dense perplexity
constexpr MetricName kProfile[] = {
    {"block-influence", QT_TRANSLATE_NOOP("Profile", "block influence"),
     QT_TRANSLATE_NOOP("Profile", "1 - cosine")},
    {"fluctuation-share", QT_TRANSLATE_NOOP("Profile", "fluctuation share"),
     QT_TRANSLATE_NOOP("Profile", "fraction")},
    {"relative-update", QT_TRANSLATE_NOOP("Profile", "relative update"),
     QT_TRANSLATE_NOOP("Profile", "norm ratio")},
    {"angular", QT_TRANSLATE_NOOP("Profile", "angular distance"), QT_TRANSLATE_NOOP("Profile", "of pi")},
    {kLeaveOneOut, QT_TRANSLATE_NOOP("Profile", "leave-one-out"),
     QT_TRANSLATE_NOOP("Profile", "change of perplexity, %")},
};

}  // namespace

ChannelMapPanel::ChannelMapPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent), document_(document), scores_(document), view_(new ChannelMapView(this)) {
    auto* shown = new QComboBox(this);
    shown->setAccessibleName(tr("Score shown"));
    shown->setToolTip(tr("The score that is drawn; the plan stays as it is"));
    shown->addItem(tr("Score of the plan"), QString());
    for (const std::string& metric : widthMetrics()) {
        shown->addItem(QString::fromStdString(metric), QString::fromStdString(metric));
    }
    explainChoices(*shown, "metric");
    connect(shown, &QComboBox::currentIndexChanged, this,
            [this, shown] { scores_.setMetric(shown->currentData().toString()); });
    view_->addChoice(shown);
    fill(this, view_);

    shareSelection(view_, selection);
    connect(&scores_, &ScoreSource::changed, this, [this] {
        view_->setData(scores_.table());
        showPlan();
    });
    connect(&document_, &PlanDocument::planChanged, this, &ChannelMapPanel::showPlan);
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

void ChannelMapPanel::showPlan() {
    view_->setProvenance(provenance(document_));
    if (document_.result() == nullptr) {
        view_->setKept(nullptr);
        view_->setDecision(nullptr);
        return;
    }
    view_->setKept(std::make_shared<const KeptUnits>(document_.kept()));
    const auto decision = shownDecision(document_, scores_.table().get());
    view_->setDecision(decision ? &*decision : nullptr);
}

ProfilePanel::ProfilePanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent), document_(document), view_(new ProfileView(this)) {
    fill(this, view_);
    shareSelection(view_, selection);
    connect(&selection, &LayerSelection::layersChanged, view_, &ProfileView::setSelectedLayers);
    connect(&document_, &PlanDocument::analysisChanged, this, &ProfilePanel::showMetrics);
    connect(&document_, &PlanDocument::planChanged, this, [this] {
        const bool planned = document_.result() != nullptr;
        view_->setChopped(planned ? explicitChop(document_.result()->plan).layers : std::vector<int>());
    });
}

void ProfilePanel::showMetrics() {
    std::vector<ProfileSeries> series;
    const auto& analysis = document_.analysis();
    for (const MetricName& metric : kProfile) {
        if (analysis == nullptr) break;
        std::optional<LayerMetric> measured = findLayerMetric(*analysis, metric.metric);
        if (!measured) continue;  // optional passes that were not asked for
        if (metric.metric == kLeaveOneOut)
            for (float& value : measured->values)
                value = static_cast<float>(100.0 * analysis->leaveOneOut->change(value));
        series.push_back({QCoreApplication::translate("Profile", metric.label),
                          QCoreApplication::translate("Profile", metric.unit), measured->layers,
                          measured->values});
        if (metric.metric == kLeaveOneOut) {
            series.back().baseline = 0.0F;
            series.back().baselineName =
                tr("all layers: perplexity %1")
                    .arg(QString::fromStdString(formatPerplexity(analysis->leaveOneOut->densePerplexity)));
        }
    }
    view_->setProvenance(provenance(document_));
    view_->setSeries(std::move(series));
}

DistributionPanel::DistributionPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent), document_(document), scores_(document), view_(new DistributionView(this)) {
    fill(this, view_);
    connect(&selection, &LayerSelection::layerChanged, view_, &DistributionView::setSelectedLayer);
    connect(&scores_, &ScoreSource::changed, this, [this] {
        view_->setData(scores_.table());
        showPlan();
    });
    connect(&document_, &PlanDocument::planChanged, this, &DistributionPanel::showPlan);
    connect(view_, &DistributionView::thresholdDragged, this, &DistributionPanel::setThreshold);
    connect(view_, &DistributionView::thresholdReleased, this, [this] { gesture_ = 0; });
}

void DistributionPanel::showPlan() {
    view_->setProvenance(provenance(document_));
    if (const auto& model = document_.model(); model != nullptr && !model->config.layers.empty()) {
        const LayerConfig& layer = model->config.layers.front();
        const int groupSize = layer.kvHeads > 0 ? layer.heads / layer.kvHeads : 1;
        view_->setCosts(kvGroupParameters(model->config, groupSize), channelParameters(model->config));
    }
    const auto decision = shownDecision(document_, scores_.table().get());
    view_->setNoThresholdText(narrows(document_)
                                  ? tr("What the plan keeps does not follow these scores: no threshold "
                                       "tells it from what goes.")
                                  : tr("No threshold yet: set a ratio in the plan."));
    view_->setDecision(decision ? &*decision : nullptr);
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
