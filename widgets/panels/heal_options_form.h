// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a run learns: the options of the chosen method with what is usual filled in, so that everything is seen
// before the start.
#pragma once

#include <QWidget>

#include "core/data/heal.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QSpinBox;

namespace secateur {

class HealOptionsForm final : public QWidget {
    Q_OBJECT
public:
    explicit HealOptionsForm(QWidget* parent = nullptr);

    // What is usual for a method and a size is shown until something else is typed.
    void setMethod(HealMethod method, std::int64_t parameters);
    [[nodiscard]] HealOptions options() const;
    [[nodiscard]] QString problem() const;  // why the options cannot be used; empty when they can
    // Makes the labels of both forms equally wide, so that their fields stand in one column.
    void alignWith(QFormLayout* form);
    // The part that is not needed every time; to be put where it folds away.
    [[nodiscard]] QWidget* more() const noexcept { return more_; }

Q_SIGNALS:
    void changed();

private:
    void buildMain();
    void buildMethodParts();
    void buildMore();
    void connectFields();
    void showMethodParts();

    HealMethod method_ = HealMethod::Continued;
    bool rateTyped_ = false;
    QFormLayout* form_;
    QWidget* more_;
    QLineEdit* rate_ = nullptr;
    QSpinBox* batch_ = nullptr;
    QComboBox* schedule_ = nullptr;
    QSpinBox* rank_ = nullptr;
    QDoubleSpinBox* alpha_ = nullptr;
    QDoubleSpinBox* dropout_ = nullptr;
    QDoubleSpinBox* temperature_ = nullptr;
    QDoubleSpinBox* crossEntropy_ = nullptr;
    QDoubleSpinBox* hidden_ = nullptr;
    QDoubleSpinBox* warmup_ = nullptr;
    QDoubleSpinBox* decay_ = nullptr;
    QDoubleSpinBox* clip_ = nullptr;
    QSpinBox* evaluateEvery_ = nullptr;
    QSpinBox* checkpointEvery_ = nullptr;
    QSpinBox* keepCheckpoints_ = nullptr;
    QSpinBox* patience_ = nullptr;
    QSpinBox* seed_ = nullptr;
    QLineEdit* frozen_ = nullptr;
    QCheckBox* freezeEmbeddings_ = nullptr;
    QCheckBox* keepBest_ = nullptr;
    QCheckBox* recompute_ = nullptr;
};

}  // namespace secateur
