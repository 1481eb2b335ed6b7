// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/guide/guide_panel.h"

#include <QAction>
#include <QCompleter>
#include <QDesktopServices>
#include <QEvent>
#include <QHBoxLayout>
#include <QImage>
#include <QLineEdit>
#include <QScrollBar>
#include <QStringListModel>
#include <QStyle>
#include <QTextBrowser>
#include <QTimer>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include "widgets/guide/guide_cards.h"

namespace secateur {

// Draws formulas in the colours and for the pixels of the screen it is on.
class GuidePanel::Browser final : public QTextBrowser {
public:
    explicit Browser(GuidePanel& panel) : QTextBrowser(&panel), panel_(panel) {}

protected:
    QVariant loadResource(int type, const QUrl& name) override {
        if (name.scheme() != QLatin1String("formula")) return QTextBrowser::loadResource(type, name);
        const GuideCard* card = findCard(name.path());
        if (card == nullptr) return {};
        return formulaImage(card->formula, panel_.style(), devicePixelRatioF());
    }

private:
    GuidePanel& panel_;
};

GuidePanel::GuidePanel(const std::vector<MethodInfo>& methods, const QStringList& panels, QWidget* parent)
    : QWidget(parent),
      pages_(methods, panels),
      back_(new QToolButton(this)),
      forward_(new QToolButton(this)),
      search_(new QLineEdit(this)),
      browser_(new Browser(*this)),
      later_(new QTimer(this)) {
    buildBar();
    browser_->setOpenLinks(false);
    browser_->setAccessibleName(tr("Guide page"));
    browser_->setFrameShape(QFrame::NoFrame);
    browser_->document()->setDocumentMargin(8.0);
    browser_->document()->setIndentWidth(3.0 * fontMetrics().averageCharWidth());
    connect(browser_, &QTextBrowser::anchorClicked, this, &GuidePanel::follow);
    later_->setSingleShot(true);
    later_->setInterval(0);
    connect(later_, &QTimer::timeout, this, &GuidePanel::renderWhenSeen);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(2);
    bar->addWidget(back_);
    bar->addWidget(forward_);
    bar->addWidget(search_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(2);
    column->addLayout(bar);
    column->addWidget(browser_, 1);
    showPage(QStringLiteral("home:"));
}

void GuidePanel::buildBar() {
    const auto button = [this](QToolButton* made, QStyle::StandardPixmap icon, const QString& text,
                               const QKeySequence& keys, int pages) {
        auto* action = new QAction(QWidget::style()->standardIcon(icon), text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        connect(action, &QAction::triggered, this, [this, pages] { go(pages); });
        made->setDefaultAction(action);
        made->setAutoRaise(true);
        made->setAccessibleName(text);
    };
    button(back_, QStyle::SP_ArrowBack, tr("Page before"), QKeySequence(Qt::ALT | Qt::Key_Left), -1);
    button(forward_, QStyle::SP_ArrowForward, tr("Page after"), QKeySequence(Qt::ALT | Qt::Key_Right), 1);
    search_->setAccessibleName(tr("Search the guide"));
    search_->setPlaceholderText(tr("Search: WIFV, structure, perplexity..."));
    search_->setToolTip(tr("Find a term, a method or a panel; Enter opens the first"));
    search_->setClearButtonEnabled(true);
    QStringList names;
    for (const GuidePages::Entry& entry : pages_.entries()) names << entry.name;
    names.removeDuplicates();
    names.sort(Qt::CaseInsensitive);
    auto* completer = new QCompleter(names, this);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    search_->setCompleter(completer);
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this,
            [this](const QString& name) { showPage(pages_.addressFor(name)); });
    connect(search_, &QLineEdit::returnPressed, this,
            [this] { showPage(pages_.addressFor(search_->text())); });
}

void GuidePanel::showPage(const QString& address) {
    const QString wanted = pages_.exists(address) ? address : QStringLiteral("home:");
    if (wanted == address_) return;
    history_ = history_.mid(0, at_ + 1);
    history_ << wanted;
    at_ = static_cast<int>(history_.size()) - 1;
    open(wanted);
}

bool GuidePanel::showKey(const QString& key) {
    const GuideCard* card = cardOfKey(key);
    if (card == nullptr) return false;
    showPage(QStringLiteral("card:") + card->id);
    return true;
}

void GuidePanel::go(int pages) {
    const int to = at_ + pages;
    if (to < 0 || to >= history_.size()) return;
    at_ = to;
    open(history_.at(at_));
}

void GuidePanel::open(const QString& address) {
    address_ = address;
    back_->defaultAction()->setEnabled(at_ > 0);
    forward_->defaultAction()->setEnabled(at_ + 1 < history_.size());
    render();
    browser_->verticalScrollBar()->setValue(0);
}

void GuidePanel::follow(const QUrl& link) {
    if (link.scheme() == QLatin1String("http") || link.scheme() == QLatin1String("https")) {
        QDesktopServices::openUrl(link);
    } else if (link.scheme() == QLatin1String("tour")) {
        Q_EMIT tourWished();
    } else {
        showPage(link.scheme() + QLatin1Char(':') + link.path(QUrl::FullyDecoded));
    }
}

GuideStyle GuidePanel::style() const {
    const QPalette colours = palette();
    // HTML knows no translucent colours.
    const QColor pale = colours.color(QPalette::PlaceholderText);
    const QColor base = colours.color(QPalette::Base);
    const auto over = [share = pale.alphaF()](int below, int above) {
        return static_cast<int>(below + share * static_cast<float>(above - below));
    };
    const QColor muted(over(base.red(), pale.red()), over(base.green(), pale.green()),
                       over(base.blue(), pale.blue()));
    const double margins = 2.0 * browser_->document()->documentMargin() + 12.0;
    return {browser_->font(), colours.color(QPalette::Text), muted,
            std::max(120.0, browser_->viewport()->width() - margins)};
}

// A smaller window, another theme or font: the page is made again and stays where it was.
void GuidePanel::render() {
    stale_ = false;
    const int place = browser_->verticalScrollBar()->value();
    browser_->document()->clear();  // pictures too
    browser_->setHtml(pages_.html(address_, style()));
    browser_->setAccessibleDescription(pages_.formulas(address_).join(QStringLiteral("; ")));
    browser_->verticalScrollBar()->setValue(place);
}

// Behind another panel there is nobody to make it for.
void GuidePanel::renderWhenSeen() {
    stale_ = visibleRegion().isEmpty();
    if (!stale_) render();
}

void GuidePanel::paintEvent(QPaintEvent* event) {
    if (stale_) later_->start();
    QWidget::paintEvent(event);
}

void GuidePanel::changeEvent(QEvent* event) {
    const auto type = event->type();
    if (type == QEvent::PaletteChange || type == QEvent::FontChange) later_->start();
    QWidget::changeEvent(event);
}

// Text flows by itself; formulas have the width that there is.
void GuidePanel::resizeEvent(QResizeEvent* event) {
    if (!pages_.formulas(address_).isEmpty()) later_->start();
    QWidget::resizeEvent(event);
}

}  // namespace secateur
