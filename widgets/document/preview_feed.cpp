// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/preview_feed.h"

#include <algorithm>

#include "core/base/units.h"
#include "core/data/linear_form.h"
#include "widgets/document/plan_document.h"

namespace secateur {
namespace {

constexpr int kPauseMilliseconds = 300;
constexpr std::size_t kLongestHistory = 200;

QString layerList(const std::vector<int>& layers) {
    const int top = layers.empty() ? 0 : *std::max_element(layers.begin(), layers.end());
    UnitMask mask(static_cast<std::size_t>(top) + 1, 0);
    for (const int layer : layers) mask[static_cast<std::size_t>(layer)] = 1;
    return QString::fromStdString(formatUnits(mask));
}

QString methodLabel(const std::string& name) {
    for (const MethodInfo& method : methods()) {
        if (method.name == name) return QString::fromStdString(method.label);
    }
    return name.empty() ? PreviewFeed::tr("Hand-made") : QString::fromStdString(name);
}

// "wanda 2:4", "rtn 4 bits"
QString recipeInWords(const RecipeStep& step) {
    QString text = QString::fromStdString(step.method);
    for (const auto& [key, value] : step.options.entries()) {
        const std::string word = formatOption(value);
        if (key == "pattern" && sparsePattern(word)) text += QLatin1Char(' ') + QString::fromStdString(word);
        if (key == "bits") text += PreviewFeed::tr(" %1 bits").arg(QString::fromStdString(word));
        if (key == "format") text += QLatin1Char(' ') + QString::fromStdString(word);
        if (key == "sparsity" || key == "keep")
            text += QLatin1Char(' ') + QString::fromStdString(formatPercent(std::get<double>(value)));
    }
    return text;
}

}  // namespace

PreviewFeed::PreviewFeed(PlanDocument& document, EngineClient& engine, QObject* parent)
    : QObject(parent), document_(document), engine_(engine) {
    pause_.setSingleShot(true);
    pause_.setInterval(kPauseMilliseconds);
    connect(&pause_, &QTimer::timeout, this, &PreviewFeed::runNow);
    connect(&document_, &PlanDocument::planChanged, this, &PreviewFeed::planEdited);
    connect(&document_, &PlanDocument::modelChanged, this, [this] {
        report_.reset();
        history_.clear();
        become(State::Empty);
    });
    connect(&engine_, &EngineClient::previewReady, this, &PreviewFeed::accept);
    connect(&engine_, &EngineClient::taskFailed, this, &PreviewFeed::fail);
}

void PreviewFeed::setText(const TextSource& text, const WindowOptions& windows) {
    text_ = text;
    windows_ = windows;
    report_.reset();
    history_.clear();
    become(State::Empty);
    planEdited();
}

void PreviewFeed::setAutomatic(bool automatic) {
    automatic_ = automatic;
    if (automatic_ && state_ != State::Current) planEdited();
}

void PreviewFeed::planEdited() {
    pause_.stop();
    if (!document_.valid() || text_.empty()) {
        become(State::Empty);
        return;
    }
    const bool answered = state_ == State::Current || state_ == State::Running || state_ == State::Failed;
    if (answered && asked_ == document_.revision()) return;  // planned again, with the same outcome
    become(State::Pending);
    if (automatic_ && document_.analysis() != nullptr) pause_.start();
}

void PreviewFeed::runNow() {
    pause_.stop();
    if (!document_.valid() || text_.empty()) return;
    asked_ = document_.revision();
    problem_.clear();
    become(State::Running);
    engine_.preview({document_.result()->plan, asked_, document_.analysis(), text_, windows_});
}

void PreviewFeed::accept(const PreviewReport& report, quint64 revision) {
    if (revision != document_.revision() || revision != asked_) return;
    report_ = report;
    remember(report);
    become(State::Current);
}

void PreviewFeed::fail(const Problem& problem) {
    if (problem.task != EngineTask::Preview || state_ != State::Running) return;
    problem_ = problem.cancelled ? tr("The preview was cancelled.") : problem.message;
    become(State::Failed);
}

void PreviewFeed::become(State state) {
    state_ = state;
    Q_EMIT changed();
}

void PreviewFeed::remember(const PreviewReport& report) {
    const PreviewPoint point{
        report.accounting.parametersAfter,     report.accounting.removedFraction,       report.planPerplexity,
        planInWords(document_.result()->plan), QString::fromStdString(report.protocol), document_.wishes()};
    const auto same = std::find_if(history_.begin(), history_.end(), [&](const PreviewPoint& p) {
        return p.parameters == point.parameters && p.perplexity == point.perplexity && p.plan == point.plan;
    });
    if (same != history_.end()) history_.erase(same);
    history_.push_back(point);
    if (history_.size() > kLongestHistory) history_.erase(history_.begin());
}

void PreviewFeed::clearHistory() {
    history_.clear();
    Q_EMIT changed();
}

QString planInWords(const Plan& plan) {
    QStringList parts;
    for (const PlanStep& step : plan.steps) {
        if (const auto* chop = std::get_if<ChopStep>(&step)) {
            if (!chop->layers.empty())
                parts << PreviewFeed::tr("layers %1 chopped").arg(layerList(chop->layers));
            if (!chop->attention.empty())
                parts << PreviewFeed::tr("no attention in %1").arg(layerList(chop->attention));
            if (!chop->keep.empty()) parts << PreviewFeed::tr("layers %1 kept").arg(layerList(chop->keep));
            if (!chop->mlp.empty()) parts << PreviewFeed::tr("no MLP in %1").arg(layerList(chop->mlp));
        } else if (const auto* width = std::get_if<WidthStep>(&step)) {
            if (width->keep.empty() && width->ratio == 0.0) continue;
            QString text = methodLabel(width->method) + QLatin1Char(' ') +
                           QString::fromStdString(formatPercent(width->ratio));
            if (!width->structure.empty())
                text += QLatin1Char(' ') + QString::fromStdString(width->structure);
            if (!width->metric.empty()) text += QLatin1Char(' ') + QString::fromStdString(width->metric);
            parts << text;
        } else if (const auto* recipe = std::get_if<RecipeStep>(&step)) {
            parts << recipeInWords(*recipe);
        } else {
            parts << PreviewFeed::tr("healed");
        }
    }
    return parts.isEmpty() ? PreviewFeed::tr("nothing removed") : parts.join(QStringLiteral(", "));
}

}  // namespace secateur
