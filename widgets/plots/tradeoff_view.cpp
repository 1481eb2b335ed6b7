// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/tradeoff_view.h"

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class TradeoffView::Private {
public:
bool log = false;
};

TradeoffView::TradeoffView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("What does each cut cost in perplexity?"));
    setEmptyText(tr("Preview a plan to see what it costs: choose Run > Preview."));
    applyTheme(theme());
    contentChanged(true);
}

TradeoffView::~TradeoffView() = default;

void TradeoffView::setDense(std::optional<TradeoffPoint>) {}
void TradeoffView::setHistory(std::vector<TradeoffPoint>) {}
void TradeoffView::setCurrent(std::optional<TradeoffPoint>) {}
void TradeoffView::setSweep(std::vector<SweepPoint>) {}
void TradeoffView::setLogPerplexity(bool on) { d_->log = on; }
bool TradeoffView::logPerplexity() const { return d_->log; }

QString TradeoffView::csv() const { return {}; }
QString TradeoffView::textSummary() const { return title(); }
void TradeoffView::applyTheme(const PlotTheme& theme) { canvas()->applyTheme(theme); }
bool TradeoffView::eventFilter(QObject* watched, QEvent* event) { return PlotView::eventFilter(watched, event); }

}  // namespace secateur
