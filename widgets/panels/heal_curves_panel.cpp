// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heal_curves_panel.h"

#include <QVBoxLayout>

#include "widgets/document/run_board.h"
#include "widgets/plots/heal_curves_view.h"

namespace secateur {
namespace {

constexpr int kCurvesMilliseconds = 200;

}  // namespace

HealCurvesPanel::HealCurvesPanel(RunBoard& board, QWidget* parent)
    : QWidget(parent), board_(board), view_(new HealCurvesView(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(view_);
    pause_.setSingleShot(true);
    pause_.setInterval(kCurvesMilliseconds);
    connect(&pause_, &QTimer::timeout, this, &HealCurvesPanel::refresh);
    connect(&board_, &RunBoard::changed, this, &HealCurvesPanel::refresh);
    connect(&board_, &RunBoard::selectionChanged, this, &HealCurvesPanel::refresh);
    connect(&board_, &RunBoard::progressed, this, [this](const QString& folder) {
        if (board_.selected().contains(folder) && !pause_.isActive()) pause_.start();
    });
    refresh();
}

void HealCurvesPanel::refresh() {
    std::vector<HealCurve> curves;
    QStringList protocols;
    for (const QString& folder : board_.selected()) {
        const RunEntry* run = board_.find(folder);
        if (run == nullptr) continue;
        const RunRecord& record = run->record;
        curves.push_back({.name = run->name(),
                          .colour = board_.colourOf(folder),
                          .tokensPerStep = static_cast<double>(tokensPerStep(record)),
                          .flopsPerStep = flopsPerStep(*run),
                          .before = record.evalBefore,
                          .beforeError = record.standardErrorBefore,
                          .dense = record.densePerplexity,
                          .points = record.points});
        const QString protocol = QString::fromStdString(record.protocol);
        if (!protocol.isEmpty() && !protocols.contains(protocol)) protocols << protocol;
    }
    view_->setProvenance(protocols.size() < 2 ? protocols.value(0)
                                              : tr("Held-out perplexities are of %1 protocols: compare only "
                                                   "within one")
                                                    .arg(protocols.size()));
    view_->setCurves(std::move(curves));
}

}  // namespace secateur
