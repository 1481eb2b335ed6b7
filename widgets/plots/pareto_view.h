// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which run is worth its size and its compute? Held-out perplexity of finished and unfinished runs against
// parameters, bytes, compute, tokens or time, with the front that no other run beats. Keys: left/right walk
// over the runs, Enter chooses one.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "core/data/heal.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

struct ParetoPoint {
    QString name{};
    HealMethod method = HealMethod::Continued;
    double parameters = 0.0;
    double bytes = 0.0;
    double flops = 0.0;
    double tokens = 0.0;
    double seconds = 0.0;
    double perplexity = 0.0;
    int colour = 0;  // of PlotTheme::series(), that of the run's curve
    bool selected = false;
};

enum class ParetoAxis { Parameters, Bytes, Flops, Tokens, Seconds };

class ParetoView final : public PlotView {
    Q_OBJECT
public:
    explicit ParetoView(QWidget* parent = nullptr);
    ~ParetoView() override;

    void setPoints(std::vector<ParetoPoint> points, std::optional<double> dense);
    void setAxis(ParetoAxis axis);
    [[nodiscard]] ParetoAxis axis() const;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString textSummary() const override;

Q_SIGNALS:
    void pointChosen(int index);  // of setPoints(); clicked, or Enter

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;
    void chooseAt(const QPointF& position) override;
    bool pressKey(int key) override;

private:
    void rebuild();
    void addPoints();
    void addFront();
    void setRanges();
    void moveTo(int place);  // in the order of the axis; -1: none
    void choose();
    [[nodiscard]] int placeAt(const QPointF& position) const;
    [[nodiscard]] QPointF coordinates(int index) const;
    [[nodiscard]] QString describe(int index) const;

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
