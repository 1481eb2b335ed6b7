// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/channel_map_view.h"

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class ChannelMapView::Private {
public:
    std::shared_ptr<const ScoreTable> table; std::shared_ptr<const KeptUnits> kept; UnitKind kind = UnitKind::Channels; UnitValues values = UnitValues::Standardised; UnitOrder order = UnitOrder::Natural; bool log = false; ColourMap map = ColourMap::Viridis; Reduction reduction = Reduction::Maximum; int selected = -1;
};

ChannelMapView::ChannelMapView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Which channels and heads matter in each layer?"));
    setEmptyText(tr("Measure the model to see which channels matter: choose Run > Measure."));
    applyTheme(theme());
    contentChanged(true);
}

ChannelMapView::~ChannelMapView() = default;

void ChannelMapView::setData(std::shared_ptr<const ScoreTable> t) { d_->table = std::move(t); contentChanged(!d_->table); }
void ChannelMapView::setKept(std::shared_ptr<const KeptUnits> k) { d_->kept = std::move(k); }
void ChannelMapView::setDecision(const WidthDecision*) {}
UnitKind ChannelMapView::unitKind() const { return d_->kind; }
UnitValues ChannelMapView::values() const { return d_->values; }
UnitOrder ChannelMapView::order() const { return d_->order; }
bool ChannelMapView::logScale() const { return d_->log; }
ColourMap ChannelMapView::colourMap() const { return d_->map; }
Reduction ChannelMapView::reduction() const { return d_->reduction; }
void ChannelMapView::setUnitKind(UnitKind v) { d_->kind = v; }
void ChannelMapView::setValues(UnitValues v) { d_->values = v; }
void ChannelMapView::setOrder(UnitOrder v) { d_->order = v; }
void ChannelMapView::setLogScale(bool v) { d_->log = v; }
void ChannelMapView::setColourMap(ColourMap v) { d_->map = v; }
void ChannelMapView::setReduction(Reduction v) { d_->reduction = v; }
QString ChannelMapView::describeUnit(int, int) const { return {}; }
void ChannelMapView::showAll() {}
int ChannelMapView::selectedLayer() const { return d_->selected; }
void ChannelMapView::setSelectedLayer(int l) { d_->selected = l; }

QString ChannelMapView::csv() const { return {}; }
QString ChannelMapView::textSummary() const { return title(); }
void ChannelMapView::applyTheme(const PlotTheme& theme) { canvas()->applyTheme(theme); }
bool ChannelMapView::eventFilter(QObject* watched, QEvent* event) { return PlotView::eventFilter(watched, event); }

}  // namespace secateur
