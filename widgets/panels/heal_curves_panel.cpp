// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/heal_curves_panel.h"

#include <QVBoxLayout>

#include "widgets/document/run_board.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/heal_curves_view.h"

namespace secateur {
namespace {

constexpr std::chrono::milliseconds kCurvesPause{200};

}  // namespace

HealCurvesPanel::HealCurvesPanel(RunBoard& board, QWidget* parent)
    : QWidget(parent),
      board_(board),
      view_(new HealCurvesView(this)),
      seen_(new WhenSeen(
          *this, [this] { refresh(); }, kCurvesPause)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->addWidget(view_);
    connect(&board_, &RunBoard::changed, seen_, &WhenSeen::now);
    connect(&board_, &RunBoard::selectionChanged, seen_, &WhenSeen::now);
    connect(&board_, &RunBoard::progressed, this, [this](const QString& folder) {
        if (board_.selected().contains(folder)) seen_->soon();
    });
    seen_->now();
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
