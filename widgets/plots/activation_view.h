// SPDX-License-Identifier: GPL-3.0-or-later
//
// How strong are the activations of one unit? A histogram over the calibration text, with the mean and one
// standard deviation to both sides: what FLAP's fluctuation is the square of.
#pragma once

#include <QString>
#include <memory>

#include "core/data/activation_histogram.h"
#include "widgets/plots/plot_view.h"

namespace secateur {

class ActivationView final : public PlotView {
    Q_OBJECT
public:
    explicit ActivationView(QWidget* parent = nullptr);
    ~ActivationView() override;

    // The question on top, also while there is nothing to draw.
    void setQuestion(const QString& question);
    // Null empties the view.
    void setHistogram(std::shared_ptr<const ActivationHistogram> histogram);
    void setLogCounts(bool on);

    [[nodiscard]] QString csv() const override;  // "from,to,values"
    [[nodiscard]] QString textSummary() const override;

protected:
    void applyTheme(const PlotTheme& theme) override;
    void pointTo(const QPointF& position) override;
    void pointAway() override;

private:
    void redraw();
    void placeMean();
    void say(int bin);

    class Private;
    std::unique_ptr<Private> d_;
};

}  // namespace secateur
