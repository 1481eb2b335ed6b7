// SPDX-License-Identifier: GPL-3.0-or-later
//
// What does this mean? A page for every panel, a card for every term, metric, structure and method, with
// links between them, a search, and the way back. GUI thread only.
#pragma once

#include <QStringList>
#include <QWidget>

#include "widgets/guide/guide_pages.h"

class QLineEdit;
class QTextBrowser;
class QTimer;
class QToolButton;

namespace secateur {

class GuidePanel final : public QWidget {
    Q_OBJECT
public:
    // `methods` outlives the panel; `panels`: titles of the docks.
    GuidePanel(const std::vector<MethodInfo>& methods, const QStringList& panels, QWidget* parent = nullptr);

    // See guide_pages.h. A page that there is not is the first one.
    void showPage(const QString& address);
    // The card that explains a key of guide_keys.h; false where none does.
    bool showKey(const QString& key);
    [[nodiscard]] QString page() const { return address_; }
    [[nodiscard]] const GuidePages& pages() const noexcept { return pages_; }

Q_SIGNALS:
    void tourWished();

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    class Browser;
    void buildBar();
    void open(const QString& address);  // without a mark in the history
    void go(int pages);
    void follow(const QUrl& link);
    void render();
    void renderWhenSeen();
    [[nodiscard]] GuideStyle style() const;

    GuidePages pages_;
    QToolButton* back_;
    QToolButton* forward_;
    QLineEdit* search_;
    Browser* browser_;
    QTimer* later_;
    QStringList history_;
    int at_ = -1;
    bool stale_ = false;  // made for another size, theme or font, and not seen since
    QString address_;
};

}  // namespace secateur
