// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/profile_view.h"

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class ProfileView::Private {
public:
std::vector<ProfileSeries> series; Arrangement arrangement = Arrangement::Panels; int selected = -1;
};

ProfileView::ProfileView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Which layers matter?"));
    setEmptyText(tr("Measure the model to see how much each layer does: choose Run > Measure."));
    applyTheme(theme());
    contentChanged(true);
}

ProfileView::~ProfileView() = default;

void ProfileView::setSeries(std::vector<ProfileSeries> s) { d_->series = std::move(s); contentChanged(d_->series.empty()); }
void ProfileView::setArrangement(Arrangement a) { d_->arrangement = a; }
ProfileView::Arrangement ProfileView::arrangement() const { return d_->arrangement; }
void ProfileView::setSeriesVisible(const QString&, bool) {}
bool ProfileView::seriesVisible(const QString&) const { return true; }
QString ProfileView::describeLayer(int) const { return {}; }
int ProfileView::selectedLayer() const { return d_->selected; }
void ProfileView::setSelectedLayer(int l) { d_->selected = l; }

QString ProfileView::csv() const { return {}; }
QString ProfileView::textSummary() const { return title(); }
void ProfileView::applyTheme(const PlotTheme& theme) { canvas()->applyTheme(theme); }
bool ProfileView::eventFilter(QObject* watched, QEvent* event) { return PlotView::eventFilter(watched, event); }

}  // namespace secateur
