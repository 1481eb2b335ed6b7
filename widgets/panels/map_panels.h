// SPDX-License-Identifier: GPL-3.0-or-later
//
// The plot views, fed from the document and the shared selection. Each panel is the view plus what ties it to
// the plan.
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "widgets/panels/score_source.h"
#include "widgets/panels/similarity_panel.h"

class QAction;

namespace secateur {

class ChannelFeed;
class ChannelMapView;
class DistributionView;
class LayerSelection;
class PlanDocument;
class ProfileView;
class Settings;
class SimilarityView;
class WhenSeen;

// Which channels and heads matter in each layer?
class ChannelMapPanel final : public QWidget {
    Q_OBJECT
public:
    ChannelMapPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent = nullptr);
    [[nodiscard]] ChannelMapView* view() const noexcept { return view_; }
    // The choices of the map are those of last time from now on, and are kept.
    void keepChoicesIn(Settings& settings);
    // Cells are pinned there, and what is pinned is marked.
    void pinIn(ChannelFeed& feed);

private:
    void addScores();
    void offerScores();
    void showPlan();

    PlanDocument& document_;
    ScoreSource scores_;
    ChannelMapView* view_;
    std::vector<QAction*> others_;         // of unitMetrics(), in their order
    std::shared_ptr<const void> offered_;  // the measurement whose scores can be chosen
    WhenSeen* seen_;
};

// Which layers matter?
class ProfilePanel final : public QWidget {
    Q_OBJECT
public:
    ProfilePanel(PlanDocument& document, LayerSelection& selection, QWidget* parent = nullptr);
    [[nodiscard]] ProfileView* view() const noexcept { return view_; }

private:
    void showPlan();
    void showMetrics();

    PlanDocument& document_;
    ProfileView* view_;
    std::shared_ptr<const void> shown_;  // the measurement whose metrics are drawn
    WhenSeen* seen_;
};

// Where does the threshold fall among the scores? Dragging it sets the ratio.
class DistributionPanel final : public QWidget {
    Q_OBJECT
public:
    DistributionPanel(PlanDocument& document, LayerSelection& selection, QWidget* parent = nullptr);
    [[nodiscard]] DistributionView* view() const noexcept { return view_; }

private:
    void showPlan();
    void setThreshold(double value);

    PlanDocument& document_;
    ScoreSource scores_;
    DistributionView* view_;
    WhenSeen* seen_;
    int gesture_ = 0;
};

}  // namespace secateur
