// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/distribution_view.h"

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class DistributionView::Private {
public:
std::shared_ptr<const ScoreTable> table; int selected = -1;
};

DistributionView::DistributionView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Where does the threshold fall among the scores?"));
    setEmptyText(tr("Measure the model to see how its scores are spread: choose Run > Measure."));
    applyTheme(theme());
    contentChanged(true);
}

DistributionView::~DistributionView() = default;

void DistributionView::setData(std::shared_ptr<const ScoreTable> t) { d_->table = std::move(t); contentChanged(!d_->table); }
void DistributionView::setDecision(const WidthDecision*) {}
void DistributionView::setCosts(std::int64_t, std::int64_t) {}
void DistributionView::setOnlySelectedLayer(bool) {}
double DistributionView::removedShareAt(double) const { return 0; }
int DistributionView::removedChannelsAt(double) const { return 0; }
int DistributionView::removedGroupsAt(double) const { return 0; }
bool DistributionView::draggable() const { return false; }
double DistributionView::channelThreshold() const { return 0; }
double DistributionView::groupThreshold() const { return 0; }
int DistributionView::selectedLayer() const { return d_->selected; }
void DistributionView::setSelectedLayer(int l) { d_->selected = l; }

QString DistributionView::csv() const { return {}; }
QString DistributionView::textSummary() const { return title(); }
void DistributionView::applyTheme(const PlotTheme& theme) { canvas()->applyTheme(theme); }
bool DistributionView::eventFilter(QObject* watched, QEvent* event) { return PlotView::eventFilter(watched, event); }

}  // namespace secateur
