// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/device_executor.h"

#include <QSignalSpy>
#include <QTest>
#include <atomic>
#include <memory>

#include <gmock/gmock.h>

namespace secateur {
namespace {

using ::testing::ElementsAre;
using Outcome = DeviceExecutor::Outcome;
using Post = DeviceExecutor::Post;

constexpr int kPatience = 5000;

// Runs until it is stopped.
Outcome waitForStop(JobContext& context, const Post&) {
    while (true) {
        context.checkStop();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

class DeviceExecutorTest : public ::testing::Test {
protected:
    DeviceExecutorTest() {
        QObject::connect(&executor_, &DeviceExecutor::jobChanged, &executor_,
                         [this](const JobRow& row) { rows_[row.id] = row; });
        QObject::connect(&executor_, &DeviceExecutor::jobRemoved, &executor_,
                         [this](int id) { rows_.erase(id); });
    }
    DeviceExecutor::Job job(const char* name, decltype(DeviceExecutor::Job::work) work,
                            const char* tag = "") {
        DeviceExecutor::Job made;
        made.name = QLatin1String(name);
        made.tag = QLatin1String(tag);
        made.receiver = &receiver_;
        made.work = std::move(work);
        made.failed = [this](const Error& error) { failures_.push_back(error.code()); };
        return made;
    }
    DeviceExecutor::Job quick(const char* name, const char* tag = "") {
        return job(
            name,
            [this, name](JobContext&, const Post&) {
                return Outcome{[this, name] { delivered_.emplace_back(name); }, QStringLiteral("ok")};
            },
            tag);
    }
    bool reaches(int id, JobState state) {
        return QTest::qWaitFor([&] { return rows_.count(id) > 0 && rows_[id].state == state; }, kPatience);
    }

    QObject receiver_;
    std::map<int, JobRow> rows_;
    std::vector<std::string> delivered_;
    std::vector<ErrorCode> failures_;
    DeviceExecutor executor_;
};

TEST_F(DeviceExecutorTest, RunsInOrderAwayFromTheGuiThread) {
    std::atomic<bool> elsewhere = false;
    executor_.submit(job("thread", [&](JobContext&, const Post&) {
        elsewhere = QThread::currentThread() != executor_.thread();
        return Outcome{[this] { delivered_.emplace_back("thread"); }, {}};
    }));
    executor_.submit(quick("a"));
    const int last = executor_.submit(quick("b"));
    ASSERT_TRUE(reaches(last, JobState::Done));
    EXPECT_TRUE(elsewhere);
    EXPECT_THAT(delivered_, ElementsAre("thread", "a", "b"));
    EXPECT_GE(rows_[last].seconds, 0.0);
    EXPECT_LT(rows_[last].seconds, 60.0);
}

TEST_F(DeviceExecutorTest, NewerJobReplacesQueuedAndRunningTwins) {
    const int running = executor_.submit(job("running", waitForStop, "preview"));
    ASSERT_TRUE(reaches(running, JobState::Running));
    const int queued = executor_.submit(quick("queued", "preview"));
    const int newest = executor_.submit(quick("newest", "preview"));
    ASSERT_TRUE(reaches(newest, JobState::Done));
    EXPECT_THAT(delivered_, ElementsAre("newest"));
    EXPECT_TRUE(failures_.empty());
    EXPECT_EQ(rows_.count(queued), 0U);
    EXPECT_TRUE(QTest::qWaitFor([&] { return rows_.count(running) == 0; }, kPatience));
}

TEST_F(DeviceExecutorTest, CancelStopsRunningAndQueuedJobs) {
    const int running = executor_.submit(job("running", waitForStop));
    const int queued = executor_.submit(quick("queued"));
    ASSERT_TRUE(reaches(running, JobState::Running));
    executor_.cancel(queued);
    executor_.cancel(running);
    EXPECT_TRUE(reaches(queued, JobState::Cancelled));
    EXPECT_TRUE(reaches(running, JobState::Cancelled));
    EXPECT_THAT(failures_, ElementsAre(ErrorCode::Cancelled, ErrorCode::Cancelled));
    EXPECT_TRUE(delivered_.empty());
    executor_.cancel(4711);
}

TEST_F(DeviceExecutorTest, BackgroundJobGivesWayAndRunsAgain) {
    std::atomic<int> starts = 0;
    auto background = job("background", [&](JobContext& context, const Post& post) {
        if (++starts == 1) return waitForStop(context, post);
        return Outcome{[this] { delivered_.emplace_back("background"); }, {}};
    });
    background.background = true;
    const int first = executor_.submit(std::move(background));
    ASSERT_TRUE(reaches(first, JobState::Running));
    executor_.submit(quick("urgent"));
    ASSERT_TRUE(reaches(first, JobState::Done));
    EXPECT_THAT(delivered_, ElementsAre("urgent", "background"));
    EXPECT_EQ(starts, 2);
    EXPECT_TRUE(failures_.empty());
}

TEST_F(DeviceExecutorTest, AJobThatGaveWayWaitsWithoutRateOrStage) {
    std::atomic<int> starts = 0;
    auto background = job("background", [&](JobContext& context, const Post& post) {
        if (++starts > 1) return Outcome{{}, {}};
        context.beginStage("layers", 4, "layers");
        context.advanceTo(2);
        return waitForStop(context, post);
    });
    background.background = true;
    const int first = executor_.submit(std::move(background));
    ASSERT_TRUE(QTest::qWaitFor([&] { return rows_[first].stage == QStringLiteral("layers"); }, kPatience));
    std::vector<JobRow> queued;
    QObject::connect(&executor_, &DeviceExecutor::jobChanged, &executor_, [&](const JobRow& row) {
        if (row.id == first && row.state == JobState::Queued) queued.push_back(row);
    });
    executor_.submit(quick("urgent"));
    ASSERT_TRUE(reaches(first, JobState::Done));
    ASSERT_EQ(queued.size(), 1U);
    EXPECT_TRUE(queued[0].stage.isEmpty());
    EXPECT_TRUE(queued[0].unit.isEmpty());
    EXPECT_EQ(queued[0].rate, 0.0);
    EXPECT_EQ(queued[0].fraction, 0.0);
    EXPECT_LT(queued[0].secondsLeft, 0.0);
    EXPECT_EQ(queued[0].name, QStringLiteral("background"));
}

TEST_F(DeviceExecutorTest, FailuresNameNoOptionsOfTheCommandLine) {
    QSignalSpy logged(&executor_, &DeviceExecutor::logged);
    const int id = executor_.submit(job("short", [](JobContext& context, const Post&) -> Outcome {
        context.warn("the text ends early: give fewer --samples");
        throw Error(ErrorCode::InvalidArgument, "a.txt: shorter than one window",
                    "use a longer text or a smaller --seq-len");
    }));
    ASSERT_TRUE(reaches(id, JobState::Failed));
    ASSERT_EQ(logged.count(), 2);
    EXPECT_EQ(logged[0][0].value<LogEntry>().text,
              QStringLiteral("short: the text ends early: give fewer windows"));
    EXPECT_EQ(logged[1][0].value<LogEntry>().text,
              QStringLiteral("short: a.txt: shorter than one window. Use a longer text or shorter windows."));
}

TEST_F(DeviceExecutorTest, ErrorsOfEveryKindReachTheTableAndTheLog) {
    QSignalSpy logged(&executor_, &DeviceExecutor::logged);
    const int known = executor_.submit(job("known", [](JobContext&, const Post&) -> Outcome {
        throw Error(ErrorCode::Corrupt, "a.safetensors: truncated.", "Download it again.");
    }));
    const int memory =
        executor_.submit(job("memory", [](JobContext&, const Post&) -> Outcome { throw std::bad_alloc(); }));
    const int other = executor_.submit(
        job("other", [](JobContext&, const Post&) -> Outcome { throw std::logic_error("odd"); }));
    ASSERT_TRUE(reaches(other, JobState::Failed));
    EXPECT_EQ(rows_[known].message, QStringLiteral("a.safetensors: truncated."));
    EXPECT_TRUE(rows_[memory].message.contains(QStringLiteral("not enough memory")));
    EXPECT_THAT(failures_, ElementsAre(ErrorCode::Corrupt, ErrorCode::OutOfMemory, ErrorCode::Internal));
    ASSERT_EQ(logged.count(), 3);
    EXPECT_EQ(logged[0][0].value<LogEntry>().text,
              QStringLiteral("known: a.safetensors: truncated. Download it again."));
}

TEST_F(DeviceExecutorTest, ResultIsDroppedWhenItsReceiverIsGone) {
    auto gone = std::make_unique<QObject>();
    auto orphan = quick("orphan");
    orphan.receiver = gone.get();
    const int id = executor_.submit(std::move(orphan));
    gone.reset();
    ASSERT_TRUE(reaches(id, JobState::Done));
    EXPECT_TRUE(delivered_.empty());
}

TEST_F(DeviceExecutorTest, StagesArriveBeforeTheEnd) {
    const int id = executor_.submit(job("staged", [this](JobContext& context, const Post& post) {
        context.beginStage("layers", 4, "layers");
        post([this] { delivered_.emplace_back("stage"); });
        context.advanceTo(4);
        return Outcome{[this] { delivered_.emplace_back("end"); }, {}};
    }));
    ASSERT_TRUE(reaches(id, JobState::Done));
    EXPECT_THAT(delivered_, ElementsAre("stage", "end"));
    EXPECT_EQ(rows_[id].stage, QStringLiteral("layers"));
}

TEST(DeviceExecutorEnd, StopsTheRunningJob) {
    std::atomic<bool> started = false;
    {
        DeviceExecutor executor;
        DeviceExecutor::Job job;
        job.work = [&](JobContext& context, const Post& post) {
            started = true;
            return waitForStop(context, post);
        };
        executor.submit(std::move(job));
        ASSERT_TRUE(QTest::qWaitFor([&] { return started.load(); }, kPatience));
    }
    SUCCEED();
}

}  // namespace
}  // namespace secateur
