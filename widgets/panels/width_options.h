// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rarer wishes about width: a target instead of a ratio, protected layers, floors, rounding, bias,
// statistics. GUI thread only.
#pragma once

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QSpinBox;

namespace secateur {

class PlanDocument;
struct WidthRequest;

class WidthOptions final : public QWidget {
    Q_OBJECT
public:
    explicit WidthOptions(PlanDocument& document, QWidget* parent = nullptr);

Q_SIGNALS:
    void messageRaised(const QString& text);  // a field that cannot be read

private:
    void buildFields();
    void connectFields();
    void refresh();
    void commitTarget();
    void commitProtected();
    void commitNumbers();
    void commitChoices();

    PlanDocument& document_;
    QLineEdit* target_;
    QComboBox* targetUnit_;
    QLineEdit* protect_;
    QSpinBox* removeGroups_;
    QSpinBox* minGroups_;
    QSpinBox* minChannels_;
    QSpinBox* roundTo_;
    QComboBox* statistics_;
    QComboBox* cost_;
    QCheckBox* bias_;
};

}  // namespace secateur
