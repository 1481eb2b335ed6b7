// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does it still say? One prompt, continued by the opened network, by what the plan leaves of it, and by
// a healed model, beside each other as they write. GUI thread only.
#pragma once

#include <QWidget>
#include <array>

#include "widgets/document/completions.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QTextEdit;

namespace secateur {

class NumberBox;

class CompletionsPanel final : public QWidget {
    Q_OBJECT
public:
    CompletionsPanel(PlanDocument& document, Completions& completions, QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Column {
        QWidget* box = nullptr;
        QLabel* title = nullptr;
        QTextEdit* text = nullptr;
        QLabel* state = nullptr;
    };
    [[nodiscard]] QWidget* buildForm();
    [[nodiscard]] QWidget* buildPages();
    [[nodiscard]] Column buildColumn(Writer writer);
    void write();
    void append(Writer writer, const QString& text);
    void refresh();
    void refreshChoices();
    void refreshColumn(Writer writer);
    [[nodiscard]] QString titleOf(Writer writer) const;
    [[nodiscard]] QString stateOf(Writer writer) const;
    [[nodiscard]] Column& column(Writer writer) { return columns_[static_cast<std::size_t>(writer)]; }

    PlanDocument& document_;
    Completions& completions_;
    QLineEdit* prompt_;
    NumberBox* temperature_;
    QSpinBox* tokens_;
    QSpinBox* seed_;
    QComboBox* healed_;
    QPushButton* write_;
    QPushButton* stop_;
    QLabel* state_;
    std::array<Column, 3> columns_;
    std::vector<Completions::HealedChoice> choices_;
};

}  // namespace secateur
