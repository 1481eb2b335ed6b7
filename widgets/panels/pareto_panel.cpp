// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/pareto_panel.h"

#include <QVBoxLayout>
#include <cmath>

#include "widgets/document/run_board.h"
#include "widgets/plots/pareto_view.h"

namespace secateur {
namespace {

constexpr int kParetoMilliseconds = 500;

}  // namespace

ParetoPanel::ParetoPanel(RunBoard& board, QWidget* parent)
    : QWidget(parent), board_(board), view_(new ParetoView(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(view_);
    pause_.setSingleShot(true);
    pause_.setInterval(kParetoMilliseconds);
    connect(&pause_, &QTimer::timeout, this, &ParetoPanel::refresh);
    connect(&board_, &RunBoard::changed, this, &ParetoPanel::refresh);
    connect(&board_, &RunBoard::selectionChanged, this, &ParetoPanel::refresh);
    connect(&board_, &RunBoard::progressed, this, [this] {
        if (!pause_.isActive()) pause_.start();
    });
    connect(view_, &ParetoView::pointChosen, this, [this](int index) {
        if (index < drawn_.size()) board_.select({drawn_.at(index)});
    });
    refresh();
}

void ParetoPanel::refresh() {
    std::vector<ParetoPoint> points;
    std::optional<double> dense;
    bool oneDense = true;
    QStringList protocols;
    drawn_.clear();
    for (const RunEntry& run : board_.runs()) {
        const RunRecord& record = run.record;
        if (!record.evalPerplexity || !std::isfinite(*record.evalPerplexity)) continue;
        ParetoPoint point;
        point.name = run.name();
        point.method = record.request.options.method;
        point.parameters = static_cast<double>(record.parameters);
        point.bytes = static_cast<double>(record.bytes);
        point.flops = record.flops;
        point.tokens = static_cast<double>(record.tokens);
        point.seconds = record.seconds;
        point.perplexity = *record.evalPerplexity;
        point.colour = board_.colourOf(run.folder());
        point.selected = board_.selected().contains(run.folder());
        points.push_back(point);
        drawn_ << run.folder();
        if (record.densePerplexity) {
            oneDense = oneDense && (!dense || std::abs(*dense - *record.densePerplexity) < 1e-3 * *dense);
            dense = record.densePerplexity;
        }
        const QString protocol = QString::fromStdString(record.protocol);
        if (!protocol.isEmpty() && !protocols.contains(protocol)) protocols << protocol;
    }
    view_->setProvenance(
        protocols.size() < 2
            ? protocols.value(0)
            : tr("%1 protocols of held-out text: not all runs can be compared").arg(protocols.size()));
    view_->setPoints(std::move(points), oneDense ? dense : std::nullopt);
}

}  // namespace secateur
