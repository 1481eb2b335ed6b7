// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plans that were previewed, with what people call them and note of them; names and notes of healing runs
// too. Kept in the session file. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "core/data/packed_plan.h"
#include "core/data/reports.h"
#include "core/data/tokens.h"
#include "widgets/document/plan_wishes.h"

namespace secateur {

// What a perplexity was measured on: those of other windows cannot be compared.
struct JudgedOn {
    TextSource text{};
    WindowOptions windows{};
    bool operator==(const JudgedOn&) const = default;
};
// "sample.txt, 32 windows of 128 tokens after the first 64"
[[nodiscard]] QString inWords(const JudgedOn& judged);

struct PreviewPoint {
    std::uint64_t id = 0;  // within the list
    QString name{};        // as people call it; empty: by what it removes
    QString note{};
    QString plan{};       // what it removes, in words
    PlanWishes wishes{};  // brings the plan back
    PreviewReport report{};
    JudgedOn judged{};
    std::shared_ptr<const PackedPlan> packed{};  // as it was decided
    [[nodiscard]] QString title() const { return name.isEmpty() ? plan : name; }
};

// Wishes whose plan is that of the point: its own, where they come out as they did; else its steps, settled.
[[nodiscard]] PlanWishes wishesBack(const PreviewPoint& point, const ModelSummary& model,
                                    const Analysis* analysis);

// What people call a run and note of it.
struct RunLabel {
    QString folder{};
    QString name{};
    QString note{};
};

class PlanList final : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] const std::vector<PreviewPoint>& points() const noexcept {
        return points_;
    }  // oldest first
    [[nodiscard]] const PreviewPoint* find(std::uint64_t id) const;

    // A plan that was previewed as edit number `edit` of the plan. The same plan on the same windows is in
    // the list once; and a plan that a drag went through, which undo does not reach any more, gives way to
    // the next of the same edit, unless it has a name or a note, or is pinned. Returns its id.
    std::uint64_t remember(PreviewPoint point, std::uint64_t edit);
    void rename(std::uint64_t id, const QString& name);
    void setNote(std::uint64_t id, const QString& note);
    // The plan of a point's name to come back with takeBack(), the last removed first.
    void remove(std::uint64_t id);
    void takeBack();
    [[nodiscard]] bool canTakeBack() const noexcept { return !removed_.empty(); }
    // Points that nothing but remove() takes away.
    void setPinned(std::set<std::uint64_t> ids) { pinned_ = std::move(ids); }

    [[nodiscard]] RunLabel labelOf(const QString& folder) const;
    void setLabel(const RunLabel& label);
    [[nodiscard]] const std::vector<RunLabel>& labels() const noexcept { return labels_; }

    void restore(std::vector<PreviewPoint> points, std::vector<RunLabel> labels);
    void clear();  // another model

Q_SIGNALS:
    void changed();

private:
    struct Removed {
        std::size_t at = 0;
        PreviewPoint point;
    };
    [[nodiscard]] bool kept(const PreviewPoint& point) const;
    PreviewPoint* mutableFind(std::uint64_t id);

    std::vector<PreviewPoint> points_;
    std::vector<RunLabel> labels_;
    std::vector<Removed> removed_;
    std::set<std::uint64_t> pinned_;
    std::uint64_t ids_ = 0;
    std::uint64_t lastEdit_ = 0;
    std::uint64_t lastId_ = 0;  // the point of that edit
};

}  // namespace secateur
