// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_document.h"

#include "core/base/error.h"
#include "core/planning/score_difference.h"
#include "widgets/document/plan_commands.h"
#include "widgets/document/whole_file.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

constexpr int kHistoryLength = 500;
constexpr qint64 kLargestPlanFile = qint64{64} << 20;

QString explain(const Error& error) {
    return joined(inWindowWords(error.message()), inWindowWords(error.hint()));
}

std::vector<PlanStep> firstChops(const Plan& plan) {
    std::vector<PlanStep> chops;
    for (const PlanStep& step : plan.steps) {
        if (!std::holds_alternative<ChopStep>(step)) break;
        chops.push_back(step);
    }
    return chops;
}

}  // namespace

PlanDocument::PlanDocument(QObject* parent) : QObject(parent) {
    undo_.setUndoLimit(kHistoryLength);
}

void PlanDocument::setModel(std::shared_ptr<const ModelSummary> model) {
    model_ = std::move(model);
    analysis_.reset();
    scores_.emplace(nullptr);
    left_.reset();
    leftChops_.clear();
    ofWhatIsLeft_ = false;
    wishes_ = emptyWishes();
    result_.reset();
    undo_.clear();
    file_.clear();
    Q_EMIT modelChanged();
    Q_EMIT analysisChanged();
    Q_EMIT fileChanged();
    replan();
}

void PlanDocument::setAnalysis(std::shared_ptr<const Analysis> analysis) {
    // Other text or statistics: other means, so the same masks preview differently.
    const bool known = analysis_ != nullptr && analysis != nullptr;
    if (known ? !sameMeasurement(*analysis_, *analysis) : analysis_ != analysis) {
        ++revision_;
        left_.reset();  // measured on another text, or for another
        ofWhatIsLeft_ = false;
    }
    analysis_ = std::move(analysis);
    scores_.emplace(analysis_);
    Q_EMIT analysisChanged();
    replan();
}

void PlanDocument::setLeftAnalysis(std::shared_ptr<const Analysis> analysis, std::vector<PlanStep> chops) {
    ++revision_;
    left_ = std::move(analysis);
    leftScores_.emplace(left_);
    leftChops_ = std::move(chops);
    replan();
}

std::optional<std::vector<PlanStep>> PlanDocument::measuredAfter() const {
    if (!valid() || ofWhatIsLeft_) return std::nullopt;
    std::vector<PlanStep> chops = firstChops(result_->plan);
    const auto& steps = result_->plan.steps;
    const bool scored = chops.size() < steps.size() && std::holds_alternative<WidthStep>(steps[chops.size()]);
    const auto& calibration = result_->plan.calibration;
    if (chops.empty() || !scored || !calibration || calibration->chopped) return std::nullopt;
    return chops;
}

void PlanDocument::edit(const QString& text, PlanWishes wishes, int gesture) {
    if (model_ == nullptr) return;
    wishes = withStrategies(std::move(wishes), *model_, analysis_ != nullptr);
    if (wishes == wishes_) return;
    undo_.push(new PlanEditCommand(*this, text, std::move(wishes), gesture));
}

void PlanDocument::setWidth(const QString& text, const WidthRequest& width, int gesture) {
    if (width == this->width()) return;
    edit(text, withWidth(wishes_, width), gesture);
}

void PlanDocument::setChop(const QString& text, const ChopRequest& chop) {
    edit(text, withChop(wishes_, chop));
}

void PlanDocument::setPartRemoved(int layer, LayerPart part, bool removed) {
    const QString ofPart =
        removed ? tr("Remove from layer %1").arg(layer) : tr("Restore in layer %1").arg(layer);
    const QString whole = removed ? tr("Chop layer %1").arg(layer) : tr("Restore layer %1").arg(layer);
    edit(part == LayerPart::Layer ? whole : ofPart,
         withPart(wishes_, result_ ? &result_->plan : nullptr, layer, part, removed));
}

void PlanDocument::setPartsRemoved(const std::vector<int>& layers, LayerPart part, bool removed) {
    if (layers.empty()) return;
    if (layers.size() == 1) return setPartRemoved(layers.front(), part, removed);
    const auto count = static_cast<int>(layers.size());
    const QString text =
        part == LayerPart::Layer ? (removed ? tr("Chop %1 layers") : tr("Restore %1 layers"))
        : part == LayerPart::Attention
            ? (removed ? tr("Remove attention of %1 layers") : tr("Restore attention of %1 layers"))
            : (removed ? tr("Remove MLP of %1 layers") : tr("Restore MLP of %1 layers"));
    edit(text.arg(count), withParts(wishes_, result_ ? &result_->plan : nullptr, layers, part, removed));
}

void PlanDocument::keepLayers(const std::vector<int>& layers) {
    if (layers.empty()) return;
    PlanWishes wishes = wishes_;
    // The plan tells what a number of layers stands for; afterwards every step names its own.
    const Plan* plan = result_ ? &result_->plan : nullptr;
    for (const LayerPart part : {LayerPart::Layer, LayerPart::Attention, LayerPart::Mlp}) {
        wishes = withParts(std::move(wishes), plan, layers, part, false);
        plan = nullptr;
    }
    edit(layers.size() == 1 ? tr("Restore layer %1").arg(layers.front())
                            : tr("Restore %1 layers").arg(layers.size()),
         wishes);
}

void PlanDocument::adopt(const PlanWishes& wishes) {
    wishes_ = wishes;
    if (!restoring_) replan();
}

PlanHistory PlanDocument::history() const {
    const auto command = [&](int i) { return dynamic_cast<const PlanEditCommand*>(undo_.command(i)); };
    PlanHistory history;
    if (model_ == nullptr) return history;
    history.states.push_back({{}, undo_.count() > 0 ? command(0)->before() : wishes_});
    for (int i = 0; i < undo_.count(); ++i)
        history.states.push_back({command(i)->text(), command(i)->after()});
    history.present = undo_.index();
    history.saved = undo_.cleanIndex();
    return history;
}

void PlanDocument::restore(const PlanHistory& history, const QString& file) {
    if (model_ == nullptr || history.states.empty()) return;
    restoring_ = true;
    undo_.clear();
    wishes_ = history.states.front().wishes;
    for (std::size_t i = 1; i < history.states.size(); ++i)
        undo_.push(new PlanEditCommand(*this, history.states[i].edit, history.states[i].wishes, 0));
    if (history.saved >= 0) {
        undo_.setIndex(history.saved);
        undo_.setClean();
    } else {
        undo_.resetClean();
    }
    undo_.setIndex(history.present);
    restoring_ = false;
    file_ = file;
    Q_EMIT fileChanged();
    replan();
}

// The plan's first chops are those that were measured after: what follows them is decided by that
// measurement.
bool PlanDocument::planOnWhatIsLeft(PlanResult& result) {
    if (left_ == nullptr || leftChops_.empty() || firstChops(result.plan) != leftChops_) return false;
    PlanRequest request = requestOf(*model_, analysis_.get(), wishes_);
    std::size_t chops = 0;
    for (StepRequest& step : request.steps) {
        const auto* wished = std::get_if<ChopRequest>(&step);
        if (wished == nullptr && !std::holds_alternative<ChopStep>(step)) break;
        if (wished != nullptr && wished->empty()) continue;
        if (chops == leftChops_.size()) return false;
        step = std::get<ChopStep>(leftChops_[chops++]);
    }
    try {
        PlanResult again = makePlan(*model_, left_.get(), request, &*leftScores_);
        restoreFacts(again, wishes_);
        result = std::move(again);
        return true;
    } catch (const Error&) {
        return false;  // later steps that need the whole network's numbers keep to those
    }
}

void PlanDocument::useWhatIsLeft(bool use) {
    if (use == ofWhatIsLeft_) return;
    ofWhatIsLeft_ = use;
    Q_EMIT analysisChanged();
}

void PlanDocument::replan() {
    const bool wasValid = valid();
    problem_.clear();
    waiting_ = false;
    if (model_ == nullptr) {
        ++revision_;
        result_.reset();
        kept_ = std::make_shared<const KeptUnits>();
        Q_EMIT planChanged();
        return;
    }
    try {
        if (plannedByEngine(wishes_)) {
            waiting_ = true;
        } else {
            PlanResult result = planOf(*model_, analysis_.get(), wishes_, &*scores_);
            const bool onLeft = planOnWhatIsLeft(result);
            if (!wasValid || result.plan.steps != result_->plan.steps) ++revision_;
            take(std::move(result));
            useWhatIsLeft(onLeft);
        }
    } catch (const Error& error) {
        problem_ = explain(error);
    }
    if (!valid()) {
        ++revision_;
        useWhatIsLeft(false);
    }
    Q_EMIT planChanged();
    if (waiting_) Q_EMIT planningNeeded(requestOf(*model_, analysis_.get(), wishes_), revision_);
}

void PlanDocument::take(PlanResult result) {
    kept_ = std::make_shared<const KeptUnits>(keptUnits(result.after));
    result_ = std::make_shared<const PlanResult>(std::move(result));
}

void PlanDocument::acceptPlanned(const PlanResult& result, std::uint64_t revision) {
    if (!waiting_ || revision != revision_) return;
    ++revision_;
    waiting_ = false;
    PlanResult planned = result;
    restoreFacts(planned, wishes_);
    take(std::move(planned));
    Q_EMIT planChanged();
}

void PlanDocument::rejectPlanned(const QString& problem, std::uint64_t revision) {
    if (!waiting_ || revision != revision_) return;
    waiting_ = false;
    problem_ = problem;
    Q_EMIT planChanged();
}

QString PlanDocument::json() const {
    if (asLoaded(wishes_) && !wishes_.loaded->text.empty())
        return QString::fromStdString(wishes_.loaded->text);
    return result_ ? QString::fromStdString(toJson(result_->plan)) : QString();
}

void PlanDocument::save(const QString& path) {
    if (!valid())
        throw Error(ErrorCode::InvalidArgument, "There is no plan to save.", problem_.toStdString());
    const bool unchanged = asLoaded(wishes_) && !wishes_.loaded->text.empty();
    replaceWhole(path, unchanged ? QByteArray::fromStdString(wishes_.loaded->text) : json().toUtf8());
    file_ = path;
    undo_.setClean();
    Q_EMIT fileChanged();
}

QStringList PlanDocument::load(const QString& path) {
    if (model_ == nullptr) {
        throw Error(ErrorCode::InvalidArgument, path.toStdString() + ": a plan needs its model.",
                    "Open the model first.");
    }
    const QByteArray bytes = readWhole(path, kLargestPlanFile, "plan");
    const ParsedPlan parsed =
        parsePlan(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), model_->config,
                  model_->fingerprint, path.toStdString());
    PlanWishes wishes = wishesOf(parsed.plan, bytes.toStdString());
    static_cast<void>(planOf(*model_, analysis_.get(), wishes));  // refuse before the history is touched
    edit(tr("Load plan"), std::move(wishes));
    file_ = path;
    undo_.setClean();
    Q_EMIT fileChanged();
    QStringList warnings;
    for (const std::string& warning : parsed.warnings) warnings << inWindowWords(warning);
    return warnings;
}

}  // namespace secateur
