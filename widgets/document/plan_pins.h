// SPDX-License-Identifier: GPL-3.0-or-later
//
// Side A and side B: which two are compared, and what is known of each. A side is a network (what a plan
// leaves of the open model, or another model) or a measurement; two of a kind are compared. Thread rule: GUI
// thread only; plans of files, runs and models are read on a thread of their own.
#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/planning/plan_difference.h"
#include "core/planning/planner.h"
#include "widgets/document/plan_list.h"

namespace secateur {

class PlanDocument;
class PreviewFeed;
class ReferenceShelf;
class RunBoard;

enum class PinSource { Present, Dense, Previewed, File, Run, Model, Measurement, AnalysisFile };

enum class SideKind { Network, Measurement };
[[nodiscard]] constexpr SideKind kindOf(PinSource source) noexcept {
    const bool measured = source == PinSource::Measurement || source == PinSource::AnalysisFile;
    return measured ? SideKind::Measurement : SideKind::Network;
}

struct PinChoice {
    PinSource source = PinSource::Present;
    std::uint64_t point = 0;  // Previewed: of the list
    QString path{};           // File: of the plan; Run: folder of the run; Model: its folder; AnalysisFile
    bool operator==(const PinChoice&) const = default;
};

// The network that the open one was made from, and what of it the open one is.
struct BeforeOpened {
    NetworkConfig network;
    KeptUnits left;
};

// A side of the comparison.
struct ComparedSide {
    QString title{};
    // --- of a network
    std::shared_ptr<const Plan> plan{};  // of the open model; null: not known, of another model
    PlanWishes wishes{};                 // bring it into the document
    Accounting accounting{};
    std::vector<LayerWidths> widths{};
    std::optional<KeptUnits> kept{};  // of the open model's units, or of `before`'s; none: not known which
    std::shared_ptr<const BeforeOpened> before{};  // null: it is not what the open model was made from
    QString obstacle{};  // why its layers are not those of the open model; empty: they are
    std::optional<double> perplexity{};
    std::optional<double> standardError{};
    std::vector<double> windowLoss{};  // one a window of `judged`; empty: not known
    std::optional<JudgedOn> judged{};  // none: not known
    QString about{};                   // of the perplexity: "healed", "updating", "as its file says"
    // --- of a measurement
    std::shared_ptr<const Analysis> analysis{};
};

class PlanPins final : public QObject {
    Q_OBJECT
public:
    enum Side { A, B };

    PlanPins(PlanDocument& document, PreviewFeed& feed, RunBoard& board, ReferenceShelf& shelf,
             QObject* parent = nullptr);
    ~PlanPins() override;

    // Dense and the present plan at first.
    [[nodiscard]] PinChoice choice(Side side) const { return choices_.at(side); }
    // Where the other side is of another kind it becomes one of this: the present plan or the dense model,
    // the present measurement or the newest that was read; it stays where there is none.
    void pin(Side side, const PinChoice& choice);
    void swap();
    // Null while it is read, and when there is none: problem() says why.
    [[nodiscard]] std::shared_ptr<const ComparedSide> side(Side side);
    [[nodiscard]] QString problem(Side side) const { return problems_.at(side); }
    [[nodiscard]] bool reading(Side side) const { return reading_.at(side); }
    // Makes its plan the document's, as one edit that can be undone.
    void take(Side side);

    void restore(const PinChoice& a, const PinChoice& b);
    [[nodiscard]] static QString label(Side side);  // "A", "B"

Q_SIGNALS:
    void choicesChanged();  // what a side is
    void changed();         // that, or what is known of it

private:
    void forget();
    void refresh(PinSource source);
    void set(Side side, const PinChoice& choice);
    [[nodiscard]] std::optional<PinChoice> partnerOf(const PinChoice& choice) const;
    void shelfChanged(const QString& path);
    void read(Side side, std::shared_ptr<const ModelSummary> other = nullptr);
    void accept(Side side, const PinChoice& choice, std::shared_ptr<const ComparedSide> compared,
                const QString& problem);
    [[nodiscard]] std::shared_ptr<const ComparedSide> made(Side side);
    // What the shelf has, asked for where it has not.
    [[nodiscard]] std::shared_ptr<const ComparedSide> referred(Side side);
    [[nodiscard]] std::shared_ptr<const ComparedSide> measurement() const;
    [[nodiscard]] std::shared_ptr<const ComparedSide> present() const;
    [[nodiscard]] std::shared_ptr<const ComparedSide> dense() const;
    [[nodiscard]] std::shared_ptr<const ComparedSide> previewed(const PreviewPoint& point) const;
    void tellList();

    PlanDocument& document_;
    PreviewFeed& feed_;
    RunBoard& board_;
    ReferenceShelf& shelf_;
    std::array<PinChoice, 2> choices_;
    std::array<std::shared_ptr<const ComparedSide>, 2> compared_;
    std::array<QString, 2> problems_;
    std::array<bool, 2> reading_{};
    std::array<bool, 2> stale_{true, true};
    QThreadPool reader_;
};

}  // namespace secateur
