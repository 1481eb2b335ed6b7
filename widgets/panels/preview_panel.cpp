// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/preview_panel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "core/base/units.h"
#include "core/planning/change_words.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/window_words.h"
#include "widgets/panels/foldable_box.h"
#include "widgets/panels/left_bar.h"
#include "widgets/panels/text_choice_box.h"
#include "widgets/panels/value_columns.h"
#include "widgets/panels/value_label.h"

namespace secateur {

PreviewPanel::PreviewPanel(PlanDocument& document, PreviewFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      dense_(new ValueLabel(tr("Dense perplexity"), this)),
      planned_(new ValueLabel(tr("Planned perplexity"), this)),
      change_(new ValueLabel(tr("Perplexity change"), this)),
      state_(new QLabel(this)) {
    state_->setWordWrap(true);
    state_->setTextFormat(Qt::PlainText);
    state_->setForegroundRole(QPalette::PlaceholderText);
    state_->setObjectName(QStringLiteral("previewState"));
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(3);
    column->addWidget(buildValues());
    column->addWidget(state_);
    column->addWidget(new LeftBar(document_, page));
    column->addWidget(new FoldableBox(tr("Text and windows"), buildOptions(), page));
    column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(page);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    connect(&feed_, &PreviewFeed::changed, this, &PreviewPanel::refresh);
    connect(&document_, &PlanDocument::modelChanged, this, &PreviewPanel::refresh);
    connect(&document_, &PlanDocument::planChanged, this, &PreviewPanel::refresh);
    refresh();
}

QWidget* PreviewPanel::buildValues() {
    constexpr int kWithStandardError = 13;  // characters
    auto* values = new ValueColumns(kWithStandardError, this);
    planned_->setEmphasis(true);
    values->add(tr("Dense"), dense_);
    values->add(tr("Before healing"), planned_);
    values->add(tr("Change"), change_);
    return values;
}

QWidget* PreviewPanel::buildOptions() {
    auto* options = new QWidget(this);
    text_ = new TextChoiceBox(tr("Preview"), options);
    connect(text_, &TextChoiceBox::choiceChanged, this, &PreviewPanel::textChosen);
    automatic_ = new QCheckBox(tr("After every edit"), options);
    automatic_->setAccessibleName(automatic_->text());
    automatic_->setToolTip(tr("Preview by itself, in the background, whenever the plan changes"));
    automatic_->setChecked(feed_.automatic());
    connect(automatic_, &QCheckBox::toggled, &feed_, &PreviewFeed::setAutomatic);
    run_ = new QPushButton(tr("Preview now"), options);
    run_->setAccessibleName(run_->text());
    run_->setToolTip(tr("Measure the perplexity of the plan as it is"));
    connect(run_, &QPushButton::clicked, &feed_, &PreviewFeed::runNow);
    auto* row = new QHBoxLayout;
    row->addWidget(automatic_, 1);
    row->addWidget(run_);
    auto* column = new QVBoxLayout(options);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(text_);
    column->addLayout(row);
    return options;
}

void PreviewPanel::setTextChoice(const TextChoice& choice) {
    text_->setChoice(choice);
}

QString PreviewPanel::stateText() const {
    if (document_.model() == nullptr) return tr("Open a model to preview plans.");
    if (feed_.text().empty()) return tr("Choose a text to measure perplexity on.");
    const QString protocol = feed_.report() ? QString::fromStdString(feed_.report()->protocol) : QString();
    switch (feed_.state()) {
        case PreviewFeed::State::Empty:
            return document_.problem().isEmpty() ? tr("The plan is being computed.") : document_.problem();
        case PreviewFeed::State::Pending:
            if (feed_.waitsForPress())
                return tr("The plan has calibrated steps: press Preview now to run it, before healing.");
            if (!feed_.automatic()) return tr("The plan has changed. Press Preview now.");
            if (document_.analysis() != nullptr) return tr("Updating...");
            return feed_.measuring() ? tr("Waiting for the measurement.")
                                     : tr("Not measured: choose Run, Measure, or press Preview now.");
        case PreviewFeed::State::Running:
            return tr("Updating...");
        case PreviewFeed::State::Failed:
            return feed_.problem();
        case PreviewFeed::State::Current:
            return protocol;
    }
    return {};
}

void PreviewPanel::refresh() {
    const auto& report = feed_.report();
    const bool current = feed_.state() == PreviewFeed::State::Current;
    const QString none = QStringLiteral("-");
    const auto perplexity = [](double value, const std::optional<double>& error) {
        return QString::fromStdString(formatPerplexity(value, error));
    };
    dense_->setValue(report ? perplexity(report->densePerplexity, report->denseStandardError) : none);
    planned_->setValue(current ? perplexity(report->planPerplexity, report->planStandardError) : none);
    change_->setValue(
        current ? QString::fromStdString(formatChange(report->change(), report->changeStandardError)) : none);
    QStringList lines{stateText()};
    if (current) {
        const std::string meaning = changeSentence(*report, document_.result()->plan);
        if (!meaning.empty()) lines << QString::fromStdString(meaning);
        for (const TextOverlap& overlap : report->overlaps)
            lines << tr("Not new text: %1.").arg(QString::fromStdString(inWords(overlap)));
        for (const std::string& warning : report->warnings) lines << sentence(inWindowWords(warning));
    }
    state_->setText(lines.join(QLatin1Char('\n')));
    state_->setToolTip(current ? tr("Measured in %1 s").arg(report->seconds, 0, 'f', 2) : QString());
    run_->setEnabled(document_.valid() && !feed_.text().empty());
}

}  // namespace secateur
