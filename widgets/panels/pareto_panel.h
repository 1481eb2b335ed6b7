// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which run is worth its size and its compute? All runs that have a held-out perplexity; a click selects one.
#pragma once

#include <QStringList>
#include <QTimer>
#include <QWidget>

namespace secateur {

class ParetoView;
class RunBoard;

class ParetoPanel final : public QWidget {
    Q_OBJECT
public:
    explicit ParetoPanel(RunBoard& board, QWidget* parent = nullptr);
    [[nodiscard]] ParetoView* view() const noexcept { return view_; }

private:
    void refresh();

    RunBoard& board_;
    ParetoView* view_;
    QStringList drawn_;  // folders of the points
    QTimer pause_;       // steps come faster than points need to be drawn
};

}  // namespace secateur
