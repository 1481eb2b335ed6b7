// SPDX-License-Identifier: GPL-3.0-or-later
//
// A push button that is as wide as its words need, in whatever size they are: several stand beside each other
// in a narrow dock. Named by its words for screen readers.
#pragma once

#include <QPushButton>

namespace secateur {

class CompactButton final : public QPushButton {
    Q_OBJECT
public:
    CompactButton(const QString& text, QWidget* parent);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }
};

}  // namespace secateur
