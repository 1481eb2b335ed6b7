// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does the plan cost, and what does it save? The answer in one line over the whole window: parameters,
// size and perplexity before and after, how it went with the last edits, what was measured, and the next
// thing to do. Where there is little
// room the least important of them go. No number stays that the present plan did not give. GUI thread only.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QLabel;
class QPushButton;

namespace secateur {

class PlanDocument;
class PreviewFeed;
class Sparkline;
class ValueLabel;

class HeadlineStrip final : public QWidget {
    Q_OBJECT
public:
    HeadlineStrip(PlanDocument& document, PreviewFeed& feed, QWidget* parent = nullptr);
    void setDemoAvailable(bool available);

    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void openWished();
    void demoWished();
    void measureWished();
    void applyWished();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    enum class Next { Open, Demo, Measure, Measuring, Apply };
    struct Cell {
        QWidget* box = nullptr;
        QLabel* caption = nullptr;
        QWidget* body = nullptr;
        ValueLabel* value = nullptr;  // the body, where that is a value
        bool wanted = true;           // where there is room
        int order = 0;                // the larger go first where there is little room
    };

    void addCell(const QString& caption, QWidget* body, int order);
    void refresh();
    void refreshSizes();
    void refreshPerplexity();
    void refreshTrend();
    [[nodiscard]] QString stateInWord() const;
    void refreshMeasurement();
    void refreshNext();
    void press();
    void fit();
    void setFonts();

    PlanDocument& document_;
    PreviewFeed& feed_;
    std::vector<Cell> cells_;
    Sparkline* trend_;
    QPushButton* next_;
    Next wished_ = Next::Open;
    bool demo_ = false;
};

}  // namespace secateur
