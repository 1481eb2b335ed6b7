// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does the plan save? Before and after, in parameters, bytes, MACs and KV cache; and what loads the
// result.
#pragma once

#include <QWidget>
#include <optional>

#include "core/data/plan.h"

class QLabel;

namespace secateur {

class ValueLabel;

class AccountingCard final : public QWidget {
    Q_OBJECT
public:
    explicit AccountingCard(QWidget* parent = nullptr);
    void setAccounting(const Accounting& accounting);
    void clear();

private:
    struct Pair {
        ValueLabel* before = nullptr;
        ValueLabel* after = nullptr;
    };

    void showSizeOf(const Accounting& accounting);
    void showWhatLoads(const std::optional<WeightFiles>& files);

    QLabel* sizeTitle_ = nullptr;
    Pair parameters_, bytes_, macs_, cache_;
    ValueLabel* removed_;
    ValueLabel* compression_;
    ValueLabel* loads_;
};

}  // namespace secateur
