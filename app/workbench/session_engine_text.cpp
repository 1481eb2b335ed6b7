// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan costs in words, on the device thread: losses of single tokens, cuts taken back one by one, and
// texts that the networks write.
#include <chrono>
#include <vector>

#include "app/workbench/session_engine_open.h"
#include "core/base/text.h"
#include "core/base/units.h"

namespace secateur {

namespace {

const QString kLossTag = QStringLiteral("losses");
const QString kTakeBackTag = QStringLiteral("take-back");
const QString kCompleteTag = QStringLiteral("complete");

// Gathers text of a network that writes faster than anyone reads.
class TextPost {
public:
    using Send = std::function<void(const QString&)>;
    explicit TextPost(Send send) : send_(std::move(send)) {}
    void add(const std::string& text) {
        gathered_ += QString::fromStdString(printableWhole(text, LineBreaks::Keep));
        constexpr auto kInterval = std::chrono::milliseconds(40);
        const auto now = std::chrono::steady_clock::now();
        if (now - sent_ < kInterval) return;
        sent_ = now;
        flush();
    }
    void flush() {
        if (!gathered_.isEmpty()) send_(std::exchange(gathered_, {}));
    }

private:
    Send send_;
    QString gathered_;
    std::chrono::steady_clock::time_point sent_{};
};

}  // namespace

void SessionEngine::losses(const PreviewRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post&) {
        const auto calibration =
            open.calibration(request.plan, request.calibration, request.calibrationWindows, context);
        const TokenWindows& windows = open.windows(request.text, request.windows, context);
        PreviewOptions options;
        options.calibration = calibration ? &*calibration : nullptr;
        auto report = std::make_shared<const TokenLossReport>(
            open.session->tokenLosses(request.plan, request.analysis.get(), windows, options, context));
        return DeviceExecutor::Outcome{
            [this, report, revision = request.revision] { Q_EMIT lossesReady(report, revision); },
            tr("losses of %1 tokens").arg(report->dense.size())};
    };
    submit(EngineTask::Losses, tr("Losses of tokens"), kLossTag, false, work);
}

void SessionEngine::takeBack(const PreviewRequest& request) {
    const auto work = [this, request](Open& open, JobContext& context, const DeviceExecutor::Post& post) {
        const auto calibration =
            open.calibration(request.plan, request.calibration, request.calibrationWindows, context);
        const TokenWindows windows = open.windows(request.text, request.windows, context);
        PreviewOptions options;
        options.calibration = calibration ? &*calibration : nullptr;
        const auto delivery = [this, revision = request.revision](const TakeBackReport& report,
                                                                  bool complete) {
            auto shared = std::make_shared<const TakeBackReport>(report);
            return DeviceExecutor::Delivery(
                [this, shared, revision, complete] { Q_EMIT tookBack(shared, revision, complete); });
        };
        const TakeBackReport report =
            open.session->takeBack(request.plan, request.analysis.get(), windows, options, context,
                                   [&](const TakeBackReport& soFar) { post(delivery(soFar, false)); });
        return DeviceExecutor::Outcome{delivery(report, true), tr("%1 cuts taken back one by one, in %2 s")
                                                                   .arg(report.rows.size())
                                                                   .arg(report.seconds, 0, 'f', 1)};
    };
    submit(EngineTask::TakeBack, tr("Take back one by one"), kTakeBackTag, false, work);
}

void SessionEngine::complete(const CompletionRequest& request) {
    const auto work = [this, request, options = options_](Open& open, JobContext& context,
                                                          const DeviceExecutor::Post& post) {
        std::vector<Writer> writers{Writer::Dense};
        if (request.planned) writers.push_back(Writer::Planned);
        if (!request.healed.isEmpty()) writers.push_back(Writer::Healed);
        const auto share = 1.0 / static_cast<double>(writers.size());
        const auto write = [&](Writer writer) {
            std::optional<Open::PlanNetwork> planned;
            Session* session = open.session.get();
            if (writer == Writer::Planned) planned.emplace(open, request, context);
            if (writer == Writer::Healed) {
                if (open.healedFolder != request.healed || open.healed == nullptr) {
                    open.healed = Session::open(request.healed.toStdString(), options);
                    open.healedFolder = request.healed;
                }
                session = open.healed.get();
            }
            TextPost text([&](const QString& words) {
                post([this, id = request.id, writer, words] { Q_EMIT completionGrew(id, writer, words); });
            });
            Completion completion =
                session->complete(request.options, planned ? planned->network : CompletionNetwork{}, context,
                                  [&](const std::string& words) { text.add(words); });
            text.flush();
            return completion;
        };
        std::size_t tokens = 0;
        DeviceExecutor::Delivery last;
        for (std::size_t i = 0; i < writers.size(); ++i) {
            const ProgressRange range(context, static_cast<double>(i) * share,
                                      static_cast<double>(i + 1) * share);
            WriterOutcome outcome{writers[i], {}, {}};
            try {
                outcome.completion = write(writers[i]);
            } catch (const Error& error) {
                // The others may be able to; without the first there is nothing to compare with.
                if (error.code() == ErrorCode::Cancelled || writers[i] == Writer::Dense) throw;
                outcome.problem = problemOf(EngineTask::Complete, error).message;
            }
            tokens += outcome.completion.ids.size();
            const bool isLast = i + 1 == writers.size();
            last = [this, id = request.id, outcome, isLast] { Q_EMIT completionDone(id, outcome, isLast); };
            if (!isLast) post(last);
        }
        return DeviceExecutor::Outcome{last, tr("%1 tokens by %2 networks").arg(tokens).arg(writers.size())};
    };
    submit(EngineTask::Complete, tr("Write completions"), kCompleteTag, false, work);
}

void SessionEngine::stopTask(EngineTask task) {
    if (task == EngineTask::ChopLab) executor_.cancelTagged({QStringLiteral("chop-lab")});
    if (task == EngineTask::Losses) executor_.cancelTagged({kLossTag});
    if (task == EngineTask::TakeBack) executor_.cancelTagged({kTakeBackTag});
    if (task == EngineTask::Complete) executor_.cancelTagged({kCompleteTag});
    if (task == EngineTask::Rate) executor_.cancelTagged({QStringLiteral("rate")});
    if (task == EngineTask::Evaluate) executor_.cancelTagged({QStringLiteral("evaluate")});
    if (task == EngineTask::Bench) executor_.cancelTagged({QStringLiteral("bench")});
}

}  // namespace secateur
