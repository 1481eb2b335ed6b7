// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobs_panel.h"

#include <QHeaderView>
#include <QItemSelectionModel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QTextBlock>
#include <QVBoxLayout>

#include "widgets/document/engine_client.h"
#include "widgets/models/bar_delegate.h"
#include "widgets/models/jobs_model.h"
#include "widgets/panels/table_style.h"

namespace secateur {
namespace {

constexpr int kLongestLog = 5000;  // lines

QString prefix(LogEntry::Severity severity) {
    switch (severity) {
        case LogEntry::Severity::Warning:
            return JobsPanel::tr("Warning: ");
        case LogEntry::Severity::Error:
            return JobsPanel::tr("Error: ");
        case LogEntry::Severity::Info:
            break;
    }
    return {};
}

}  // namespace

JobsPanel::JobsPanel(EngineClient& engine, QWidget* parent)
    : QWidget(parent),
      engine_(engine),
      model_(new JobsModel(this)),
      table_(new QTableView(this)),
      cancel_(new QPushButton(tr("Cancel job"), this)),
      log_(new QPlainTextEdit(this)) {
    buildTable();
    buildLog();
    cancel_->setAccessibleName(cancel_->text());
    cancel_->setToolTip(tr("Stop the selected job, or the one that runs"));
    auto* left = new QWidget(this);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addWidget(table_, 1);
    column->addWidget(cancel_, 0, Qt::AlignLeft);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(log_);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(2, 2, 2, 2);
    outer->addWidget(split);

    connect(cancel_, &QPushButton::clicked, this, &JobsPanel::cancel);
    connect(&engine_, &EngineClient::jobChanged, this, &JobsPanel::follow);
    connect(&engine_, &EngineClient::jobRemoved, this, [this](int id) {
        model_->remove(id);
        refreshButton();
    });
    connect(&engine_, &EngineClient::logged, this, &JobsPanel::log);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &JobsPanel::refreshButton);
    refreshButton();
}

void JobsPanel::buildTable() {
    table_->setModel(model_);
    table_->setAccessibleName(tr("Jobs"));
    table_->setObjectName(QStringLiteral("jobsTable"));
    table_->setItemDelegateForColumn(JobsModel::Progress, new BarDelegate(table_));
    styleTable(*table_);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    QHeaderView* header = table_->horizontalHeader();
    header->setStretchLastSection(true);
    const int unit = table_->fontMetrics().averageCharWidth();
    header->resizeSection(JobsModel::Name, 18 * unit);
    header->resizeSection(JobsModel::State, 11 * unit);
    header->resizeSection(JobsModel::Progress, 14 * unit);
    header->resizeSection(JobsModel::Rate, 26 * unit);
    header->resizeSection(JobsModel::Time, 11 * unit);
}

void JobsPanel::buildLog() {
    log_->setReadOnly(true);
    log_->setAccessibleName(tr("Log"));
    log_->setObjectName(QStringLiteral("log"));
    log_->setMaximumBlockCount(kLongestLog);
    log_->setPlaceholderText(tr("What happened, with the time"));
    log_->setTabChangesFocus(true);
}

void JobsPanel::log(const LogEntry& entry) {
    log_->appendPlainText(entry.time.toString(QStringLiteral("HH:mm:ss ")) + prefix(entry.severity) +
                          entry.text);
}

void JobsPanel::logOnce(const LogEntry& entry) {
    constexpr int kLinesLookedAt = 3;
    QTextBlock line = log_->document()->lastBlock();
    for (int i = 0; i < kLinesLookedAt && line.isValid(); ++i, line = line.previous()) {
        if (line.text().endsWith(entry.text)) return;
    }
    log(entry);
}

void JobsPanel::follow(const JobRow& row) {
    const bool added = model_->rowOf(row.id) < 0;
    model_->update(row);
    if (added) table_->scrollToBottom();
    refreshButton();
}

int JobsPanel::selectedJob() const {
    const auto selected = table_->selectionModel()->selectedRows();
    if (selected.isEmpty()) return 0;
    const JobRow& row = model_->row(selected.first().row());
    return row.finished() ? 0 : row.id;
}

void JobsPanel::cancel() {
    const int selected = selectedJob();
    const int job = selected != 0 ? selected : model_->activeJob();
    if (job != 0) engine_.cancel(job);
}

void JobsPanel::refreshButton() {
    cancel_->setEnabled(model_->activeJob() != 0);
}

}  // namespace secateur
