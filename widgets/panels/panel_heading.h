// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QLabel;
class QWidget;

namespace secateur {

// The question that a panel answers, above it, as plots show theirs.
[[nodiscard]] QLabel* panelHeading(const QString& question, QWidget* parent);
// A line below it that says where things stand: wraps, is never taken for markup, and can be copied.
[[nodiscard]] QLabel* stateLine(const QString& objectName, QWidget* parent);

// A field with its label before it, in one piece of a bar that wraps.
[[nodiscard]] QWidget* labelled(const QString& text, QWidget* field, QWidget* parent);

}  // namespace secateur
