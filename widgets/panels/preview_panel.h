// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does the plan do to perplexity? Dense and planned values side by side, renewed after every edit, and
// the curve and table of the points seen so far.
#pragma once

#include <QWidget>

#include "widgets/document/settings.h"

class QCheckBox;
class QLabel;
class QPushButton;

namespace secateur {

class PlanDocument;
class PreviewFeed;
class TextChoiceBox;
class ValueLabel;

class PreviewPanel final : public QWidget {
    Q_OBJECT
public:
    PreviewPanel(PlanDocument& document, PreviewFeed& feed, QWidget* parent = nullptr);
    void setTextChoice(const TextChoice& choice);

Q_SIGNALS:
    void textChosen(const secateur::TextChoice& choice);

private:
    [[nodiscard]] QWidget* buildValues();
    [[nodiscard]] QWidget* buildOptions();
    void refresh();
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    PreviewFeed& feed_;
    ValueLabel* dense_;
    ValueLabel* planned_;
    ValueLabel* change_;
    QLabel* state_;
    TextChoiceBox* text_ = nullptr;
    QCheckBox* automatic_ = nullptr;
    QPushButton* run_ = nullptr;
};

}  // namespace secateur
