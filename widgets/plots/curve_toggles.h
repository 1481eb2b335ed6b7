// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which of several curves of a plot are shown. Known by their names, so that new data keeps what was hidden;
// a legend, labels or check boxes turn them on and off, and so does the menu of the plot. GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

class QMenu;

namespace secateur {

class CurveToggles final : public QObject {
    Q_OBJECT
public:
    static constexpr double kFaint = 0.35;  // opacity of what stands for a hidden curve

    using QObject::QObject;

    // Of the curves that there are, in the order of the legend.
    void setNames(const QStringList& names);
    [[nodiscard]] const QStringList& names() const noexcept { return names_; }
    [[nodiscard]] bool hidden(const QString& name) const { return hidden_.contains(name); }
    [[nodiscard]] QStringList hiddenNames() const;  // of those that there are
    void setHidden(const QString& name, bool hidden);
    void toggle(const QString& name) { setHidden(name, !hidden(name)); }
    void showAll();

    // "hidden: kept, removed" for the text of a plot; empty where none is.
    [[nodiscard]] QString hiddenInWords() const;
    // What a click on the name does, for the readout.
    [[nodiscard]] QString said(const QString& name) const;
    // A menu with an entry for every curve and one that shows all; none where there are fewer than two.
    void addTo(QMenu& menu);

Q_SIGNALS:
    void changed();

private:
    QStringList names_;
    QStringList hidden_;
};

}  // namespace secateur
