// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_toggles.h"

#include <QMenu>

namespace secateur {

void CurveToggles::setNames(const QStringList& names) {
    names_ = names;
    names_.removeDuplicates();
}

QStringList CurveToggles::hiddenNames() const {
    QStringList hidden;
    for (const QString& name : names_)
        if (hidden_.contains(name)) hidden << name;
    return hidden;
}

void CurveToggles::setHidden(const QString& name, bool hidden) {
    if (hidden == hidden_.contains(name)) return;
    if (hidden)
        hidden_ << name;
    else
        hidden_.removeAll(name);
    Q_EMIT changed();
}

void CurveToggles::showAll() {
    if (hidden_.isEmpty()) return;
    hidden_.clear();
    Q_EMIT changed();
}

QString CurveToggles::hiddenInWords() const {
    const QStringList hidden = hiddenNames();
    return hidden.isEmpty() ? QString() : tr("hidden: %1").arg(hidden.join(QStringLiteral(", ")));
}

QString CurveToggles::said(const QString& name) const {
    return hidden(name) ? tr("%1, hidden: a click shows it").arg(name) : tr("%1: a click hides it").arg(name);
}

void CurveToggles::addTo(QMenu& menu) {
    if (names_.size() < 2) return;
    menu.addSeparator();
    QMenu* curves = menu.addMenu(tr("Curves"));
    for (const QString& name : names_) {
        // An ampersand would be read as the mark of a key.
        QAction* entry = curves->addAction(QString(name).replace(QLatin1Char('&'), QLatin1String("&&")));
        entry->setCheckable(true);
        entry->setChecked(!hidden(name));
        connect(entry, &QAction::triggered, this, [this, name](bool on) { setHidden(name, !on); });
    }
    curves->addSeparator();
    QAction* all = curves->addAction(tr("Show all"));
    all->setEnabled(!hiddenNames().isEmpty());
    connect(all, &QAction::triggered, this, &CurveToggles::showAll);
}

}  // namespace secateur
