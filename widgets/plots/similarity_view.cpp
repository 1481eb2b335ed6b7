// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/similarity_view.h"

#include "widgets/plots/plot_canvas.h"

namespace secateur {

class SimilarityView::Private {
public:
AngularDistances distances; std::vector<int> layers; Tokens tokens = Tokens::All; int selected = -1;
};

SimilarityView::SimilarityView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>()) {
    setTitle(tr("Which block of layers changes the least?"));
    setEmptyText(tr("Measure the model to compare its layers: choose Run > Measure."));
    applyTheme(theme());
    contentChanged(true);
}

SimilarityView::~SimilarityView() = default;

void SimilarityView::setData(const AngularDistances& d, std::vector<int> l) { d_->distances = d; d_->layers = std::move(l); contentChanged(d_->layers.empty()); }
void SimilarityView::setTokens(Tokens t) { d_->tokens = t; }
SimilarityView::Tokens SimilarityView::tokens() const { return d_->tokens; }
void SimilarityView::setColourMap(ColourMap) {}
QString SimilarityView::describeBlock(int, int) const { return {}; }
int SimilarityView::bestBlock(int) const { return -1; }
int SimilarityView::selectedLayer() const { return d_->selected; }
void SimilarityView::setSelectedLayer(int l) { d_->selected = l; }

QString SimilarityView::csv() const { return {}; }
QString SimilarityView::textSummary() const { return title(); }
void SimilarityView::applyTheme(const PlotTheme& theme) { canvas()->applyTheme(theme); }
bool SimilarityView::eventFilter(QObject* watched, QEvent* event) { return PlotView::eventFilter(watched, event); }

}  // namespace secateur
