// SPDX-License-Identifier: GPL-3.0-or-later
//
// Works out what two measurements differ in, on a thread of its own: of several questions the last one is
// answered. Thread rule: GUI thread only.
#pragma once

#include <QObject>
#include <QThreadPool>
#include <cstdint>

#include "widgets/document/measured_pair.h"

namespace secateur {

class MeasuredPairFeed final : public QObject {
    Q_OBJECT
public:
    explicit MeasuredPairFeed(QObject* parent = nullptr);
    ~MeasuredPairFeed() override;

    // The same question as before is not asked again. `models` as for measuredPair().
    void ask(const ComparedModels& models, const std::shared_ptr<const Analysis>& a,
             const std::shared_ptr<const Analysis>& b, const CutQuestion& cut);
    // There is nothing to compare any more.
    void forget();

    // The last answer, of the question before where it is being worked out; null: there is none.
    [[nodiscard]] const std::shared_ptr<const MeasuredPair>& pair() const noexcept { return pair_; }
    // Why the last question has no answer; empty: it has one.
    [[nodiscard]] QString problem() const { return problem_; }
    // Nothing is being worked out.
    [[nodiscard]] bool settled() const noexcept { return asked_ == answered_; }

Q_SIGNALS:
    void answered();

private:
    void accept(std::shared_ptr<const MeasuredPair> pair, const QString& problem, std::uint64_t number);

    QThreadPool worker_;
    ComparedModels models_;
    std::shared_ptr<const Analysis> a_;
    std::shared_ptr<const Analysis> b_;
    CutQuestion cut_;
    std::shared_ptr<const MeasuredPair> pair_;
    QString problem_;
    std::uint64_t asked_ = 0;  // number of the last question, and of the last answer
    std::uint64_t answered_ = 0;
};

}  // namespace secateur
