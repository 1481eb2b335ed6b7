// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/model_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/units.h"
#include "widgets/panels/stacked_bar.h"
#include "widgets/panels/value_label.h"

namespace secateur {
namespace {

QStringList factNames() {
    return {ModelCard::tr("Architecture"), ModelCard::tr("Layers"),    ModelCard::tr("Heads"),
            ModelCard::tr("Hidden size"),  ModelCard::tr("MLP width"), ModelCard::tr("Vocabulary"),
            ModelCard::tr("Parameters"),   ModelCard::tr("Prunable"),  ModelCard::tr("Size"),
            ModelCard::tr("Stored as"),    ModelCard::tr("Tokenizer")};
}

// "6", or "2-6" when layers differ.
template <class Get>
QString range(const NetworkConfig& config, Get get) {
    if (config.layers.empty()) return QStringLiteral("0");
    int least = get(config.layers.front());
    int most = least;
    for (const LayerConfig& layer : config.layers) {
        least = std::min(least, get(layer));
        most = std::max(most, get(layer));
    }
    return least == most ? QString::number(least) : QStringLiteral("%1-%2").arg(least).arg(most);
}

}  // namespace

ModelCard::ModelCard(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel(this)),
      folder_(new ValueLabel(tr("Model folder"), this)),
      parts_(new StackedBar(this)) {
    QFont large = title_->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setBold(true);
    title_->setFont(large);
    title_->setTextFormat(Qt::PlainText);

    auto* column = new QVBoxLayout(this);
    column->addWidget(title_);
    column->addWidget(folder_);
    auto* grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(3);
    const QStringList names = factNames();
    for (int i = 0; i < names.size(); ++i) {
        auto* value = new ValueLabel(tr("Model: %1").arg(names.at(i)), this);
        facts_.push_back(value);
        grid->addWidget(new QLabel(names.at(i), this), i, 0);
        grid->addWidget(value, i, 1);
    }
    column->addLayout(grid);
    auto* question = new QLabel(tr("Where the parameters sit"), this);
    QFont bold = question->font();
    bold.setBold(true);
    question->setFont(bold);
    column->addSpacing(6);
    column->addWidget(question);
    column->addWidget(parts_);
    column->addStretch(1);
}

QString ModelCard::headsText(const NetworkConfig& config) {
    const QString heads = range(config, [](const LayerConfig& l) { return l.heads; });
    const QString groups = range(config, [](const LayerConfig& l) { return l.kvHeads; });
    return heads == groups ? tr("%1 of width %2").arg(heads).arg(config.headDim)
                           : tr("%1 of width %2, in %3 KV groups").arg(heads).arg(config.headDim).arg(groups);
}

QString ModelCard::widthText(const NetworkConfig& config) {
    return tr("%1 channels").arg(range(config, [](const LayerConfig& l) { return l.intermediateSize; }));
}

void ModelCard::setSummary(const ModelSummary& summary) {
    const NetworkConfig& config = summary.config;
    title_->setText(QString::fromStdString(summary.name));
    folder_->setValue(QString::fromStdString(summary.path));
    const QString layers = config.originalLayers > config.layerCount()
                               ? tr("%1 of originally %2").arg(config.layerCount()).arg(config.originalLayers)
                               : QString::number(config.layerCount());
    const QString vocabulary = config.tiedEmbeddings ? tr("%1, tied to the output head").arg(config.vocabSize)
                                                     : QString::number(config.vocabSize);
    const double prunable = summary.parameters > 0 ? static_cast<double>(summary.decoderLinearParameters) /
                                                         static_cast<double>(summary.parameters)
                                                   : 0.0;
    const QStringList values{
        QLatin1String(name(config.architecture)),
        layers,
        headsText(config),
        QString::number(config.hiddenSize),
        widthText(config),
        vocabulary,
        QString::fromStdString(formatCount(summary.parameters)),
        tr("%1 (%2)").arg(QString::fromStdString(formatCount(summary.decoderLinearParameters)),
                          QString::fromStdString(formatPercent(prunable))),
        QString::fromStdString(formatBytes(summary.fileBytes > 0 ? summary.fileBytes : summary.bytes)),
        QString::fromStdString(summary.dtype),
        summary.hasTokenizer ? tr("present") : tr("none: text must be token ids")};
    for (int i = 0; i < values.size(); ++i) facts_[static_cast<std::size_t>(i)]->setValue(values.at(i));
    std::vector<StackedBar::Part> parts;
    for (const PartSize& part : summary.parts) {
        if (part.parameters <= 0) continue;
        parts.push_back({QString::fromStdString(part.part), static_cast<double>(part.parameters),
                         QString::fromStdString(formatCount(part.parameters))});
    }
    parts_->setParts(std::move(parts));
}

}  // namespace secateur
