// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/document/measured_pair_feed.h"

#include <utility>

#include "core/base/error.h"
#include "widgets/document/window_words.h"

namespace secateur {

MeasuredPairFeed::MeasuredPairFeed(QObject* parent) : QObject(parent) {
    worker_.setMaxThreadCount(1);
}

MeasuredPairFeed::~MeasuredPairFeed() {
    worker_.waitForDone();
}

void MeasuredPairFeed::ask(const ComparedModels& models, const std::shared_ptr<const Analysis>& a,
                           const std::shared_ptr<const Analysis>& b, const CutQuestion& cut) {
    if (models_ == models && a_ == a && b_ == b && cut_ == cut) return;
    const bool again = models_ == models;
    models_ = models;
    a_ = a;
    b_ = b;
    cut_ = cut;
    const std::uint64_t number = ++asked_;
    worker_.clear();  // of older questions only the one that is under way is answered
    worker_.start([this, models, a, b, cut, number, known = again ? pair_ : nullptr] {
        std::shared_ptr<const MeasuredPair> pair;
        QString problem;
        try {
            pair = std::make_shared<const MeasuredPair>(measuredPair(models, a, b, cut, known.get()));
        } catch (const Error& error) {
            problem = inWindowWords(error.message());
        }
        QMetaObject::invokeMethod(this, [this, pair, problem, number] { accept(pair, problem, number); });
    });
}

void MeasuredPairFeed::forget() {
    models_.clear();
    a_.reset();
    b_.reset();
    pair_.reset();
    problem_.clear();
    worker_.clear();
    answered_ = ++asked_;
}

void MeasuredPairFeed::accept(std::shared_ptr<const MeasuredPair> pair, const QString& problem,
                              std::uint64_t number) {
    if (number != asked_) return;
    answered_ = number;
    pair_ = std::move(pair);
    problem_ = problem;
    Q_EMIT answered();
}

}  // namespace secateur
