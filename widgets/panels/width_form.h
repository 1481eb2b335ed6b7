// SPDX-License-Identifier: GPL-3.0-or-later
//
// By which method, and how much to narrow: method, structure, metric (from the registry) and ratio. GUI
// thread only.
#pragma once

#include <QElapsedTimer>
#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QSlider;

namespace secateur {

class PlanDocument;

class WidthForm final : public QWidget {
    Q_OBJECT
public:
    explicit WidthForm(PlanDocument& document, QWidget* parent = nullptr);

private:
    void buildChoices();
    void buildRatio();
    void refresh();
    void fillChoices(QComboBox* box, const char* option, const std::string& present);
    void commitMethod();
    void commitStructure();
    void commitMetric();
    void commitRatio(double percent);
    [[nodiscard]] int gesture();

    PlanDocument& document_;
    QComboBox* method_;
    QComboBox* structure_;
    QComboBox* metric_;
    QSlider* slider_;
    QDoubleSpinBox* percent_;
    QElapsedTimer lastMove_;
    int gesture_ = 0;
};

}  // namespace secateur
