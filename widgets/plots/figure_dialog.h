// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks in which form and where to save the figure of a plot. GUI thread only.
#pragma once

#include <QDialog>

#include "widgets/plots/figure_form.h"

class QPushButton;

namespace secateur {

class FigureFormBox;
class PlotView;

// Deletes itself when it is closed; to be opened. Saves through the view, and tells it the form.
class FigureDialog final : public QDialog {
    Q_OBJECT
public:
    FigureDialog(PlotView& view, FigureFile file);

private:
    void askPath();

    PlotView& view_;
    FigureFile file_;
    FigureFormBox* box_ = nullptr;
};

}  // namespace secateur
