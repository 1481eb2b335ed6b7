// SPDX-License-Identifier: GPL-3.0-or-later
// What the guided tour says and waits for. Every number is read from the document, the preview or the run.
#include <QAbstractButton>
#include <QCoreApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <algorithm>

#include "core/base/units.h"
#include "core/planning/planner.h"
#include "widgets/document/workflow.h"
#include "widgets/guide/guided_tour.h"

namespace secateur {
namespace {

constexpr double kTourRatio = 0.2;

QString tourTr(const char* text) {
    return QCoreApplication::translate("GuidedTour", text);
}

QString count(std::int64_t value) {
    return QString::fromStdString(formatCount(value));
}

QString percent(double fraction) {
    return QString::fromStdString(formatPercent(fraction));
}

// The layer with the lowest value among those that the plan keeps; -1 where it was not measured.
int leastLayer(const PlanDocument& document, const char* metric, double* value = nullptr) {
    if (document.analysis() == nullptr) return -1;
    const auto measured = findLayerMetric(*document.analysis(), metric);
    if (!measured) return -1;
    int least = -1;
    float lowest = 0.0F;
    const std::vector<bool>& kept = document.kept().layer;
    for (std::size_t i = 0; i < measured->layers.size(); ++i) {
        const auto layer = static_cast<std::size_t>(measured->layers[i]);
        if (layer < kept.size() && !kept[layer]) continue;
        if (least >= 0 && measured->values[i] >= lowest) continue;
        least = measured->layers[i];
        lowest = measured->values[i];
    }
    if (value != nullptr) *value = lowest;
    return least;
}

int choppedLayers(const PlanDocument& document) {
    const std::vector<bool>& kept = document.kept().layer;
    return static_cast<int>(std::count(kept.begin(), kept.end(), false));
}

QString choppedText(const PlanDocument& document) {
    const int chopped = choppedLayers(document);
    return chopped == 1 ? tourTr("One layer is chopped: ") : tourTr("%1 layers are chopped: ").arg(chopped);
}

QString parametersText(const PlanDocument& document) {
    if (document.result() == nullptr || !document.result()->plan.accounting) return {};
    const Accounting& accounting = *document.result()->plan.accounting;
    return tourTr("%1 -> %2 parameters, %3 of the linear weights removed.")
        .arg(count(accounting.parametersBefore), count(accounting.parametersAfter),
             percent(accounting.removedFraction));
}

QString perplexityText(const PreviewFeed& feed) {
    const PreviewReport& report = *feed.report();
    return tourTr("Perplexity %1 -> %2: %3.")
        .arg(QString::fromStdString(formatPerplexity(report.densePerplexity)),
             QString::fromStdString(formatPerplexity(report.planPerplexity)),
             QString::fromStdString(formatChange(report.change(), report.changeStandardError)));
}

bool previewed(Workflow& workflow) {
    return workflow.preview().state() == PreviewFeed::State::Current &&
           workflow.preview().report().has_value();
}

// Why there is no perplexity of the plan yet.
QString waitingText(Workflow& workflow) {
    const PreviewFeed& feed = workflow.preview();
    if (feed.state() == PreviewFeed::State::Failed) return feed.problem();
    if (!workflow.document().problem().isEmpty()) return workflow.document().problem();
    if (feed.state() == PreviewFeed::State::Running) return tourTr("Perplexity is being measured...");
    if (feed.measuring()) return tourTr("Perplexity waits for the measurement; see Jobs.");
    if (!feed.automatic() || feed.waitsForPress()) return tourTr("Press Preview now to measure it.");
    return tourTr("Perplexity follows in a moment...");
}

QWidget* named(QMainWindow& window, const char* dock, const char* object) {
    const auto* place = window.findChild<QDockWidget*>(QLatin1String(dock));
    return place != nullptr ? place->findChild<QWidget*>(QLatin1String(object)) : nullptr;
}

QAbstractButton* button(QMainWindow& window, const char* dock, const char* name) {
    const auto* place = window.findChild<QDockWidget*>(QLatin1String(dock));
    if (place == nullptr) return nullptr;
    for (auto* one : place->findChildren<QAbstractButton*>())
        if (one->accessibleName() == QLatin1String(name)) return one;
    return nullptr;
}

TourStep openStep(QMainWindow& window, Workflow& workflow, const TourHooks& hooks) {
    PlanDocument& document = workflow.document();
    TourStep step;
    step.title = tourTr("Open a model and measure it");
    step.dock = [&document] {
        return document.model() == nullptr ? QStringLiteral("model") : QStringLiteral("layers");
    };
    step.anchor = [&window, &document]() -> QWidget* {
        return document.model() == nullptr ? button(window, "model", "Open demo") : nullptr;
    };
    step.text = [&workflow, &document, demo = hooks.demo]() -> QString {
        if (document.model() == nullptr)
            return demo ? tourTr(
                              "The demo is a small model that was trained to tell stories. Open it: it is "
                              "measured by itself.")
                        : tourTr("The demo is not installed: open any checkpoint folder.");
        const QString model = tourTr("%1 is open: %2 layers, %3 parameters.")
                                  .arg(QString::fromStdString(document.model()->name))
                                  .arg(document.model()->config.originalLayers)
                                  .arg(count(document.model()->parameters));
        if (document.analysis() == nullptr)
            return model + QLatin1Char(' ') +
                   (workflow.preview().measuring()
                        ? tourTr("One pass over text measures what every layer and channel does; see Jobs.")
                        : tourTr("It has not been measured yet."));
        return model + QLatin1Char(' ') +
               tourTr("It was measured on %1 tokens of text, and every view has filled.")
                   .arg(document.analysis()->tokens);
    };
    step.done = [&document] { return document.model() != nullptr && document.analysis() != nullptr; };
    step.action = [&workflow, &document, demo = hooks.demo]() -> QString {
        if (document.model() == nullptr) return demo ? tourTr("Open demo") : QString();
        const bool idle = document.analysis() == nullptr && !workflow.preview().measuring();
        return idle ? tourTr("Measure") : QString();
    };
    step.act = [&workflow, &document, open = hooks.openDemo] {
        if (document.model() == nullptr)
            open();
        else
            workflow.measure();
    };
    return step;
}

TourStep chopStep(QMainWindow& window, Workflow& workflow) {
    PlanDocument& document = workflow.document();
    TourStep step;
    step.title = tourTr("Remove the layer that does least");
    step.dock = [] { return QStringLiteral("layers"); };
    step.anchor = [&window] { return named(window, "layers", "layersTable"); };
    // Leaving layers out measures the damage itself; influence is there sooner.
    const auto candidate = [&document] {
        const int byLoss = leastLayer(document, "leave-one-out");
        return byLoss >= 0 ? byLoss : leastLayer(document, "block-influence");
    };
    step.done = [&document] { return document.valid() && choppedLayers(document) > 0; };
    step.text = [&document, done = step.done]() -> QString {
        if (done())
            return choppedText(document) + parametersText(document) + QLatin1Char(' ') +
                   tourTr("Ctrl+Z would take it back.");
        double influence = 0.0;
        const int turning = leastLayer(document, "block-influence", &influence);
        if (turning < 0) return tourTr("Influence is not measured yet: wait, or choose Run > Measure.");
        QString text = tourTr("Layer %1 turns the residual stream least: block influence %2.")
                           .arg(turning)
                           .arg(influence, 0, 'g', 3);
        double perplexity = 0.0;
        const int cheapest = leastLayer(document, "leave-one-out", &perplexity);
        if (cheapest >= 0)
            text += QLatin1Char(' ') + tourTr("Leaving out layer %1 costs least perplexity: %2.")
                                           .arg(cheapest)
                                           .arg(QString::fromStdString(formatChange(
                                               document.analysis()->leaveOneOut->change(perplexity))));
        return text + QLatin1Char(' ') + tourTr("Check Chop in its row, with a click or the space bar.");
    };
    step.action = [candidate, done = step.done]() -> QString {
        const int layer = done() ? -1 : candidate();
        return layer < 0 ? QString() : tourTr("Chop layer %1").arg(layer);
    };
    step.act = [&document, candidate] {
        if (const int layer = candidate(); layer >= 0) document.setPartRemoved(layer, LayerPart::Layer, true);
    };
    return step;
}

TourStep costStep(Workflow& workflow) {
    PlanDocument& document = workflow.document();
    TourStep step;
    step.title = tourTr("See what it costs");
    step.dock = [] { return QStringLiteral("preview"); };
    step.done = [&workflow, &document] { return previewed(workflow) && choppedLayers(document) > 0; };
    step.text = [&workflow, &document]() -> QString {
        if (choppedLayers(document) == 0)
            return tourTr("Nothing is chopped: go back a step to chop a layer.");
        if (!previewed(workflow)) return waitingText(workflow);
        const PreviewReport& report = *workflow.preview().report();
        return perplexityText(workflow.preview()) + QLatin1Char(' ') +
               (report.withinError() ? tourTr("That is less than its standard error: it may be chance. ")
                                     : QString()) +
               tourTr("Both networks read the same text; the number is the one before healing.");
    };
    step.action = [&workflow, &document]() -> QString {
        const PreviewFeed& feed = workflow.preview();
        const bool waits = feed.state() == PreviewFeed::State::Pending &&
                           (!feed.automatic() || feed.waitsForPress()) && document.valid();
        return waits ? tourTr("Preview now") : QString();
    };
    step.act = [&workflow] { workflow.preview().runNow(); };
    return step;
}

TourStep narrowStep(QMainWindow& window, Workflow& workflow) {
    PlanDocument& document = workflow.document();
    TourStep step;
    step.title = tourTr("Narrow the layers that stay");
    step.dock = [] { return QStringLiteral("plan"); };
    step.anchor = [&window] { return named(window, "plan", "ratio"); };
    const auto wished = [&document] { return document.width().ratio > 0.0; };
    step.done = [&workflow, wished] { return wished() && previewed(workflow); };
    step.text = [&workflow, &document, wished]() -> QString {
        if (document.model() == nullptr) return tourTr("Open a model first: go back to step 1.");
        if (!wished())
            return tourTr(
                       "FLAP removes the channels and KV groups whose inputs change least, and puts back "
                       "their "
                       "mean. Set Ratio to %1 and look at the hatched cells of the channel map.")
                .arg(percent(kTourRatio));
        const QString plan = document.valid() ? parametersText(document) : document.problem();
        return plan + QLatin1Char(' ') +
               (previewed(workflow) ? perplexityText(workflow.preview()) : waitingText(workflow));
    };
    step.action = [&document, wished]() -> QString {
        return wished() || document.model() == nullptr
                   ? QString()
                   : tourTr("Set the ratio to %1").arg(percent(kTourRatio));
    };
    step.act = [&document] {
        WidthRequest width = document.width();
        width.ratio = kTourRatio;
        width.targetParameters.reset();
        width.targetBytes.reset();
        document.setWidth(tourTr("Set ratio to %1").arg(percent(kTourRatio)), width);
    };
    return step;
}

QString runText(const RunEntry& run) {
    const RunRecord& record = run.record;
    QStringList parts;
    if (run.active()) {
        parts << tourTr("%1 is learning: %2 of the run is done.").arg(run.name(), percent(run.fraction));
    } else if (record.state == RunState::Complete) {
        parts << tourTr("%1 is healed after %2 steps.").arg(run.name()).arg(record.steps);
    } else if (!record.problem.empty()) {
        parts << QString::fromStdString(record.problem);
    } else {
        parts << tourTr("%1 has stopped; Resume goes on with it.").arg(run.name());
    }
    const auto value = [](const std::optional<double>& perplexity) {
        return QString::fromStdString(formatPerplexity(*perplexity));
    };
    if (record.evalBefore && record.evalPerplexity)
        parts << tourTr("Held-out perplexity %1 -> %2.")
                     .arg(value(record.evalBefore), value(record.evalPerplexity));
    else if (record.evalBefore)
        parts << tourTr("Held-out perplexity before: %1.").arg(value(record.evalBefore));
    if (record.densePerplexity)
        parts << tourTr("The whole network has %1.").arg(value(record.densePerplexity));
    if (record.state == RunState::Complete && !run.active())
        parts << tourTr("That is the tour: cut, look, heal. F1 explains whatever has the focus.");
    return parts.join(QLatin1Char(' '));
}

TourStep healStep(QMainWindow& window, Workflow& workflow, const QString& run) {
    TourStep step;
    step.title = tourTr("Heal it");
    step.dock = [] { return QStringLiteral("heal"); };
    const auto entry = [&workflow, &run]() -> const RunEntry* {
        return run.isEmpty() ? nullptr : workflow.runs().find(run);
    };
    step.anchor = [&window]() -> QWidget* { return button(window, "heal", "Start"); };
    step.done = [entry] {
        const RunEntry* found = entry();
        return found != nullptr && !found->active() && found->record.state == RunState::Complete;
    };
    step.text = [entry, &workflow]() -> QString {
        if (const RunEntry* found = entry()) return runText(*found);
        if (workflow.document().model() == nullptr) return tourTr("Open a model first: go back to step 1.");
        return tourTr(
            "Training lets the layers that are left learn to do without the others. Usual values are "
            "filled in: press Start, and watch the curves.");
    };
    step.action = [&window, entry]() -> QString {
        const QAbstractButton* start = button(window, "heal", "Start");
        return entry() == nullptr && start != nullptr && start->isEnabled() ? tourTr("Start healing")
                                                                            : QString();
    };
    step.act = [&window] {
        if (QAbstractButton* start = button(window, "heal", "Start"); start != nullptr && start->isEnabled())
            start->click();
    };
    return step;
}

}  // namespace

std::vector<TourStep> tourSteps(QMainWindow& window, Workflow& workflow, const TourHooks& hooks,
                                const QString& run) {
    return {openStep(window, workflow, hooks), chopStep(window, workflow), costStep(workflow),
            narrowStep(window, workflow), healStep(window, workflow, run)};
}

}  // namespace secateur
