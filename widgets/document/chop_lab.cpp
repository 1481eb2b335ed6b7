// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/chop_lab.h"

#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"

namespace secateur {

namespace {

QString listed(const std::vector<int>& layers) {
    QStringList numbers;
    for (const int layer : layers) numbers << QString::number(layer);
    return numbers.join(QStringLiteral(", "));
}

}  // namespace

ChopLab::ChopLab(PlanDocument& document, PreviewFeed& preview, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), preview_(preview), engine_(engine) {
    connect(&engine_, &EngineClient::chopsCompared, this, &ChopLab::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &ChopLab::fail);
    connect(&document_, &PlanDocument::modelChanged, this, &ChopLab::forget);
}

void ChopLab::compare(const std::vector<std::string>& strategies) {
    if (document_.model() == nullptr || strategies.empty() || preview_.text().empty()) return;
    report_.reset();
    problem_.clear();
    running_ = true;
    strategies_ = strategies;
    engine_.compareChops({strategies, ++asked_, document_.analysis(), preview_.text(), preview_.windows()});
    Q_EMIT changed();
}

void ChopLab::accept(const std::shared_ptr<const ChopSweepReport>& report, quint64 id, bool complete) {
    if (id != asked_ || !running_) return;
    report_ = report;
    running_ = !complete;
    Q_EMIT changed();
}

void ChopLab::fail(const Problem& problem) {
    if (problem.task != EngineTask::ChopLab || !running_) return;
    running_ = false;
    problem_ = problem.cancelled ? tr("The comparison was cancelled.") : problem.message;
    Q_EMIT changed();
}

void ChopLab::forget() {
    ++asked_;
    running_ = false;
    report_.reset();
    strategies_.clear();
    problem_.clear();
    Q_EMIT changed();
}

void ChopLab::propose(int row) {
    if (report_ == nullptr || row < 0 || row >= static_cast<int>(report_->rows.size())) return;
    const ChopSweepRow& chosen = report_->rows[static_cast<std::size_t>(row)];
    ChopRequest chop;
    chop.layers = chosen.chop.layers;
    chop.attention = chosen.chop.attention;
    chop.mlp = chosen.chop.mlp;
    chop.chosenBy = chosen.chop.chosenBy;
    chop.merge = chosen.chop.merge;
    document_.setChop(
        tr("Chop %1 by %2").arg(chopInWords(chosen.chop), QString::fromStdString(chosen.strategy)), chop);
}

QString chopInWords(const ChopStep& chop) {
    QStringList parts;
    if (!chop.layers.empty())
        parts << (chop.layers.size() == 1 ? ChopLab::tr("layer %1") : ChopLab::tr("layers %1"))
                     .arg(listed(chop.layers));
    if (!chop.attention.empty()) parts << ChopLab::tr("attention of %1").arg(listed(chop.attention));
    if (!chop.mlp.empty()) parts << ChopLab::tr("MLP of %1").arg(listed(chop.mlp));
    if (chop.merge) parts << ChopLab::tr("folded into others");
    return parts.isEmpty() ? ChopLab::tr("nothing") : parts.join(QStringLiteral(", "));
}

}  // namespace secateur
