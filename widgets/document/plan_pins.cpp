// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/plan_pins.h"

#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "widgets/document/made_by.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/run_board.h"
#include "widgets/document/step_words.h"
#include "widgets/document/window_words.h"

namespace secateur {
namespace {

// What follows from the plan alone. Throws Error for one that does not fit the network.
ComparedSide comparedPlan(const ModelSummary& model, std::shared_ptr<const Plan> plan) {
    ComparedSide compared;
    const NetworkState state = stateAfter(model.config, *plan);
    compared.kept = keptUnits(state);
    compared.widths = widthsOf(state.config);
    compared.accounting = plan->accounting ? *plan->accounting : account(model, state);
    compared.plan = std::move(plan);
    return compared;
}

void takeMeasured(ComparedSide& compared, const Plan& plan) {
    if (!plan.measured) return;
    compared.perplexity = plan.measured->planPerplexity;
    compared.standardError = plan.measured->planStandardError;
    compared.about = PlanPins::tr("as its file says");
}

// A plan as a file has it. Any thread.
ComparedSide readPlan(const ModelSummary& model, const QString& file) {
    const std::string text = planText(file);
    auto plan = std::make_shared<const Plan>(
        parsePlan(text, model.config, model.fingerprint, file.toStdString()).plan);
    ComparedSide compared = comparedPlan(model, plan);
    compared.title = QFileInfo(file).fileName();
    compared.wishes = wishesOf(*plan, text);
    takeMeasured(compared, *plan);
    return compared;
}

void judge(ComparedSide& compared, const RunRecord& run) {
    compared.perplexity = run.evalPerplexity;
    compared.standardError = run.standardError;
    compared.about = PlanPins::tr("healed, %1").arg(QLatin1String(name(run.request.options.method)));
    if (const auto heldOut = heldOutOf(run.request))
        compared.judged = JudgedOn{heldOut->text, heldOut->windows};
    compared.accounting.parametersAfter =
        run.parameters > 0 ? run.parameters : compared.accounting.parametersAfter;
    compared.accounting.bytesAfter = run.bytes > 0 ? run.bytes : compared.accounting.bytesAfter;
}

// The plan of the open model that the other one was made by; none where it was not. Any thread.
std::optional<ComparedSide> planOfModel(const ModelSummary& opened, const ModelSummary& other) {
    if (other.fingerprint == opened.fingerprint) {
        auto nothing = std::make_shared<Plan>();
        nothing->model = planModel(opened);
        ComparedSide itself = comparedPlan(opened, std::move(nothing));
        itself.wishes = emptyWishes();
        return itself;
    }
    const QString file = planFileOf(other);
    if (file.isEmpty()) return std::nullopt;
    try {
        ComparedSide made = readPlan(opened, file);
        const bool fits =
            made.widths == widthsOf(other.config) && made.plan->model.fingerprint == opened.fingerprint;
        if (fits) return made;
    } catch (const Error&) {
        // A plan of another model: what is known is what the configuration says.
    }
    return std::nullopt;
}

// Which units another model has, where no plan of the open one made it: the open one was made from it, or one
// heals the other. Any thread.
void knowUnits(ComparedSide& compared, const ModelSummary& opened, const ModelSummary& other) {
    if (compared.kept) return;
    if (const auto left = madeFrom(opened, other.config, other.fingerprint)) {
        compared.kept = keptUnits(stateOf(other.config));
        compared.before = std::make_shared<const BeforeOpened>(BeforeOpened{other.config, keptUnits(*left)});
    } else if (healsOf(opened, other)) {
        compared.kept = keptUnits(stateOf(opened.config));
    }
}

// Another model beside the open one. Any thread.
ComparedSide comparedModel(const ModelSummary& opened, const ModelSummary& other) {
    ComparedSide compared = planOfModel(opened, other).value_or(ComparedSide());
    knowUnits(compared, opened, other);
    compared.title = QString::fromStdString(other.name);
    compared.obstacle = QString::fromStdString(shapeObstacle(opened.config, other.config));
    compared.widths = widthsOf(other.config);
    Accounting own = account(other, other.config);
    own.parametersAfter = other.parameters > 0 ? other.parameters : own.parametersAfter;
    own.bytesAfter = other.bytes > 0 ? other.bytes : own.bytesAfter;
    const auto left = static_cast<double>(decoderLinearParameters(other.config));
    own.removedFraction = 1.0 - left / static_cast<double>(decoderLinearParameters(opened.config));
    compared.accounting = own;
    if (other.healedBy != nullptr) judge(compared, *other.healedBy);
    return compared;
}

}  // namespace

PlanPins::PlanPins(PlanDocument& document, PreviewFeed& feed, RunBoard& board, ReferenceShelf& shelf,
                   QObject* parent)
    : QObject(parent), document_(document), feed_(feed), board_(board), shelf_(shelf) {
    reader_.setMaxThreadCount(1);
    choices_[A].source = PinSource::Dense;
    connect(&document_, &PlanDocument::modelChanged, this, &PlanPins::forget);
    connect(&document_, &PlanDocument::planChanged, this, [this] { refresh(PinSource::Present); });
    connect(&feed_, &PreviewFeed::changed, this, [this] {
        refresh(PinSource::Present);
        refresh(PinSource::Dense);  // its perplexity comes with the answer
    });
    connect(&feed_.plans(), &PlanList::changed, this, [this] { refresh(PinSource::Previewed); });
    connect(&document_, &PlanDocument::analysisChanged, this, [this] { refresh(PinSource::Measurement); });
    connect(&shelf_, &ReferenceShelf::changed, this, &PlanPins::shelfChanged);
}

PlanPins::~PlanPins() {
    reader_.waitForDone();
}

QString PlanPins::label(Side side) {
    return side == A ? QStringLiteral("A") : QStringLiteral("B");
}

void PlanPins::forget() {
    choices_ = {PinChoice{PinSource::Dense}, PinChoice{PinSource::Present}};
    std::ranges::fill(stale_, true);
    Q_EMIT choicesChanged();
    Q_EMIT changed();
}

void PlanPins::refresh(PinSource source) {
    bool any = false;
    for (const Side side : {A, B}) {
        if (choices_[side].source != source) continue;
        stale_[side] = true;
        any = true;
    }
    if (any) Q_EMIT changed();
}

void PlanPins::tellList() {
    std::set<std::uint64_t> ids;
    for (const PinChoice& choice : choices_) {
        if (choice.source == PinSource::Previewed) ids.insert(choice.point);
    }
    feed_.plans().setPinned(std::move(ids));
}

void PlanPins::shelfChanged(const QString& path) {
    for (const Side side : {A, B}) {
        const PinSource source = choices_[side].source;
        const bool ofShelf = source == PinSource::Model || source == PinSource::AnalysisFile;
        if (ofShelf && choices_[side].path == path) stale_[side] = true;
    }
    Q_EMIT changed();  // it may be chosen now, too
}

void PlanPins::set(Side side, const PinChoice& choice) {
    const bool again = choice.source == PinSource::File || choice.source == PinSource::Run;
    if (choices_[side] == choice && !again) return;
    choices_[side] = choice;
    stale_[side] = true;
}

std::optional<PinChoice> PlanPins::partnerOf(const PinChoice& choice) const {
    switch (choice.source) {
        case PinSource::Present:
            return PinChoice{PinSource::Dense};
        case PinSource::AnalysisFile:
            return PinChoice{PinSource::Measurement};
        case PinSource::Measurement:
            if (shelf_.analyses().isEmpty()) return std::nullopt;
            return PinChoice{PinSource::AnalysisFile, 0, shelf_.analyses().front()};
        default:
            return PinChoice{PinSource::Present};
    }
}

void PlanPins::pin(Side side, const PinChoice& choice) {
    // A file that was chosen again may have changed.
    if (choice.source == PinSource::AnalysisFile) shelf_.readAnalysis(choice.path);
    if (choice.source == PinSource::Model) shelf_.readModel(choice.path);
    set(side, choice);
    const Side other = side == A ? B : A;
    if (kindOf(choices_[other].source) != kindOf(choice.source)) {
        if (const auto partner = partnerOf(choice)) set(other, *partner);
    }
    tellList();
    Q_EMIT choicesChanged();
    Q_EMIT changed();
}

void PlanPins::swap() {
    std::swap(choices_[A], choices_[B]);
    std::swap(compared_[A], compared_[B]);
    std::swap(problems_[A], problems_[B]);
    std::ranges::fill(stale_, true);
    Q_EMIT choicesChanged();
    Q_EMIT changed();
}

void PlanPins::restore(const PinChoice& a, const PinChoice& b) {
    choices_ = {a, b};
    std::ranges::fill(stale_, true);
    tellList();
    Q_EMIT choicesChanged();
    Q_EMIT changed();
}

std::shared_ptr<const ComparedSide> PlanPins::side(Side side) {
    if (std::exchange(stale_[side], false)) {
        problems_[side].clear();
        compared_[side] = made(side);
    }
    return compared_[side];
}

std::shared_ptr<const ComparedSide> PlanPins::made(Side side) {
    const PinChoice& choice = choices_[side];
    reading_[side] = false;
    if (document_.model() == nullptr) return nullptr;
    try {
        switch (choice.source) {
            case PinSource::Present:
                if (auto now = present()) return now;
                problems_[side] = document_.problem();
                return nullptr;
            case PinSource::Dense:
                return dense();
            case PinSource::Previewed:
                if (const PreviewPoint* point = feed_.plans().find(choice.point)) return previewed(*point);
                problems_[side] = tr("The previewed plan is not in the list any more.");
                return nullptr;
            case PinSource::File:
            case PinSource::Run:
                // What was read stays in view until it is read again.
                read(side);
                return compared_[side];
            case PinSource::Measurement:
                return measurement();
            case PinSource::Model:
            case PinSource::AnalysisFile:
                return referred(side);
        }
    } catch (const Error& error) {
        problems_[side] = inWindowWords(error.message());
    }
    return nullptr;
}

std::shared_ptr<const ComparedSide> PlanPins::referred(Side side) {
    const PinChoice choice = choices_[side];
    const auto model = shelf_.model(choice.path);
    const auto analysis = shelf_.analysis(choice.path);
    problems_[side] = shelf_.problem(choice.path);
    if (choice.source == PinSource::Model && model != nullptr) {
        read(side, model);
        return compared_[side];
    }
    if (choice.source == PinSource::AnalysisFile && analysis != nullptr) {
        auto compared = std::make_shared<ComparedSide>();
        compared->title = shelf_.title(choice.path);
        compared->analysis = analysis;
        return compared;
    }
    if (!problems_[side].isEmpty()) return nullptr;
    reading_[side] = true;
    choice.source == PinSource::Model ? shelf_.readModel(choice.path) : shelf_.readAnalysis(choice.path);
    return nullptr;
}

std::shared_ptr<const ComparedSide> PlanPins::measurement() const {
    // Of the whole network: one of what a plan's chops leave has other layers than an analysis of a file.
    if (document_.wholeAnalysis() == nullptr) return nullptr;
    auto compared = std::make_shared<ComparedSide>();
    compared->title = tr("present measurement");
    compared->analysis = document_.wholeAnalysis();
    return compared;
}

std::shared_ptr<const ComparedSide> PlanPins::present() const {
    if (document_.result() == nullptr) return nullptr;
    auto compared = std::make_shared<ComparedSide>(
        comparedPlan(*document_.model(), std::make_shared<const Plan>(document_.result()->plan)));
    compared->title = tr("present plan");
    compared->wishes = document_.wishes();
    if (feed_.state() == PreviewFeed::State::Current) {
        const PreviewReport& report = *feed_.report();
        compared->accounting = report.accounting;
        compared->perplexity = report.planPerplexity;
        compared->standardError = report.planStandardError;
        compared->windowLoss = report.planWindowLoss;
        compared->judged = feed_.judgedOn();
    } else if (feed_.state() == PreviewFeed::State::Pending || feed_.state() == PreviewFeed::State::Running) {
        compared->about = tr("updating");
    }
    if (!document_.valid()) compared->about = tr("of the last plan that was possible");
    return compared;
}

std::shared_ptr<const ComparedSide> PlanPins::dense() const {
    auto plan = std::make_shared<Plan>();
    plan->model = planModel(*document_.model());
    auto compared = std::make_shared<ComparedSide>(comparedPlan(*document_.model(), std::move(plan)));
    compared->title = tr("dense model");
    compared->wishes = emptyWishes();
    // Any plan that was previewed on the present windows knows it.
    const auto& points = feed_.plans().points();
    const auto known = std::find_if(points.rbegin(), points.rend(), [&](const PreviewPoint& point) {
        return point.judged == feed_.judgedOn();
    });
    if (known != points.rend()) {
        compared->perplexity = known->report.densePerplexity;
        compared->standardError = known->report.denseStandardError;
        compared->windowLoss = known->report.denseWindowLoss;
        compared->judged = known->judged;
    }
    return compared;
}

std::shared_ptr<const ComparedSide> PlanPins::previewed(const PreviewPoint& point) const {
    auto compared = std::make_shared<ComparedSide>(
        comparedPlan(*document_.model(), std::make_shared<const Plan>(point.packed->unpack())));
    compared->title = point.title();
    compared->wishes = point.wishes;
    compared->accounting = point.report.accounting;
    compared->perplexity = point.report.planPerplexity;
    compared->standardError = point.report.planStandardError;
    compared->windowLoss = point.report.planWindowLoss;
    compared->judged = point.judged;
    return compared;
}

void PlanPins::read(Side side, std::shared_ptr<const ModelSummary> other) {
    const PinChoice choice = choices_[side];
    std::optional<RunRecord> run;
    if (choice.source == PinSource::Run) {
        const RunEntry* entry = board_.find(choice.path);
        if (entry == nullptr) {
            problems_[side] = tr("%1: there is no such run any more.").arg(choice.path);
            compared_[side].reset();
            return;
        }
        run = entry->record;
    }
    reading_[side] = true;
    reader_.start([this, side, choice, run, other = std::move(other), model = document_.model()] {
        std::shared_ptr<ComparedSide> compared;
        QString problem;
        try {
            const QString file = run ? planFileOf(*run) : choice.path;
            if (file.isEmpty())
                throw Error(ErrorCode::NotFound,
                            run->folder + ": what it heals was not made by a plan of this program.");
            compared = std::make_shared<ComparedSide>(other != nullptr ? comparedModel(*model, *other)
                                                                       : readPlan(*model, file));
            if (run) {
                compared->title = QString::fromStdString(run->name);
                judge(*compared, *run);
            }
        } catch (const Error& error) {
            problem = inWindowWords(error.message());
        }
        QMetaObject::invokeMethod(
            this, [this, side, choice, compared, problem] { accept(side, choice, compared, problem); });
    });
}

void PlanPins::accept(Side side, const PinChoice& choice, std::shared_ptr<const ComparedSide> compared,
                      const QString& problem) {
    if (choices_[side] != choice) return;  // another one was chosen meanwhile
    reading_[side] = false;
    compared_[side] = std::move(compared);
    problems_[side] = problem;
    Q_EMIT changed();
}

void PlanPins::take(Side side) {
    const auto taken = this->side(side);
    if (taken == nullptr || taken->plan == nullptr) return;
    const PreviewPoint* point =
        choices_[side].source == PinSource::Previewed ? feed_.plans().find(choices_[side].point) : nullptr;
    document_.edit(tr("Take %1: %2").arg(label(side), taken->title),
                   point != nullptr ? wishesBack(*point, *document_.model(), document_.analysis().get())
                                    : taken->wishes);
}

}  // namespace secateur
