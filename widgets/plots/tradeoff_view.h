// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does each cut cost in perplexity? Every plan that was previewed and every healed run, by any two of
// what it has left, took, or was found to do, with standard errors and the front that no other point beats.
// Points whose perplexity is of other windows than the chosen ones are hollow and beat nothing; points
// without a value are not drawn. Keys: left/right walk over the points, Enter chooses one.
#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/heal.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

enum class TradeoffKind { Dense, Plan, Run };

struct TradeoffPoint {
    TradeoffKind kind = TradeoffKind::Plan;
    QString name{};           // whole
    QString detail{};         // what else there is to say of it
    double parameters = 0.0;  // of the whole model
    double bytes = 0.0;
    double macs = 0.0;   // per token; 0: not known
    double flops = 0.0;  // of healing
    double tokens = 0.0;
    double seconds = 0.0;
    double perplexity = 0.0;
    std::optional<double> standardError{};
    std::optional<double> dense{};        // perplexity of the dense model on the same windows
    std::optional<double> changeError{};  // standard error of perplexity / dense
    std::optional<double> accuracy{};     // share of right answers, of what was evaluated
    std::optional<double> accuracyError{};
    std::optional<double> rate{};  // new tokens a second, of what was timed
    int windows = 0;               // of the sets that setPoints() names
    HealMethod method = HealMethod::Continued;
    int colour = 0;  // of PlotTheme::series(); of runs
    bool current = false;
    bool selected = false;
    QString pin{};  // "A", "B"
};

// Accuracy: mean over the tasks that were evaluated. Rate: measured tokens a second. The last three: of
// healing.
enum class TradeoffAmount {
    Perplexity,
    Change,
    Accuracy,
    Rate,
    Parameters,
    Bytes,
    Macs,
    Flops,
    Tokens,
    Seconds
};

class TradeoffView final : public PlotView {
    Q_OBJECT
public:
    explicit TradeoffView(QWidget* parent = nullptr);
    ~TradeoffView() override;

    // `sets`: what the points were measured on, by their number; `usual`: the one to begin with.
    void setPoints(std::vector<TradeoffPoint> points, const QStringList& sets = {}, int usual = 0);
    [[nodiscard]] const std::vector<TradeoffPoint>& points() const;
    // What is drawn against what.
    void setAmounts(TradeoffAmount up, TradeoffAmount across);
    [[nodiscard]] TradeoffAmount up() const;
    [[nodiscard]] TradeoffAmount across() const;
    void setLogPerplexity(bool on);
    [[nodiscard]] bool logPerplexity() const;
    [[nodiscard]] int windowSet() const;  // that is compared
    // A perplexity is drawn, which only those of the same windows compare with.
    [[nodiscard]] bool comparesWindows() const;
    // "2 points are not drawn: they have no accuracy..."; empty where all are.
    [[nodiscard]] QString missingInWords() const;
    // Whether the point is on the front of those that can be compared.
    [[nodiscard]] bool onFront(int index) const;
    [[nodiscard]] std::vector<std::pair<QString, QRectF>> labels() const;  // as they are drawn

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

Q_SIGNALS:
    void pointSelected(int index);  // of setPoints(); clicked, or its menu opened
    void pointChosen(int index);    // double-clicked, or Enter
    void choiceChanged();           // amounts or windows

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    void resetView() override;
    bool pressKey(int key) override;
    [[nodiscard]] QString curveNamed(const QPointF& position) const override;

private:
    void rebuild();
    void addErrors();
    void addFront();
    void addPoints();
    void addLabels();
    void setRanges();
    void moveTo(int place);  // in the order of the axis; -1: none
    void choose();
    [[nodiscard]] int placeAt(const QPointF& position) const;
    [[nodiscard]] QString describe(int index) const;

    class MenuAim;
    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
