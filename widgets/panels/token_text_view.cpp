// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/token_text_view.h"

#include <QEvent>
#include <QGraphicsOpacityEffect>
#include <QMouseEvent>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "core/base/units.h"
#include "widgets/plots/diverging_colours.h"
#include "widgets/plots/plot_theme.h"

namespace secateur {

namespace {

QString score(double value) {
    return QString::fromStdString(formatScore(value));
}

QString signedScore(double value) {
    return (value < 0.0 ? QString(QChar(0x2212)) : QStringLiteral("+")) + score(std::abs(value));
}

}  // namespace

QString tokenInWords(const TokenLossReport& report, int window, int position) {
    const TokenText& token = tokenText(report, window, position);
    const auto index = static_cast<std::size_t>(window) * report.seqLen + position;
    QString words = TokenTextView::tr("\"%1\"").arg(QString::fromStdString(token.text));
    if (!token.partOf.empty())
        words += TokenTextView::tr(", a part of %1").arg(QString::fromStdString(token.partOf));
    words += TokenTextView::tr(", id %1, window %2, position %3: ")
                 .arg(report.ids.at(index))
                 .arg(report.skip + window)
                 .arg(position);
    if (position == 0) return words + TokenTextView::tr("has nothing before it and no loss");
    const TokenLoss loss = tokenLoss(report, window, position);
    return words + TokenTextView::tr("dense %1, planned %2, change %3 nats")
                       .arg(score(loss.dense), score(loss.planned), signedScore(loss.change()));
}

TokenTextView::TokenTextView(QWidget* parent) : QTextEdit(parent) {
    setAccessibleName(tr("Text coloured by the change of loss"));
    setReadOnly(true);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setUndoRedoEnabled(false);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setCursor(Qt::IBeamCursor);
    connect(this, &QTextEdit::cursorPositionChanged, this, &TokenTextView::cursorMoved);
}

int TokenTextView::windowsOfPage() const {
    return report_ == nullptr || report_->seqLen <= 0 ? 1 : std::max(1, kMostTokens / report_->seqLen);
}

int TokenTextView::pages() const {
    return report_ == nullptr ? 0 : (report_->windows + windowsOfPage() - 1) / windowsOfPage();
}

int TokenTextView::page() const {
    return first_ / windowsOfPage();
}

void TokenTextView::showPage(int page) {
    const int last = std::max(pages() - 1, 0);
    const int first = std::clamp(page, 0, last) * windowsOfPage();
    if (first == first_) return;
    first_ = first;
    rebuild();
    verticalScrollBar()->setValue(0);
}

void TokenTextView::setReport(std::shared_ptr<const TokenLossReport> report, double end) {
    const bool sameText = report_ != nullptr && report != nullptr && report_->ids == report->ids;
    const int scrolled = verticalScrollBar()->value();
    const int cursor = textCursor().position();
    report_ = std::move(report);
    end_ = end;
    if (!sameText || first_ >= report_->windows) first_ = 0;
    rebuild();
    if (!sameText) return;
    // A new plan changes colours, not the place that is being read.
    QTextCursor at = textCursor();
    at.setPosition(std::min(cursor, document()->characterCount() - 1));
    setTextCursor(at);
    verticalScrollBar()->setValue(scrolled);
}

void TokenTextView::setStale(bool stale) {
    if (stale == (graphicsEffect() != nullptr)) return;
    auto* faint = stale ? new QGraphicsOpacityEffect(this) : nullptr;
    if (faint != nullptr) faint->setOpacity(0.5);
    setGraphicsEffect(faint);
}

void TokenTextView::rebuild() {
    building_ = true;
    const PlotTheme theme = PlotTheme::of(palette());
    setExtraSelections({});
    places_.clear();
    clear();
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    QTextCharFormat heading;
    heading.setForeground(theme.muted);
    QTextCharFormat plain;
    plain.setForeground(theme.text);
    QTextBlockFormat spaced;
    spaced.setTopMargin(6);
    const int after = report_ ? std::min(report_->windows, first_ + windowsOfPage()) : 0;
    for (int window = first_; window < after; ++window) {
        if (window > first_) cursor.insertBlock(spaced);
        const LossSum sum = windowSum(*report_, window);
        cursor.insertText(
            tr("Window %1, %2 nats a token").arg(report_->skip + window).arg(signedScore(sum.meanChange())),
            heading);
        cursor.insertBlock(QTextBlockFormat());
        for (int position = 0; position < report_->seqLen; ++position) {
            const TokenText& token = tokenText(*report_, window, position);
            QTextCharFormat format = plain;
            if (position > 0) {
                const double change = tokenLoss(*report_, window, position).change();
                format.setBackground(divergingColour(end_ > 0.0 ? change / end_ : 0.0, palette()));
            }
            const int start = cursor.position();
            cursor.insertText(QString::fromStdString(token.text), format);
            places_.push_back({start, cursor.position(), window, position});
            if (token.endsLine && position + 1 < report_->seqLen) cursor.insertBlock(QTextBlockFormat());
        }
    }
    cursor.endEditBlock();
    moveCursor(QTextCursor::Start);
    building_ = false;
    Q_EMIT pageChanged();
}

const TokenTextView::Place* TokenTextView::placeAt(int characterPosition) const {
    const auto after = std::upper_bound(places_.begin(), places_.end(), characterPosition,
                                        [](int at, const Place& place) { return at < place.start; });
    if (after == places_.begin()) return nullptr;
    const Place& place = *std::prev(after);
    return characterPosition < place.end ? &place : nullptr;
}

const TokenTextView::Place* TokenTextView::placeOf(int window, int position) const {
    const auto found = std::ranges::find_if(
        places_, [&](const Place& place) { return place.window == window && place.position == position; });
    return found == places_.end() ? nullptr : &*found;
}

void TokenTextView::mark(const Place* place) {
    if (place == nullptr) return setExtraSelections({});
    QTextEdit::ExtraSelection selection;
    selection.cursor = QTextCursor(document());
    selection.cursor.setPosition(place->start);
    selection.cursor.setPosition(place->end, QTextCursor::KeepAnchor);
    const PlotTheme theme = PlotTheme::of(palette());
    selection.format.setBackground(theme.text);
    selection.format.setForeground(theme.background);
    setExtraSelections({selection});
}

void TokenTextView::pointAt(const Place* place) {
    if (place == nullptr)
        Q_EMIT tokenPointedAt(-1, -1);
    else
        Q_EMIT tokenPointedAt(place->window, place->position);
}

void TokenTextView::cursorMoved() {
    if (building_) return;
    const Place* place = placeAt(textCursor().position());
    mark(textCursor().hasSelection() ? nullptr : place);
    if (place != nullptr) pointAt(place);
}

void TokenTextView::showToken(int window, int position) {
    if (report_ == nullptr || window < 0 || window >= report_->windows) return;
    showPage(window / windowsOfPage());
    const Place* place = placeOf(window, position);
    if (place == nullptr) return;
    QTextCursor cursor = textCursor();
    cursor.setPosition(place->start);
    setTextCursor(cursor);
    mark(place);
    pointAt(place);
    // In the middle, with what comes before it.
    const QRect at = cursorRect();
    verticalScrollBar()->setValue(verticalScrollBar()->value() + at.center().y() - viewport()->height() / 2);
}

void TokenTextView::mouseMoveEvent(QMouseEvent* event) {
    QTextEdit::mouseMoveEvent(event);
    if (report_ == nullptr) return;
    const QTextCursor cursor = cursorForPosition(event->position().toPoint());
    // The cursor is between characters: the token may be to its left.
    const Place* place = placeAt(cursor.position());
    const QRect rect = cursorRect(cursor);
    if (event->position().x() < rect.left()) place = placeAt(cursor.position() - 1);
    if (event->position().y() > rect.bottom() + rect.height()) place = nullptr;
    pointAt(place);
    if (place == nullptr)
        QToolTip::hideText();
    else
        QToolTip::showText(event->globalPosition().toPoint(),
                           tokenInWords(*report_, place->window, place->position), viewport());
}

void TokenTextView::leaveEvent(QEvent* event) {
    QTextEdit::leaveEvent(event);
    pointAt(placeAt(textCursor().position()));
}

void TokenTextView::changeEvent(QEvent* event) {
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !building_) rebuild();
}

}  // namespace secateur
