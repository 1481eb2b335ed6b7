// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which text, how many windows, how long: the choice that statistics or perplexity are computed on.
#pragma once

#include <QWidget>

#include "widgets/document/settings.h"

class QComboBox;
class QSpinBox;

namespace secateur {

class TextChoiceBox final : public QWidget {
    Q_OBJECT
public:
    // `purpose` begins the accessible names: "Preview" -> "Preview text", "Preview windows", "Preview window
    // length".
    // `usual` names what is used when no file is chosen; "Built-in sample" when empty.
    TextChoiceBox(const QString& purpose, QWidget* parent = nullptr, const QString& usual = {});

    void setChoice(const TextChoice& choice);
    [[nodiscard]] TextChoice choice() const;
    void hideLength();  // where another choice decides it

Q_SIGNALS:
    void choiceChanged(const secateur::TextChoice& choice);

private:
    void askFile();
    void listFile(const QString& file);
    void announce();

    QComboBox* text_;
    QSpinBox* windows_;
    QSpinBox* length_;
    QWidget* lengthPart_ = nullptr;
    int lastText_ = 0;
};

}  // namespace secateur
