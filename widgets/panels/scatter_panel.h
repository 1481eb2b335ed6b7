// SPDX-License-Identifier: GPL-3.0-or-later
//
// Do two scores agree? Any metric of layers, channels or KV groups against any other, of this measurement or
// of another one: other text, another model of the same shape, before and after healing. Pairs are worked out
// on a thread of their own; what is kept and removed follows the plan at once.
#pragma once

#include <QString>
#include <QThreadPool>
#include <QWidget>
#include <cstdint>
#include <memory>

#include "core/planning/score_pairs.h"

class QComboBox;

namespace secateur {

class LayerSelection;
class PlanDocument;
class ReferenceShelf;
class ScatterView;
class WhenSeen;

class ScatterPanel final : public QWidget {
    Q_OBJECT
public:
    ScatterPanel(PlanDocument& document, LayerSelection& selection, ReferenceShelf& shelf,
                 QWidget* parent = nullptr);
    ~ScatterPanel() override;
    [[nodiscard]] ScatterView* view() const noexcept { return view_; }
    // Offers the scores of an analysis file beside those of the open model, until another model opens.
    void readOther(const QString& file);
    // Nothing is being worked out.
    [[nodiscard]] bool settled() const noexcept { return asked_ == answered_; }

private:
    void refresh();
    void askOther();
    void shelfChanged(const QString& path);
    void setOther(std::shared_ptr<const Analysis> analysis, const QString& file);
    void offerScores();
    void fill(QComboBox* box, int usual);
    void ask();
    void accept(std::shared_ptr<const ScorePairs> pairs, const QString& nameX, const QString& nameY,
                const QString& problem, std::uint64_t number);
    void showPlan();
    void explain();
    [[nodiscard]] PairedUnits units() const;
    [[nodiscard]] std::vector<bool> removed() const;

    PlanDocument& document_;
    ReferenceShelf& shelf_;
    ScatterView* view_;
    WhenSeen* seen_;
    QComboBox* of_;
    QComboBox* across_;
    QComboBox* up_;
    std::shared_ptr<const ScorePairs> pairs_;
    QString problem_;
    std::shared_ptr<const Analysis> other_;  // null: none
    QString otherName_;                      // of its file
    QString wished_;                         // the file that is being read for this panel; empty: none
    QThreadPool worker_;
    std::uint64_t asked_ = 0;  // number of the last question, and of the last answer
    std::uint64_t answered_ = 0;
    std::shared_ptr<const void> offered_;  // the measurement whose scores the boxes have
};

}  // namespace secateur
