// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/action_list.h"

#include <QAction>
#include <QCoreApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <algorithm>
#include <limits>
#include <vector>

namespace secateur {
namespace {

constexpr const char* kWhy = "whyDisabled";
constexpr const char* kAlone = "textAlone";
constexpr const char* kPassing = "passing";
constexpr int kMissing = std::numeric_limits<int>::min() / 2;
constexpr int kLetter = 1;
constexpr int kNextLetter = 4;  // beyond kLetter, right behind the one before
constexpr int kWordsStart = 6;  // beyond kLetter, at the start of a word

QString listTr(const char* text) {
    return QCoreApplication::translate("ActionList", text);
}

// A "&" that marks the key of an entry is no part of its text; "&&" is a "&".
QString plainText(QString text) {
    for (qsizetype at = 0; at < text.size(); ++at)
        if (text.at(at) == QLatin1Char('&')) text.remove(at, 1);
    return text.simplified();
}

QDockWidget* dockOf(const QMainWindow& window, const QAction* action) {
    for (QDockWidget* dock : window.findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly))
        if (dock->toggleViewAction() == action) return dock;
    return nullptr;
}

void showDock(QDockWidget& dock) {
    dock.show();
    dock.raise();
    dock.activateWindow();
}

void list(QMainWindow& window, const QMenu& menu, const QString& path, QList<ListedAction>& found) {
    for (QAction* action : menu.actions()) {
        if (action->isSeparator() || !action->isVisible()) continue;
        const QVariant alone = action->property(kAlone);
        if (alone.isValid() && alone.toString().isEmpty()) continue;
        const QString text = alone.isValid() ? alone.toString() : plainText(action->text());
        if (action->menu() != nullptr) {
            list(window, *action->menu(), path + QStringLiteral(" > ") + text, found);
            continue;
        }
        ListedAction listed{text, path, action->shortcut(), action->isEnabled(), action->isChecked()};
        listed.tip = action->statusTip();
        listed.lasting = !action->property(kPassing).toBool();
        if (!listed.enabled) {
            listed.why = action->property(kWhy).toString();
            if (listed.why.isEmpty()) listed.why = listTr("There is nothing to do it with now.");
        }
        if (QDockWidget* dock = dockOf(window, action); dock != nullptr) {
            listed.text = listTr("Show %1").arg(text);
            listed.act = [dock] { showDock(*dock); };
        } else {
            listed.act = [action = QPointer<QAction>(action)] {
                if (action != nullptr) action->trigger();
            };
        }
        found << listed;
    }
}

// The best way to find the letters of `word` in `text`, in order: the score of the best match that ends at
// each place, letter by letter.
std::optional<int> scoreOfWord(const QString& word, const QString& text) {
    const auto size = static_cast<std::size_t>(text.size());
    std::vector<int> before(size, 0);
    for (qsizetype letter = 0; letter < word.size(); ++letter) {
        std::vector<int> now(size, kMissing);
        int best = letter == 0 ? 0 : kMissing;  // of the letters before, anywhere earlier
        for (std::size_t at = 0; at < size; ++at) {
            const auto place = static_cast<qsizetype>(at);
            if (text.at(place) == word.at(letter)) {
                const bool starts = place == 0 || !text.at(place - 1).isLetterOrNumber();
                const int value = kLetter + (starts ? kWordsStart : 0);
                if (best > kMissing) now[at] = best + value;
                if (letter > 0 && at > 0 && before[at - 1] > kMissing)
                    now[at] = std::max(now[at], before[at - 1] + value + kNextLetter);
            }
            if (letter > 0) best = std::max(best, before[at]);
        }
        before = std::move(now);
    }
    const int best = size == 0 ? kMissing : *std::ranges::max_element(before);
    return best > kMissing ? std::optional(best) : std::nullopt;
}

}  // namespace

QList<ListedAction> listActions(QMainWindow& window) {
    QList<ListedAction> found;
    for (const QAction* title : window.menuBar()->actions())
        if (title->menu() != nullptr) list(window, *title->menu(), plainText(title->text()), found);
    return found;
}

void explainDisabled(QAction& action, const QString& why) {
    action.setProperty(kWhy, why);
}

void callAlone(QAction& action, const QString& text) {
    action.setProperty(kAlone, text);
}

void comesAndGoes(QAction& action) {
    action.setProperty(kPassing, true);
}

std::optional<int> fuzzyScore(const QString& query, const QString& text) {
    int sum = 0;
    const QString within = text.toLower();
    for (const QString& word : query.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const std::optional<int> score = scoreOfWord(word, within);
        if (!score) return std::nullopt;
        sum += *score;
    }
    return sum;
}

}  // namespace secateur
