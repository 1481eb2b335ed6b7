// SPDX-License-Identifier: GPL-3.0-or-later
//
// One value with a fixed accessible name. A read-only line edit that looks like a label, because screen
// readers (and tests outside the process) read a line edit through the Text interface while a label's name
// would replace its text. The value is the description too.
#pragma once

#include <QLineEdit>

namespace secateur {

class ValueLabel final : public QLineEdit {
    Q_OBJECT
public:
    // `name` is the accessible name; it never changes.
    explicit ValueLabel(const QString& name, QWidget* parent = nullptr);

    void setValue(const QString& value, const QString& explanation = {});
    [[nodiscard]] QString value() const { return text(); }
    void setEmphasis(bool on);  // bold
    // Room that the value has whatever it is; 5 characters when nothing was said.
    void setLeastCharacters(int characters);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

private:
    int leastCharacters_ = 5;
};

}  // namespace secateur
