// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/channel_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/planning/unit_story.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/plan_thresholds.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/unit_story_model.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/activation_view.h"
#include "widgets/plots/thresholds.h"
#include "widgets/plots/unit_map.h"
#include "widgets/plots/unit_text.h"

namespace secateur {
namespace {

constexpr std::array kKindsToPin{UnitKind::Channels, UnitKind::Heads, UnitKind::Groups};

int unitsOf(const NetworkConfig& config, int layer, UnitKind kind) {
    const auto found = std::ranges::find(config.layers, layer, &LayerConfig::originalLayer);
    if (found == config.layers.end()) return 0;
    return kind == UnitKind::Channels ? found->intermediateSize
           : kind == UnitKind::Heads  ? found->heads
                                      : found->kvHeads;
}

}  // namespace

ChannelPanel::ChannelPanel(PlanDocument& document, ChannelFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      scores_(document),
      view_(new ActivationView(this)),
      table_(new QTableView(this)),
      story_(new UnitStoryModel(this)),
      seen_(new WhenSeen(*this, [this] { showAll(); })) {
    buildTable();
    view_->setControls(buildChooser());
    split_ = new QSplitter(Qt::Vertical, this);
    split_->setChildrenCollapsible(false);
    split_->addWidget(view_);
    split_->addWidget(table_);
    split_->setStretchFactor(0, 1);
    split_->setStretchFactor(1, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(2);
    column->addWidget(split_, 1);

    connect(&feed_, &ChannelFeed::pinChanged, seen_, &WhenSeen::now);
    connect(&feed_, &ChannelFeed::changed, seen_, &WhenSeen::now);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    seen_->now();
}

QWidget* ChannelPanel::buildChooser() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    kind_ = new QComboBox(bar);
    kind_->addItems({tr("MLP channel"), tr("Head"), tr("KV group")});
    kind_->setAccessibleName(tr("Kind of unit"));
    layer_ = new QSpinBox(bar);
    layer_->setAccessibleName(tr("Layer"));
    unit_ = new QSpinBox(bar);
    unit_->setAccessibleName(tr("Number"));
    pin_ = new QPushButton(tr("Pin"), bar);
    again_ = new QPushButton(tr("Try again"), bar);
    kind_->setToolTip(tr("What is looked at: an MLP channel, a head, or a KV group"));
    unit_->setToolTip(tr("Its number in the layer, from 0"));
    layer_->setToolTip(tr("The layer, as the checkpoint counts"));
    pin_->setToolTip(tr("Keep the histogram of this unit, or let it go"));
    again_->setToolTip(tr("Compute the histogram again, after it failed"));
    row->addWidget(kind_);
    row->addWidget(unit_);
    auto* of = new QLabel(tr("of layer"), bar);
    of->setBuddy(layer_);
    row->addWidget(of);
    row->addWidget(layer_);
    row->addWidget(pin_);
    row->addWidget(again_);
    row->addStretch(1);
    connect(kind_, &QComboBox::currentIndexChanged, this, &ChannelPanel::pinChosen);
    connect(layer_, &QSpinBox::valueChanged, this, &ChannelPanel::pinChosen);
    connect(unit_, &QSpinBox::valueChanged, this, &ChannelPanel::pinChosen);
    connect(pin_, &QPushButton::clicked, this, [this] { feed_.pinned() ? feed_.unpin() : pinChosen(); });
    connect(again_, &QPushButton::clicked, this, [this] {
        if (feed_.pinned()) feed_.pin(*feed_.pinned());
    });
    return bar;
}

void ChannelPanel::buildTable() {
    table_->setModel(story_);
    table_->setAccessibleName(tr("From activation to verdict"));
    styleTable(*table_);
    auto* header = table_->horizontalHeader();
    header->setSectionResizeMode(UnitStoryModel::Step, QHeaderView::ResizeToContents);
    header->setSectionResizeMode(UnitStoryModel::Value, QHeaderView::ResizeToContents);
    header->setSectionResizeMode(UnitStoryModel::How, QHeaderView::Stretch);
    wrapRows(*table_);
}

// Beside each other where the panel is much wider than high.
void ChannelPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    split_->setOrientation(width() > 3 * height() / 2 ? Qt::Horizontal : Qt::Vertical);
}

void ChannelPanel::pinChosen() {
    if (document_.model() == nullptr) return;
    boundChooser();
    feed_.pin(
        {layer_->value(), kKindsToPin[static_cast<std::size_t>(kind_->currentIndex())], unit_->value()});
}

// To units that the network has.
void ChannelPanel::boundChooser() {
    const QSignalBlocker quietLayer(layer_);
    const QSignalBlocker quietUnit(unit_);
    if (document_.model() == nullptr) return;
    const NetworkConfig& config = document_.model()->config;
    layer_->setMaximum(std::max(0, config.originalLayers - 1));
    const UnitKind kind = kKindsToPin[static_cast<std::size_t>(kind_->currentIndex())];
    unit_->setMaximum(std::max(0, unitsOf(config, layer_->value(), kind) - 1));
}

QString ChannelPanel::question() const {
    const auto& cell = feed_.pinned();
    if (!cell) return tr("What does this channel do?");
    return tr("What does %1 %2 of layer %3 do?").arg(unitName(cell->kind)).arg(cell->unit).arg(cell->layer);
}

QString ChannelPanel::instead() const {
    switch (feed_.state()) {
        case ChannelFeed::State::Empty:
            return document_.model() == nullptr ? tr("No model is open.")
                                                : tr("Nothing is pinned. Click a cell of the channel map and "
                                                     "press P, or choose a unit "
                                                     "above.");
        case ChannelFeed::State::Waiting:
            return tr("Its activations are counted once the model has been measured: Run > Measure.");
        case ChannelFeed::State::Running:
            return tr("Counting its activations over the calibration text...");
        case ChannelFeed::State::Failed:
            return feed_.problem();
        case ChannelFeed::State::Current:
            break;
    }
    return {};
}

void ChannelPanel::showAll() {
    showPin();
    showHistogram();
    showStory();
}

void ChannelPanel::showPin() {
    const bool open = document_.model() != nullptr;
    for (QWidget* input : std::initializer_list<QWidget*>{kind_, layer_, unit_, pin_})
        input->setEnabled(open);
    if (const auto& cell = feed_.pinned()) {
        const QSignalBlocker quietKind(kind_);
        const QSignalBlocker quietLayer(layer_);
        const QSignalBlocker quietUnit(unit_);
        kind_->setCurrentIndex(static_cast<int>(cell->kind));
        layer_->setMaximum(std::max(layer_->maximum(), cell->layer));
        layer_->setValue(cell->layer);
        unit_->setMaximum(std::max(unit_->maximum(), cell->unit));
        unit_->setValue(cell->unit);
    }
    boundChooser();
    pin_->setText(feed_.pinned() ? tr("Unpin") : tr("Pin"));
    view_->setQuestion(question());
}

void ChannelPanel::showHistogram() {
    again_->setVisible(feed_.state() == ChannelFeed::State::Failed);
    if (feed_.state() == ChannelFeed::State::Current) {
        const ActivationHistogram& histogram = *feed_.histogram();
        QString from = tr("%1, %2 windows of %3 tokens, %4")
                           .arg(QString::fromStdString(histogram.text.source))
                           .arg(histogram.text.samples)
                           .arg(histogram.text.seqLen)
                           .arg(QString::fromStdString(histogram.dtype));
        if (!feed_.agrees())
            from += QStringLiteral(". ") +
                    tr("The scores below were measured on another text or network: measure again.");
        view_->setProvenance(from);
        view_->setHistogram(feed_.histogram());
    } else {
        view_->setEmptyText(instead());
        view_->setProvenance({});
        view_->setHistogram(nullptr);
    }
}

void ChannelPanel::showStory() {
    const auto& cell = feed_.pinned();
    const auto& table = scores_.table();
    if (!cell || table == nullptr || document_.analysis() == nullptr) return story_->clear();
    const auto decision = shownDecision(document_, table.get());
    const KeptUnits* kept = document_.result() == nullptr ? nullptr : &document_.kept();
    try {
        const UnitStory story = unitStory(*document_.analysis(), *table, *cell, decision.get(), kept);
        const auto thresholds = UnitThresholds::of(decision.get());
        const QString fate = fateText(*table, *scoresOfLayer(*table, cell->layer), cell->kind, cell->unit,
                                      kept, thresholds ? &*thresholds : nullptr);
        const auto& histogram = feed_.histogram();
        story_->tell(story, fate,
                     histogram && feed_.agrees() ? std::optional(histogram->biasNorm) : std::nullopt);
    } catch (const Error&) {
        story_->clear();  // a unit that was not measured; the histogram's place says what is wrong
    }
}

}  // namespace secateur
