// SPDX-License-Identifier: GPL-3.0-or-later
//
// Let a strategy choose layers to chop. GUI thread only.
#pragma once

#include <QWidget>

class QComboBox;
class QPushButton;
class QSpinBox;

namespace secateur {

class PlanDocument;

class ChopForm final : public QWidget {
    Q_OBJECT
public:
    explicit ChopForm(PlanDocument& document, QWidget* parent = nullptr);

Q_SIGNALS:
    void messageRaised(const QString& text);  // why a strategy cannot choose

private:
    void propose();
    void refresh();

    PlanDocument& document_;
    QSpinBox* count_;
    QComboBox* strategy_;
    bool chosen_ = false;  // by the user; until then what is suggested is shown
    QPushButton* propose_;
};

}  // namespace secateur
