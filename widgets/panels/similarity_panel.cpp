// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/similarity_panel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/panels/number_text.h"
#include "widgets/panels/score_source.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/similarity_view.h"

namespace secateur {

SimilarityPanel::SimilarityPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent)
    : QWidget(parent),
      document_(document),
      view_(new SimilarityView(this)),
      cost_(new QLabel(this)),
      chop_(new QPushButton(this)),
      seen_(new WhenSeen(*this, [this] { showDistances(); })),
      chopHere_(new QAction(view_)) {
    cost_->setWordWrap(true);
    cost_->setTextFormat(Qt::PlainText);
    cost_->setAccessibleName(tr("Selected block"));
    cost_->setObjectName(QStringLiteral("blockCost"));
    chop_->setObjectName(QStringLiteral("chopBlock"));
    auto* row = new QHBoxLayout;
    row->addWidget(cost_, 1);
    row->addWidget(chop_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(2);
    column->addWidget(view_, 1);
    column->addLayout(row);
    view_->insertAction(view_->actions().value(0), chopHere_);
    connect(view_, &SimilarityView::layerSelected, &selection, &LayerSelection::setLayer);
    connect(&selection, &LayerSelection::layerChanged, view_, &SimilarityView::setSelectedLayer);
    connect(&document_, &PlanDocument::analysisChanged, seen_, &WhenSeen::now);
    connect(view_, &SimilarityView::blockSelected, this, &SimilarityPanel::showBlock);
    connect(chop_, &QPushButton::clicked, this, &SimilarityPanel::chopBlock);
    connect(chopHere_, &QAction::triggered, this, &SimilarityPanel::chopBlock);
    showBlock();
    seen_->now();
}

void SimilarityPanel::showDistances() {
    const auto& analysis = document_.analysis();
    view_->setProvenance(provenance(document_));
    std::vector<int> layers;
    if (analysis != nullptr && analysis->angular.points == static_cast<int>(analysis->layers.size()) + 1) {
        for (const LayerAnalysis& layer : analysis->layers) layers.push_back(layer.layer);
        view_->setData(analysis->angular, std::move(layers));
    } else {
        view_->setData({}, {});
    }
    showBlock();
}

std::vector<int> SimilarityPanel::blockLayers() const {
    const auto& analysis = document_.analysis();
    const auto [first, count] = view_->selectedBlock();
    std::vector<int> layers;
    if (analysis == nullptr) return layers;
    for (const LayerAnalysis& layer : analysis->layers)
        if (layer.layer >= first && static_cast<int>(layers.size()) < count) layers.push_back(layer.layer);
    return layers;
}

// "layers 4-6 (3 layers): 0.213. Removes 1.15 M of 5.17 M parameters (22.2 %). Left out one by one they cost
// +0.4 %, +0.1 %, +0.6 %."
QString SimilarityPanel::costText() const {
    const std::vector<int> block = blockLayers();
    const auto [first, count] = view_->selectedBlock();
    const ModelSummary& model = *document_.model();
    std::int64_t removed = 0;
    for (const LayerConfig& layer : model.config.layers)
        if (std::ranges::find(block, layer.originalLayer) != block.end())
            removed += attentionParameters(model.config, layer) + mlpParameters(model.config, layer);
    QString text = view_->describeBlock(first, count);
    if (view_->bestBlock(count) == first) text += tr(", the least for its size");
    text += QLatin1Char('.');
    text[0] = text.at(0).toUpper();
    text += tr(" Removes %1 of %2 parameters (%3).")
                .arg(QString::fromStdString(formatCount(removed)).trimmed(),
                     QString::fromStdString(formatCount(model.parameters)).trimmed(),
                     QString::fromStdString(formatPercent(static_cast<double>(removed) /
                                                          static_cast<double>(model.parameters))));
    constexpr std::size_t kMostNamed = 8;
    const Analysis& analysis = *document_.analysis();
    const auto alone = findLayerMetric(analysis, "leave-one-out");
    if (!alone || block.size() > kMostNamed) return text;
    QStringList costs;
    for (std::size_t i = 0; i < alone->layers.size(); ++i)
        if (std::ranges::find(block, alone->layers[i]) != block.end())
            costs << QString::fromStdString(formatChange(analysis.leaveOneOut->change(alone->values[i])));
    return text + (block.size() == 1 ? tr(" Perplexity without it: %1.")
                                     : tr(" Perplexity without one of them: %1."))
                      .arg(costs.join(QStringLiteral(", ")));
}

void SimilarityPanel::showBlock() {
    const std::vector<int> block = blockLayers();
    const bool some = !block.empty() && document_.model() != nullptr;
    const bool possible = some && block.size() < document_.analysis()->layers.size();
    const QString chop = some ? tr("Chop %1").arg(block.size() == 1 ? tr("this layer")
                                                                    : tr("these %1 layers").arg(block.size()))
                              : tr("Chop the selected block");
    chop_->setText(chop);
    chop_->setAccessibleName(chop);
    chop_->setEnabled(possible);
    chop_->setToolTip(some && !possible
                          ? tr("At least one layer must be left")
                          : tr("Makes these the chopped layers of the plan; Ctrl+Z takes it back"));
    chopHere_->setText(chop);
    chopHere_->setEnabled(possible);
    const bool measured = document_.analysis() != nullptr;
    cost_->setText(some       ? costText()
                   : measured ? tr("Click a cell to select its block of layers.")
                              : QString());
}

void SimilarityPanel::chopBlock() {
    const std::vector<int> block = blockLayers();
    if (block.empty()) return;
    ChopRequest chop = document_.result() ? explicitChop(document_.result()->plan) : ChopRequest{};
    chop.layers.clear();
    for (const int layer : block) chop = withPart(std::move(chop), layer, LayerPart::Layer, true);
    document_.setChop(tr("Chop block of %1").arg(layerCount(static_cast<int>(block.size()))), chop);
}

}  // namespace secateur
