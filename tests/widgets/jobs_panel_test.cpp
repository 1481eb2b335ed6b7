// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobs_panel.h"

#include <QPlainTextEdit>
#include <QPushButton>

#include <gmock/gmock.h>

#include "tests/widgets/fake_engine.h"
#include "tests/widgets/find_widget.h"

namespace secateur {
namespace {

using ::testing::ElementsAre;

JobRow running(int id) {
    JobRow row;
    row.id = id;
    row.name = QStringLiteral("Measure");
    row.state = JobState::Running;
    return row;
}

TEST(JobsPanel, CancelsTheRunningOrTheSelectedJob) {
    testing::FakeEngine engine;
    JobsPanel panel(engine);
    panel.show();
    auto* cancel = testing::findNamed<QPushButton>(panel, "Cancel job");
    EXPECT_FALSE(cancel->isEnabled());
    Q_EMIT engine.jobChanged(running(1));
    JobRow queued = running(2);
    queued.state = JobState::Queued;
    Q_EMIT engine.jobChanged(queued);
    ASSERT_TRUE(cancel->isEnabled());
    cancel->click();
    auto* table = testing::findNamed<QTableView>(panel, "Jobs");
    table->selectRow(1);
    cancel->click();
    EXPECT_THAT(engine.cancelled, ElementsAre(1, 2));
}

TEST(JobsPanel, LogsWithTimeAndSeverity) {
    testing::FakeEngine engine;
    JobsPanel panel(engine);
    const QDateTime noon(QDate(2026, 11, 22), QTime(12, 1, 5));
    Q_EMIT engine.logged({noon, LogEntry::Severity::Error, QStringLiteral("a.safetensors: truncated.")});
    panel.logOnce({noon, LogEntry::Severity::Error, QStringLiteral("a.safetensors: truncated.")});
    auto* log = testing::findNamed<QPlainTextEdit>(panel, "Log");
    EXPECT_EQ(log->toPlainText(), QStringLiteral("12:01:05 Error: a.safetensors: truncated."));
}

}  // namespace
}  // namespace secateur
