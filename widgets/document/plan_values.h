// SPDX-License-Identifier: GPL-3.0-or-later
//
// What plans were found to do besides their perplexity: right answers of those that were evaluated, and speed
// of those that were timed. Values that were measured in another way than the last ones are not told, for
// they cannot be compared. Of the open model. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/bench.h"
#include "core/data/evaluation.h"
#include "core/data/packed_plan.h"

namespace secateur {

class BenchFeed;
class EvaluationFeed;
class PlanDocument;

class PlanValues final : public QObject {
    Q_OBJECT
public:
    PlanValues(PlanDocument& document, EvaluationFeed& evaluation, BenchFeed& bench,
               QObject* parent = nullptr);

    struct Values {
        std::optional<MeanScore> accuracy{};  // mean over the tasks
        std::optional<Quartiles> rate{};      // new tokens a second
    };
    // `plan`: null for the dense network.
    [[nodiscard]] Values of(const PackedPlan* plan) const;
    // How what of() tells was measured; empty where nothing was.
    [[nodiscard]] QString accuracyProtocol() const { return accuracies_.protocol; }
    [[nodiscard]] QString rateProtocol() const { return rates_.protocol; }

Q_SIGNALS:
    void changed();

private:
    // Values of one kind that were measured in the same way.
    template <class Value>
    struct Known {
        struct Entry {
            std::shared_ptr<const PackedPlan> plan;  // null: the dense network
            Value value;
        };
        QString protocol;
        std::vector<Entry> entries;

        void begin(const QString& way);
        void put(std::shared_ptr<const PackedPlan> plan, const Value& value);
        [[nodiscard]] std::optional<Value> find(const PackedPlan* plan) const;
    };
    void evaluated();
    void benched();
    void forget();

    EvaluationFeed& evaluation_;
    BenchFeed& bench_;
    std::shared_ptr<const EvaluationReport> lastEvaluation_;
    std::shared_ptr<const BenchReport> lastBench_;
    Known<MeanScore> accuracies_;
    Known<Quartiles> rates_;
};

}  // namespace secateur
