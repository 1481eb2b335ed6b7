// SPDX-License-Identifier: GPL-3.0-or-later
//
// How fast does healing win back what the cut lost? The curves of the runs that are selected, while they
// grow.
#pragma once

#include <QWidget>

namespace secateur {

class HealCurvesView;
class RunBoard;
class WhenSeen;

class HealCurvesPanel final : public QWidget {
    Q_OBJECT
public:
    explicit HealCurvesPanel(RunBoard& board, QWidget* parent = nullptr);
    [[nodiscard]] HealCurvesView* view() const noexcept { return view_; }

private:
    void refresh();

    RunBoard& board_;
    HealCurvesView* view_;
    WhenSeen* seen_;
};

}  // namespace secateur
