// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is healed, how, on which text and for how long: all choices before a run starts.
#pragma once

#include <QWidget>
#include <memory>

#include "widgets/document/heal_draft.h"

class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace secateur {

class OptionForm;
class PlanDocument;
class TextChoiceBox;

class HealForm final : public QWidget {
    Q_OBJECT
public:
    HealForm(PlanDocument& document, Settings& settings, QWidget* parent = nullptr);

    [[nodiscard]] HealDraft draft() const;
    // Layers that are chopped before because the plan removes nothing; 0 when it does, or for a checkpoint.
    [[nodiscard]] int chopFirst() const;
    // Why the run cannot start; empty when it can.
    [[nodiscard]] QString problem() const;
    // What will be healed, in one line; empty while there is nothing.
    [[nodiscard]] QString subject() const;
    // The network that will learn, as far as the window knows it: the plan's.
    [[nodiscard]] std::optional<NetworkConfig> network() const;

Q_SIGNALS:
    void changed();

private:
    void buildChoices();
    void buildBudget();
    [[nodiscard]] QWidget* buildTexts();
    [[nodiscard]] QWidget* buildWorkspace();
    void chooseSource(int index);
    void askCheckpoint();
    void askTeacher();
    void askWorkspace();
    void chooseUnit();
    void refresh();
    void showUsualRate();
    [[nodiscard]] HealMethod method() const;
    [[nodiscard]] bool planIsEmpty() const;

    PlanDocument& document_;
    Settings& settings_;
    QFormLayout* form_;
    QComboBox* source_;
    QSpinBox* chop_;
    QComboBox* method_;
    QComboBox* teacher_;
    QDoubleSpinBox* budget_;
    QComboBox* unit_;
    QLineEdit* workspace_;
    OptionForm* options_;
    TextChoiceBox* text_ = nullptr;
    TextChoiceBox* heldOut_ = nullptr;
    QString checkpoint_;
    QString teacherFolder_;
    int chopModelLayers_ = 0;  // that the proposal of chop_ is for
};

}  // namespace secateur
