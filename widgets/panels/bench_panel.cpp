// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/bench_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "widgets/document/bench_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/models/bench_model.h"
#include "widgets/panels/compact_button.h"
#include "widgets/panels/panel_heading.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/flow_layout.h"
#include "widgets/plots/roofline_view.h"

namespace secateur {

BenchPanel::BenchPanel(PlanDocument& document, BenchFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      start_(new CompactButton(tr("Start"), this)),
      stop_(new CompactButton(tr("Stop"), this)),
      copy_(new CompactButton(tr("Copy as command"), this)),
      batches_(new QLineEdit(batchesInWords(feed.options().batches), this)),
      prompt_(new QSpinBox(this)),
      tokens_(new QSpinBox(this)),
      repeats_(new QSpinBox(this)),
      state_(stateLine(QStringLiteral("benchState"), this)),
      table_(new QTableView(this)),
      model_(new BenchModel(this)),
      remarks_(new QLabel(this)),
      roofline_(new RooflineView(this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(buildHead());
    column->addWidget(buildChoices());
    column->addWidget(state_);
    column->addWidget(buildResults(), 1);
    column->addWidget(remarks_);
    connect(&feed_, &BenchFeed::changed, seen_, &WhenSeen::now);
    seen_->now();
}

QWidget* BenchPanel::buildHead() {
    start_->setAccessibleName(tr("Start the bench"));
    start_->setToolTip(tr("Time the dense network and what the plan leaves of it, on this machine"));
    stop_->setAccessibleName(tr("Stop the bench"));
    stop_->setToolTip(tr("End the measurement; the one before stays"));
    copy_->setAccessibleName(tr("Copy bench as command"));
    copy_->setToolTip(tr("Copy the command lines that do what Start does"));
    connect(start_, &QPushButton::clicked, &feed_, &BenchFeed::start);
    connect(stop_, &QPushButton::clicked, &feed_, &BenchFeed::stop);
    connect(copy_, &QPushButton::clicked, this, &BenchPanel::copyWished);
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(panelHeading(tr("How fast is it here?"), head), 1);
    for (QPushButton* button : {start_, stop_, copy_}) row->addWidget(button);
    return head;
}

QWidget* BenchPanel::buildChoices() {
    batches_->setAccessibleName(tr("Batches"));
    batches_->setToolTip(tr("Sequences that are written side by side; several numbers with commas"));
    batches_->setMaximumWidth(16 * batches_->fontMetrics().averageCharWidth());
    const auto number = [this](QSpinBox* box, const QString& name, const QString& tip, int least, int most,
                               int usual) {
        box->setAccessibleName(name);
        box->setToolTip(tip);
        box->setRange(least, most);
        box->setValue(usual);
        box->setKeyboardTracking(false);
        connect(box, &QSpinBox::valueChanged, this, &BenchPanel::choose);
    };
    const BenchOptions& usual = feed_.options();
    number(prompt_, tr("Prompt tokens"), tr("Tokens of each prompt that is read"), 1, 1 << 20,
           usual.promptTokens);
    number(tokens_, tr("New tokens"), tr("Tokens that each sequence writes after its prompt"), 2, 1 << 16,
           usual.newTokens);
    number(repeats_, tr("Repeats"), tr("Repetitions that count, after two that do not"), 1, 10'000,
           usual.repetitions);
    connect(batches_, &QLineEdit::textEdited, this, &BenchPanel::choose);
    auto* bar = new QWidget(this);
    auto* flow = new FlowLayout(bar);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->addWidget(labelled(tr("Batches"), batches_, bar));
    flow->addWidget(labelled(tr("Prompt"), prompt_, bar));
    flow->addWidget(labelled(tr("New tokens"), tokens_, bar));
    flow->addWidget(labelled(tr("Repeats"), repeats_, bar));
    return bar;
}

QWidget* BenchPanel::buildResults() {
    table_->setModel(model_);
    table_->setAccessibleName(tr("Speed"));
    table_->setToolTip(tr("Dense and planned beside each other; in brackets the middle half of the values"));
    styleTable(*table_);
    QHeaderView* header = table_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Stretch);
    for (const int column : {BenchModel::What, BenchModel::Change})
        header->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    remarks_->setWordWrap(true);
    remarks_->setTextFormat(Qt::PlainText);
    remarks_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    remarks_->setObjectName(QStringLiteral("benchRemarks"));
    auto* tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->setAccessibleName(tr("Speed and roofline"));
    tabs->addTab(table_, tr("Times and memory"));
    tabs->addTab(roofline_, tr("Roofline"));
    return tabs;
}

void BenchPanel::choose() {
    BenchOptions options = feed_.options();
    options.batches = batchesOf(batches_->text());
    options.promptTokens = prompt_->value();
    options.newTokens = tokens_->value();
    options.repetitions = repeats_->value();
    feed_.setOptions(options);
}

QString BenchPanel::stateText() const {
    if (feed_.running()) return tr("Updating: the networks are being timed...");
    if (!feed_.problem().isEmpty()) return feed_.problem();
    if (!feed_.hindrance().isEmpty()) return feed_.hindrance();
    const auto& report = feed_.report();
    if (report == nullptr)
        return feed_.measuresPlan()
                   ? tr("Press Start: the dense network and what the plan leaves of it are timed in turns. "
                        "Anything else that the machine does shows in the times.")
                   : tr("Press Start: the plan removes nothing, so the dense network is timed alone. "
                        "Anything "
                        "else that the machine does shows in the times.");
    QStringList lines;
    if (feed_.stale()) lines << tr("Of an earlier plan: press Start to time the present one.");
    lines << tr("On %1; %2; %3")
                 .arg(QString::fromStdString(inWords(report->place)),
                      QString::fromStdString(protocolOf(*report)),
                      QString::fromStdString(inWords(report->machine)));
    if (!report->dense.resident)
        lines << tr("The network is read layer by layer in every step: it does not fit into memory.");
    return lines.join(QLatin1Char('\n'));
}

void BenchPanel::refresh() {
    const auto& report = feed_.report();
    model_->setReport(report.get());
    roofline_->setReport(report);
    roofline_->setProvenance(report == nullptr ? QString() : QString::fromStdString(inWords(report->place)));
    QStringList remarks;
    for (const std::string& remark : report == nullptr ? std::vector<std::string>() : report->remarks)
        remarks << QString::fromStdString(remark);
    remarks_->setText(remarks.join(QLatin1Char('\n')));
    remarks_->setVisible(!remarks.isEmpty());
    state_->setText(stateText());
    const bool can = feed_.hindrance().isEmpty();
    start_->setEnabled(can && !feed_.running());
    copy_->setEnabled(can);
    stop_->setEnabled(feed_.running());
}

}  // namespace secateur
