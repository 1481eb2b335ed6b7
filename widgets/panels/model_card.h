// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is this network? Its shape, its size, and where its parameters sit.
#pragma once

#include <QWidget>
#include <vector>

#include "core/data/model_summary.h"

class QLabel;

namespace secateur {

class StackedBar;
class ValueLabel;

class ModelCard final : public QWidget {
    Q_OBJECT
public:
    explicit ModelCard(QWidget* parent = nullptr);
    void setSummary(const ModelSummary& summary);

private:
    [[nodiscard]] static QString headsText(const NetworkConfig& config);
    [[nodiscard]] static QString widthText(const NetworkConfig& config);

    QLabel* title_;
    ValueLabel* folder_;
    std::vector<ValueLabel*> facts_;
    StackedBar* parts_;
};

}  // namespace secateur
