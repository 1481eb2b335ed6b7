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
    TextChoiceBox(const QString& purpose, QWidget* parent = nullptr);

    void setChoice(const TextChoice& choice);
    [[nodiscard]] TextChoice choice() const;

Q_SIGNALS:
    void choiceChanged(const secateur::TextChoice& choice);

private:
    void askFile();
    void listFile(const QString& file);
    void announce();

    QComboBox* text_;
    QSpinBox* windows_;
    QSpinBox* length_;
    int lastText_ = 0;
};

}  // namespace secateur
