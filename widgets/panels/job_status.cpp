// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/job_status.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QStyle>
#include <QToolButton>

#include "core/base/units.h"
#include "widgets/document/engine_client.h"
#include "widgets/models/jobs_model.h"

namespace secateur {
namespace {

constexpr int kBarCharacters = 14;

QString sentence(const JobRow& job, int waiting) {
    QString text = job.name;
    if (job.state == JobState::Queued) return JobStatus::tr("%1 is queued").arg(text);
    if (job.secondsLeft >= 0.0)
        text =
            JobStatus::tr("%1, %2 left").arg(text, QString::fromStdString(formatDuration(job.secondsLeft)));
    return waiting > 0 ? JobStatus::tr("%1; %2 more").arg(text).arg(waiting) : text;
}

}  // namespace

JobStatus::JobStatus(const JobsModel& jobs, EngineClient& engine, QWidget* parent)
    : QWidget(parent),
      jobs_(jobs),
      engine_(engine),
      text_(new QLabel(this)),
      bar_(new QProgressBar(this)),
      stop_(new QToolButton(this)),
      list_(new QToolButton(this)) {
    text_->setTextFormat(Qt::PlainText);
    text_->setObjectName(QStringLiteral("jobText"));
    bar_->setAccessibleName(tr("Progress of the job"));
    bar_->setRange(0, 100);
    bar_->setFixedWidth(kBarCharacters * fontMetrics().averageCharWidth());
    bar_->setMaximumHeight(fontMetrics().height() + 2);
    stop_->setAccessibleName(tr("Stop job"));
    stop_->setToolTip(tr("Stop the job that runs. What is queued goes on."));
    stop_->setIcon(style()->standardIcon(QStyle::SP_BrowserStop));
    stop_->setAutoRaise(true);
    stop_->setFocusPolicy(Qt::TabFocus);
    list_->setText(tr("Jobs"));
    list_->setAccessibleName(tr("Show jobs"));
    list_->setToolTip(tr("Show all jobs and the log, or hide them"));
    list_->setAutoRaise(true);
    list_->setFocusPolicy(Qt::TabFocus);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    for (QWidget* part : {static_cast<QWidget*>(text_), static_cast<QWidget*>(bar_),
                          static_cast<QWidget*>(stop_), static_cast<QWidget*>(list_)})
        row->addWidget(part);
    connect(stop_, &QToolButton::clicked, this, [this] {
        if (const int job = jobs_.activeJob(); job != 0) engine_.cancel(job);
    });
    connect(list_, &QToolButton::clicked, this, &JobStatus::listWished);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&jobs_, signal, this, &JobStatus::refresh);
    connect(&jobs_, &QAbstractItemModel::dataChanged, this, &JobStatus::refresh);
    refresh();
}

void JobStatus::refresh() {
    const int active = jobs_.activeJob();
    for (QWidget* part :
         {static_cast<QWidget*>(text_), static_cast<QWidget*>(bar_), static_cast<QWidget*>(stop_)})
        part->setVisible(active != 0);
    if (active == 0) return;
    const JobRow& job = jobs_.row(jobs_.rowOf(active));
    int waiting = 0;
    for (const JobRow& other : jobs_.rows())
        if (other.id != active && !other.finished()) ++waiting;
    text_->setText(sentence(job, waiting));
    text_->setToolTip(job.stage);
    bar_->setValue(static_cast<int>(job.fraction * 100.0));
}

}  // namespace secateur
