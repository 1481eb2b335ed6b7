// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plan A and plan B: which two plans are compared, and what is known of each. Thread rule: GUI thread only;
// plans of files and runs are read on a thread of their own.
#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/planning/planner.h"
#include "widgets/document/plan_list.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;
class RunBoard;

enum class PinSource { Present, Dense, Previewed, File, Run };

struct PinChoice {
    PinSource source = PinSource::Present;
    std::uint64_t point = 0;  // Previewed: of the list
    QString path{};           // File: of the plan; Run: folder of the run
    bool operator==(const PinChoice&) const = default;
};

// A side of the comparison.
struct ComparedPlan {
    QString title{};
    std::shared_ptr<const Plan> plan{};
    PlanWishes wishes{};  // bring it into the document
    Accounting accounting{};
    KeptUnits kept{};
    std::optional<double> perplexity{};
    std::optional<double> standardError{};
    std::vector<double> windowLoss{};  // one a window of `judged`; empty: not known
    std::optional<JudgedOn> judged{};  // none: not known
    QString about{};                   // of the perplexity: "healed", "updating", "as its file says"
};

class PlanPins final : public QObject {
    Q_OBJECT
public:
    enum Side { A, B };

    PlanPins(PlanDocument& document, PreviewFeed& feed, RunBoard& board, QObject* parent = nullptr);
    ~PlanPins() override;

    // Dense and the present plan at first.
    [[nodiscard]] PinChoice choice(Side side) const { return choices_.at(side); }
    void pin(Side side, const PinChoice& choice);
    void swap();
    // Null while it is read, and when there is none: problem() says why.
    [[nodiscard]] std::shared_ptr<const ComparedPlan> plan(Side side);
    [[nodiscard]] QString problem(Side side) const { return problems_.at(side); }
    [[nodiscard]] bool reading(Side side) const { return reading_.at(side); }
    // Makes it the document's plan, as one edit that can be undone.
    void take(Side side);

    void restore(const PinChoice& a, const PinChoice& b);
    [[nodiscard]] static QString label(Side side);  // "A", "B"

Q_SIGNALS:
    void choicesChanged();  // what a side is
    void changed();         // that, or what is known of it

private:
    void forget();
    void refresh(PinSource source);
    void read(Side side);
    void accept(Side side, const PinChoice& choice, std::shared_ptr<const ComparedPlan> plan,
                const QString& problem);
    [[nodiscard]] std::shared_ptr<const ComparedPlan> made(Side side);
    [[nodiscard]] std::shared_ptr<const ComparedPlan> present() const;
    [[nodiscard]] std::shared_ptr<const ComparedPlan> dense() const;
    [[nodiscard]] std::shared_ptr<const ComparedPlan> previewed(const PreviewPoint& point) const;
    void tellList();

    PlanDocument& document_;
    PreviewFeed& feed_;
    RunBoard& board_;
    std::array<PinChoice, 2> choices_;
    std::array<std::shared_ptr<const ComparedPlan>, 2> plans_;
    std::array<QString, 2> problems_;
    std::array<bool, 2> reading_{};
    std::array<bool, 2> stale_{true, true};
    QThreadPool reader_;
};

}  // namespace secateur
