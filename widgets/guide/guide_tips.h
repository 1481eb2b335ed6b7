// SPDX-License-Identifier: GPL-3.0-or-later
//
// Cards where they are asked for: a tool tip with words and formula over whatever names a card (see
// guide_keys.h), and the card in the guide by F1, in open lists too. GUI thread only.
#pragma once

#include <QObject>
#include <QPoint>
#include <QString>
#include <functional>

class QWidget;

namespace secateur {

class GuideTips final : public QObject {
    Q_OBJECT
public:
    // Watches the application's events as long as it lives. `open`: shows the card of a key.
    explicit GuideTips(std::function<void(const QString& key)> open, QObject* parent = nullptr);

    // The key of what a help request is about: what the tool tip shows, else what has the focus; empty where
    // that names no card.
    [[nodiscard]] QString asked() const;

    // The key below a point of a widget.
    [[nodiscard]] static QString keyAt(const QWidget& widget, const QPoint& point);

private:
    bool eventFilter(QObject* watched, QEvent* event) override;

    std::function<void(const QString& key)> open_;
    QString shown_;  // by the tool tip that was put up last
};

}  // namespace secateur
