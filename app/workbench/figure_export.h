// SPDX-License-Identifier: GPL-3.0-or-later
//
// All figures of the window as files, one a panel, each with its title and where its numbers come from.
#pragma once

#include <QObject>
#include <QPointer>
#include <QSize>
#include <QString>
#include <QStringList>
#include <deque>
#include <functional>

#include "widgets/plots/figure_form.h"

class QWidget;

namespace secateur {

class PlotView;
class WorkbenchWindow;

struct FigureFormats {
    bool png = true;
    bool svg = true;
    bool pdf = false;
    bool csv = false;
    FigureForm form{};
};

// Writes file after file, and lets the window breathe between them. Deletes itself when finished.
class FigureExport final : public QObject {
    Q_OBJECT
public:
    // Of every plot below `root` that shows something; files are named by the docks that the plots are in.
    FigureExport(QWidget& root, const QString& folder, FigureFormats formats);
    void start();

Q_SIGNALS:
    // What was written and what there was nothing to draw for, in a sentence; `failed`: the first file that
    // could not be written, empty when all could.
    void finished(const QString& summary, const QString& failed);

private:
    void wait();
    void collect();
    void next();

    QWidget& root_;
    QString folder_;
    FigureFormats formats_;
    std::deque<std::function<QString()>> files_;  // each writes one and returns its path when it cannot
    QString failed_;
    int figures_ = 0;
    QStringList empty_;
};

// Asks for folder and formats.
void askExportFigures(WorkbenchWindow& window);

}  // namespace secateur
