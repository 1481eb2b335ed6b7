// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does this channel do? The pinned channel, head or KV group: the histogram of its activations over the
// calibration text, and FLAP's road from there to the verdict, all numbers as the map and the plan have them.
#pragma once

#include <QWidget>

#include "widgets/document/channel_feed.h"
#include "widgets/panels/score_source.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QSplitter;
class QTableView;

namespace secateur {

class ActivationView;
class PlanDocument;
class UnitStoryModel;
class WhenSeen;

class ChannelPanel final : public QWidget {
    Q_OBJECT
public:
    ChannelPanel(PlanDocument& document, ChannelFeed& feed, QWidget* parent = nullptr);
    [[nodiscard]] ActivationView* view() const noexcept { return view_; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* buildChooser();
    void buildTable();
    void pinChosen();
    void showAll();
    void showPin();
    void showHistogram();
    void showStory();
    void boundChooser();
    [[nodiscard]] QString question() const;
    [[nodiscard]] QString instead() const;  // of a histogram

    PlanDocument& document_;
    ChannelFeed& feed_;
    ScoreSource scores_;
    QComboBox* kind_ = nullptr;
    QSpinBox* layer_ = nullptr;
    QSpinBox* unit_ = nullptr;
    QPushButton* pin_ = nullptr;
    QPushButton* again_ = nullptr;
    QSplitter* split_ = nullptr;
    ActivationView* view_;
    QTableView* table_;
    UnitStoryModel* story_;
    WhenSeen* seen_;
};

}  // namespace secateur
