// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text whose tokens are coloured by what a plan does to their loss. A page of windows at a time, so that a
// long text takes no longer to show than a short one. Can be selected and copied; mouse and text cursor say
// which token they are at. GUI thread only.
#pragma once

#include <QTextEdit>
#include <memory>
#include <vector>

#include "core/data/token_losses.h"

namespace secateur {

class TokenTextView final : public QTextEdit {
    Q_OBJECT
public:
    static constexpr int kMostTokens = 4096;  // of a page; but a window is never cut

    explicit TokenTextView(QWidget* parent = nullptr);

    // The page that was shown stays where it still exists. `end`: change of a token's loss, in nats, that is
    // coloured most.
    void setReport(std::shared_ptr<const TokenLossReport> report, double end);
    // Text that stands for older values is drawn fainter.
    void setStale(bool stale);
    // Scrolls to a token, turning to its page, and marks it.
    void showToken(int window, int position);

    [[nodiscard]] int firstWindow() const noexcept { return first_; }
    [[nodiscard]] int windowsOfPage() const;
    [[nodiscard]] int pages() const;
    [[nodiscard]] int page() const;
    void showPage(int page);

Q_SIGNALS:
    // Under mouse or text cursor; window -1: none.
    void tokenPointedAt(int window, int position);
    void pageChanged();

protected:
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Place {
        int start = 0;  // in the document
        int end = 0;
        int window = 0;
        int position = 0;
    };
    void rebuild();
    void cursorMoved();
    void mark(const Place* place);
    [[nodiscard]] const Place* placeAt(int characterPosition) const;
    [[nodiscard]] const Place* placeOf(int window, int position) const;
    void pointAt(const Place* place);

    std::shared_ptr<const TokenLossReport> report_;
    std::vector<Place> places_;  // ascending
    double end_ = 0.0;
    int first_ = 0;  // window of the page
    bool building_ = false;
};

// "\" of\" in window 68, position 69: dense 0.1, planned 2.3, change +2.2 nats".
[[nodiscard]] QString tokenInWords(const TokenLossReport& report, int window, int position);

}  // namespace secateur
