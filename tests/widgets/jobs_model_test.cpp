// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/jobs_model.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

#include "widgets/models/plans_model.h"

namespace secateur {
namespace {

JobRow job(int id, JobState state, double fraction = 0.0) {
    JobRow row;
    row.id = id;
    row.name = QStringLiteral("Measure");
    row.state = state;
    row.fraction = fraction;
    row.rate = 3100.0;
    row.unit = QStringLiteral("tokens");
    row.secondsLeft = 64.0;
    row.stage = QStringLiteral("layer 3");
    return row;
}

TEST(JobsModel, FollowsAJobFromQueueToEnd) {
    JobsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.update(job(1, JobState::Queued));
    model.update(job(2, JobState::Queued));
    EXPECT_EQ(model.activeJob(), 1);
    model.update(job(2, JobState::Running, 0.5));
    EXPECT_EQ(model.rowCount(), 2);
    EXPECT_EQ(model.activeJob(), 2);
    EXPECT_EQ(model.index(1, JobsModel::State).data().toString(), QStringLiteral("running"));
    EXPECT_EQ(model.index(1, JobsModel::Progress).data().toString(), QStringLiteral("50 %"));
    EXPECT_EQ(model.index(1, JobsModel::Rate).data().toString(), QStringLiteral("3.10 k tokens/s"));
    EXPECT_EQ(model.index(1, JobsModel::Time).data().toString(), QStringLiteral("1:04 left"));
    EXPECT_EQ(model.index(1, JobsModel::Message).data().toString(), QStringLiteral("layer 3"));
    model.remove(1);
    JobRow done = job(2, JobState::Done, 1.0);
    model.update(done);
    EXPECT_EQ(model.activeJob(), 0);
    EXPECT_TRUE(model.index(0, JobsModel::Time).data().toString().isEmpty());
    done.seconds = 95.0;
    model.update(done);
    EXPECT_EQ(model.index(0, JobsModel::Time).data().toString(), QStringLiteral("1:35"));
    model.remove(77);
    EXPECT_EQ(model.rowCount(), 1);
}

TEST(JobsModel, OldFinishedJobsMakeRoom) {
    JobsModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    for (int id = 1; id <= 150; ++id) model.update(job(id, JobState::Done, 1.0));
    EXPECT_EQ(model.rowCount(), 100);
    EXPECT_EQ(model.rowOf(1), -1);
    EXPECT_GE(model.rowOf(150), 0);
}

TEST(PlansModel, ShowsPlansWithErrorsAndNames) {
    PlansModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    PlanRow narrow;
    narrow.point = 2;
    narrow.words = QStringLiteral("FLAP 20 %");
    narrow.parameters = 4200000;
    narrow.bytes = 8400000;
    narrow.removed = 0.2;
    narrow.perplexity = 1.906;
    narrow.standardError = 0.02;
    narrow.change = 0.11;
    narrow.windows = QStringLiteral("24 windows");
    PlanRow whole = narrow;
    whole.point = 1;
    whole.name = QStringLiteral("as it was");
    whole.comparable = false;
    model.setRows({narrow, whole});
    ASSERT_EQ(model.rowCount(), 2);
    const auto cell = [&](int row, int column) { return model.index(row, column).data().toString(); };
    EXPECT_EQ(cell(0, PlansModel::Plan), QStringLiteral("FLAP 20 %"));
    EXPECT_EQ(cell(0, PlansModel::Parameters), QStringLiteral("4.20 M"));
    EXPECT_EQ(cell(0, PlansModel::Weights), QStringLiteral("8.40 MB"));
    EXPECT_EQ(cell(0, PlansModel::Removed), QStringLiteral("20.0 %"));
    EXPECT_EQ(cell(0, PlansModel::Perplexity), QStringLiteral("1.906 \u00b1 0.020"));
    EXPECT_EQ(cell(0, PlansModel::Change), QStringLiteral("+11.0 %"));
    EXPECT_EQ(cell(1, PlansModel::Plan), QStringLiteral("as it was"));
    EXPECT_EQ(cell(1, PlansModel::Windows), QStringLiteral("other: 24 windows"));
    EXPECT_TRUE(model.index(1, PlansModel::Plan)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .startsWith(QStringLiteral("as it was\nFLAP 20 %\n")));
    model.setRows({});
    EXPECT_EQ(model.rowCount(), 0);
}

}  // namespace
}  // namespace secateur
