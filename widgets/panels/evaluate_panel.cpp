// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/evaluate_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QTableView>
#include <QVBoxLayout>

#include "core/base/units.h"
#include "widgets/document/evaluation_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/window_words.h"
#include "widgets/models/evaluation_model.h"
#include "widgets/panels/compact_button.h"
#include "widgets/panels/panel_heading.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/value_label.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/flow_layout.h"

namespace secateur {

namespace {

QStringList filesOf(const QMimeData& data) {
    QStringList files;
    for (const QUrl& url : data.urls())
        if (url.isLocalFile()) files << url.toLocalFile();
    return files;
}

}  // namespace

EvaluatePanel::EvaluatePanel(PlanDocument& document, EvaluationFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      start_(new CompactButton(tr("Start"), this)),
      stop_(new CompactButton(tr("Stop"), this)),
      copy_(new CompactButton(tr("Copy as command"), this)),
      add_(new CompactButton(tr("Add files..."), this)),
      remove_(new CompactButton(tr("Remove"), this)),
      task_(new QComboBox(this)),
      limit_(new QSpinBox(this)),
      divergence_(new QCheckBox(tr("Divergence"), this)),
      state_(stateLine(QStringLiteral("evaluateState"), this)),
      table_(new QTableView(this)),
      sorted_(new QSortFilterProxyModel(this)),
      model_(new EvaluationModel(this)),
      kl_(new ValueLabel(tr("KL divergence"), this)),
      agreement_(new ValueLabel(tr("Same likeliest token"), this)),
      protocol_(stateLine(QStringLiteral("divergenceProtocol"), this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })) {
    setAcceptDrops(true);
    buildTable();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(buildHead());
    column->addWidget(buildChoices());
    column->addWidget(state_);
    column->addWidget(table_, 1);
    column->addWidget(buildDivergence());
    connect(&feed_, &EvaluationFeed::changed, seen_, &WhenSeen::now);
    seen_->now();
}

QWidget* EvaluatePanel::buildHead() {
    start_->setAccessibleName(tr("Start evaluating"));
    start_->setToolTip(
        tr("Ask the dense network and what the plan leaves the questions of all tasks in the list"));
    stop_->setAccessibleName(tr("Stop evaluating"));
    stop_->setToolTip(tr("End the evaluation; tasks that are known stay"));
    copy_->setAccessibleName(tr("Copy evaluation as command"));
    copy_->setToolTip(tr("Copy the command lines that do what Start does"));
    connect(start_, &QPushButton::clicked, &feed_, &EvaluationFeed::start);
    connect(stop_, &QPushButton::clicked, &feed_, &EvaluationFeed::stop);
    connect(copy_, &QPushButton::clicked, this, &EvaluatePanel::copyWished);
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(panelHeading(tr("Is it still right?"), head), 1);
    for (QPushButton* button : {start_, stop_, copy_}) row->addWidget(button);
    return head;
}

QWidget* EvaluatePanel::buildChoices() {
    add_->setAccessibleName(tr("Add task files"));
    add_->setToolTip(
        tr("Choose .jsonl files of questions; files that are dropped on the panel join the list"));
    remove_->setAccessibleName(tr("Remove task files"));
    remove_->setToolTip(tr("Take the chosen rows off the list; the files stay where they are"));
    task_->setAccessibleName(tr("Task of the chosen files"));
    task_->setToolTip(
        tr("As what the lines of the chosen files are read; the name of a file tells it first"));
    task_->addItems(feed_.taskNames());
    limit_->setAccessibleName(tr("Questions of each task"));
    limit_->setToolTip(tr("How many questions of each task are asked, from its beginning; all when 0"));
    limit_->setRange(0, 1'000'000);
    limit_->setSpecialValueText(tr("all"));
    limit_->setKeyboardTracking(false);
    divergence_->setAccessibleName(tr("Divergence from the dense network"));
    divergence_->setToolTip(tr(
        "Also measure, on the text of the preview, how far the predictions of what the plan leaves are from "
        "those of the dense network"));
    connect(add_, &QPushButton::clicked, this, &EvaluatePanel::askFiles);
    connect(remove_, &QPushButton::clicked, this, &EvaluatePanel::removeChosen);
    connect(task_, &QComboBox::activated, this, &EvaluatePanel::chooseTask);
    connect(limit_, &QSpinBox::valueChanged, &feed_, &EvaluationFeed::setLimit);
    connect(divergence_, &QCheckBox::toggled, &feed_, &EvaluationFeed::setDivergence);
    auto* bar = new QWidget(this);
    auto* flow = new FlowLayout(bar);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->addWidget(add_);
    flow->addWidget(remove_);
    flow->addWidget(labelled(tr("Task"), task_, bar));
    flow->addWidget(labelled(tr("Questions"), limit_, bar));
    flow->addWidget(divergence_);
    return bar;
}

void EvaluatePanel::buildTable() {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(SortRole);
    table_->setModel(sorted_);
    table_->setAccessibleName(tr("Tasks"));
    table_->setToolTip(tr("Choose rows to say which task they are, or to remove them"));
    styleTable(*table_);
    table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table_->setTextElideMode(Qt::ElideMiddle);
    QHeaderView* header = table_->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(EvaluationModel::File, QHeaderView::Stretch);
    header->setMinimumSectionSize(9 * table_->fontMetrics().averageCharWidth());
    table_->setSortingEnabled(true);
    table_->sortByColumn(-1, Qt::AscendingOrder);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &EvaluatePanel::refreshChoices);
}

QWidget* EvaluatePanel::buildDivergence() {
    divergenceBox_ = new QWidget(this);
    auto* flow = new FlowLayout;
    flow->addWidget(labelled(tr("KL divergence"), kl_, divergenceBox_));
    flow->addWidget(labelled(tr("Same likeliest token"), agreement_, divergenceBox_));
    kl_->setLeastCharacters(28);
    agreement_->setLeastCharacters(16);
    auto* column = new QVBoxLayout(divergenceBox_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(flow);
    column->addWidget(protocol_);
    return divergenceBox_;
}

void EvaluatePanel::askFiles() {
    auto* dialog =
        new QFileDialog(this, tr("Add task files"), {}, tr("Questions (*.jsonl *.json *.gz);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, &feed_, &EvaluationFeed::addFiles);
    dialog->open();
}

void EvaluatePanel::dragEnterEvent(QDragEnterEvent* event) {
    if (!filesOf(*event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void EvaluatePanel::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    feed_.addFiles(filesOf(*event->mimeData()));
}

std::vector<int> EvaluatePanel::chosenRows() const {
    std::vector<int> rows;
    for (const QModelIndex& index : table_->selectionModel()->selectedRows())
        rows.push_back(sorted_->mapToSource(index).row());
    return rows;
}

void EvaluatePanel::removeChosen() {
    feed_.removeTasks(chosenRows());
}

void EvaluatePanel::chooseTask(int index) {
    for (const int row : chosenRows()) feed_.setTask(row, task_->itemText(index));
}

QString EvaluatePanel::stateText() const {
    if (document_.model() == nullptr) return feed_.hindrance();
    if (feed_.running()) {
        const auto known = feed_.report() ? feed_.report()->tasks.size() : 0;
        return tr("Updating: %1 of %2 tasks are known...").arg(known).arg(feed_.asked().tasks.size());
    }
    if (!feed_.problem().isEmpty()) return feed_.problem();
    if (!feed_.hindrance().isEmpty()) return feed_.hindrance();
    const auto& report = feed_.report();
    if (report == nullptr)
        return feed_.request().planned
                   ? tr("Press Start: the dense network and what the plan leaves of it answer the questions.")
                   : tr("Press Start: the plan removes nothing, so the dense network answers alone.");
    QStringList lines;
    if (feed_.stale()) lines << tr("Of an earlier plan: press Start to ask the present one.");
    lines << tr("%1; questions are worded and counted as lm-evaluation-harness does without examples; %2 "
                "likelihoods in %3 s")
                 .arg(feed_.asked().planned ? tr("Dense, and planned before healing") : tr("Dense alone"))
                 .arg(report->requests)
                 .arg(report->seconds, 0, 'f', 1);
    for (const std::string& warning : report->warnings) lines << sentence(inWindowWords(warning));
    return lines.join(QLatin1Char('\n'));
}

void EvaluatePanel::refresh() {
    std::vector<EvaluationLine> lines;
    for (int row = 0; row < static_cast<int>(feed_.tasks().size()); ++row)
        lines.push_back({feed_.tasks()[static_cast<std::size_t>(row)], feed_.report(), feed_.resultOf(row)});
    model_->setLines(std::move(lines));
    state_->setText(stateText());
    const bool can = feed_.hindrance().isEmpty();
    start_->setEnabled(can && !feed_.running());
    copy_->setEnabled(can);
    stop_->setEnabled(feed_.running());
    const QSignalBlocker quietLimit(limit_);
    const QSignalBlocker quietDivergence(divergence_);
    limit_->setValue(feed_.limit());
    divergence_->setChecked(feed_.divergence());
    refreshChoices();
    refreshDivergence();
}

void EvaluatePanel::refreshChoices() {
    const std::vector<int> rows = chosenRows();
    remove_->setEnabled(!rows.empty());
    task_->setEnabled(!rows.empty());
    const QString name =
        rows.empty() ? QString()
                     : QString::fromStdString(feed_.tasks().at(static_cast<std::size_t>(rows.front())).task);
    task_->setCurrentIndex(task_->findText(name));
}

void EvaluatePanel::refreshDivergence() {
    const Divergence* known =
        feed_.report() && feed_.report()->divergence ? &*feed_.report()->divergence : nullptr;
    divergenceBox_->setVisible(known != nullptr);
    kl_->setValue(known == nullptr ? QStringLiteral("-")
                                   : tr("%1 nats a token").arg(scoreInWords(known->divergence, false)),
                  tr("Kullback-Leibler divergence of what the plan leaves from the dense network"));
    agreement_->setValue(known == nullptr ? QStringLiteral("-") : scoreInWords(known->agreement, true),
                         tr("How often both networks find the same token likeliest"));
    if (known == nullptr) return protocol_->clear();
    protocol_->setText(QString::fromStdString(known->protocol));
}

}  // namespace secateur
