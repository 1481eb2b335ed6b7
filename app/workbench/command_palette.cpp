// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/command_palette.h"

#include <QApplication>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMainWindow>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTableWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>
#include <vector>

#include "widgets/panels/table_copy.h"

namespace secateur {
namespace {

constexpr int kShownRows = 12;

// What is done on the left, its menu behind it, its keys on the right.
class ActionDelegate final : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& given,
               const QModelIndex& index) const override {
        QStyleOptionViewItem option = given;
        initStyleOption(&option, index);
        const QString text = option.text;
        option.text.clear();
        const QWidget* widget = option.widget;
        widget->style()->drawControl(QStyle::CE_ItemViewItem, &option, painter, widget);
        const bool chosen = (option.state & QStyle::State_Selected) != 0;
        const bool possible = index.data(CommandPalette::WhyRole).toString().isEmpty();
        const auto colour = [&](bool loud) {
            if (chosen) return option.palette.color(QPalette::HighlightedText);
            return option.palette.color(loud ? QPalette::Text : QPalette::PlaceholderText);
        };
        const int gap = option.fontMetrics.averageCharWidth();
        QRect room = option.rect.adjusted(gap, 0, -gap, 0);
        const auto draw = [&](const QString& words, Qt::Alignment side, bool loud) {
            painter->setPen(colour(loud));
            painter->drawText(room, Qt::AlignVCenter | side,
                              option.fontMetrics.elidedText(words, Qt::ElideRight, room.width()));
            return option.fontMetrics.horizontalAdvance(words);
        };
        painter->save();
        painter->setFont(option.font);
        const QString keys = index.data(CommandPalette::KeysRole).toString();
        if (!keys.isEmpty()) room.adjust(0, 0, -draw(keys, Qt::AlignRight, possible) - 2 * gap, 0);
        const bool checked = index.data(CommandPalette::CheckedRole).toBool();
        const QString shown = checked ? text + QStringLiteral(" \u2713") : text;
        room.setLeft(room.left() + draw(shown, Qt::AlignLeft, possible) + 2 * gap);
        if (room.width() > 4 * gap)
            draw(index.data(CommandPalette::MenuRole).toString(), Qt::AlignLeft, false);
        painter->restore();
    }
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override {
        QSize size = QStyledItemDelegate::sizeHint(option, index);
        size.setHeight(std::max(size.height(), option.fontMetrics.height() * 3 / 2));
        return size;
    }
};

QString keysText(const QKeySequence& keys) {
    return keys.toString(QKeySequence::NativeText);
}

}  // namespace

CommandPalette::CommandPalette(QMainWindow& window)
    : QDialog(&window),
      actions_(listActions(window)),
      query_(new QLineEdit(this)),
      list_(new QListView(this)),
      rows_(new QStandardItemModel(this)),
      note_(new QLabel(this)),
      before_(QApplication::focusWidget()) {
    setWindowTitle(tr("Find an action"));
    setAttribute(Qt::WA_DeleteOnClose);
    query_->setAccessibleName(tr("Action to find"));
    query_->setPlaceholderText(tr("Type a few letters of what you want to do"));
    query_->setClearButtonEnabled(true);
    query_->installEventFilter(this);
    list_->setAccessibleName(tr("Actions found"));
    list_->setModel(rows_);
    list_->setItemDelegate(new ActionDelegate(list_));
    list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    list_->setFocusPolicy(Qt::NoFocus);  // the arrow keys of the line above move in it
    list_->setUniformItemSizes(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    note_->setObjectName(QStringLiteral("actionNote"));
    note_->setTextFormat(Qt::PlainText);
    note_->setForegroundRole(QPalette::PlaceholderText);
    auto* column = new QVBoxLayout(this);
    column->addWidget(query_);
    column->addWidget(list_, 1);
    column->addWidget(note_);
    connect(query_, &QLineEdit::textChanged, this, &CommandPalette::find);
    connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, &CommandPalette::describe);
    connect(list_, &QListView::clicked, this, &CommandPalette::act);
    connect(this, &QDialog::finished, this, [this] {
        parentWidget()->activateWindow();
        if (before_ != nullptr && before_->isVisible()) before_->setFocus(Qt::PopupFocusReason);
    });
    find({});
    const int width = std::min(80 * fontMetrics().averageCharWidth(), window.width() * 9 / 10);
    resize(width, std::min((kShownRows + 4) * fontMetrics().height() * 3 / 2, window.height() * 8 / 10));
    move(window.mapToGlobal(QPoint((window.width() - width) / 2, window.height() / 10)));
}

void CommandPalette::find(const QString& query) {
    std::vector<std::pair<int, int>> order;  // score, number
    for (int number = 0; number < actions_.size(); ++number) {
        const ListedAction& listed = actions_.at(number);
        // The name counts more than the menu that the action is in.
        const auto named = fuzzyScore(query, listed.text);
        const auto anywhere = fuzzyScore(query, listed.text + QLatin1Char(' ') + listed.menu);
        if (anywhere) order.emplace_back(named ? 2 * *named : *anywhere, number);
    }
    std::ranges::stable_sort(order, [](const auto& a, const auto& b) { return a.first > b.first; });
    rows_->clear();
    for (const auto& [score, number] : order) {
        const ListedAction& listed = actions_.at(number);
        auto* row = new QStandardItem(listed.text);
        row->setData(listed.menu, MenuRole);
        row->setData(keysText(listed.keys), KeysRole);
        row->setData(listed.why, WhyRole);
        row->setData(listed.checked, CheckedRole);
        row->setData(number, NumberRole);
        QStringList said{listed.text, listed.menu};
        if (!listed.keys.isEmpty()) said << keysText(listed.keys);
        if (!listed.why.isEmpty()) said << tr("not possible now: %1").arg(listed.why);
        row->setData(said.join(QStringLiteral(", ")), Qt::AccessibleTextRole);
        rows_->appendRow(row);
    }
    if (rows_->rowCount() > 0) list_->setCurrentIndex(rows_->index(0, 0));
    describe();
}

void CommandPalette::describe() {
    const QModelIndex at = list_->currentIndex();
    if (!at.isValid() || rows_->rowCount() == 0)
        return note_->setText(tr("No action has these letters. Esc closes."));
    const QString why = at.data(WhyRole).toString();
    note_->setText(why.isEmpty() ? tr("Enter does it, Esc closes.") : tr("Not possible now: %1").arg(why));
    query_->setAccessibleDescription(at.data(Qt::AccessibleTextRole).toString());
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched != query_ || event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    switch (key->key()) {
        case Qt::Key_Up:
        case Qt::Key_Down:
        case Qt::Key_PageUp:
        case Qt::Key_PageDown:
            QCoreApplication::sendEvent(list_, event);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            act();
            return true;
        default:
            return false;
    }
}

void CommandPalette::act() {
    const QModelIndex at = list_->currentIndex();
    if (!at.isValid()) return;
    const ListedAction& chosen = actions_.at(at.data(NumberRole).toInt());
    if (!chosen.enabled) return describe();
    // After the dialog is gone: the action may open another one, or ask where the focus is.
    QTimer::singleShot(0, parent(), chosen.act);
    accept();
}

void findAction(QMainWindow& window) {
    auto* palette = new CommandPalette(window);
    palette->setWindowModality(Qt::WindowModal);
    palette->open();
}

void showShortcuts(QMainWindow& window) {
    auto* dialog = new QDialog(&window);
    dialog->setWindowTitle(CommandPalette::tr("Keyboard shortcuts"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    QList<ListedAction> listed = listActions(window);
    listed.removeIf([](const ListedAction& action) { return action.keys.isEmpty(); });
    auto* table = new QTableWidget(static_cast<int>(listed.size()), 3, dialog);
    table->setAccessibleName(dialog->windowTitle());
    table->setHorizontalHeaderLabels(
        {CommandPalette::tr("Keys"), CommandPalette::tr("What they do"), CommandPalette::tr("Menu")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    for (int row = 0; row < table->rowCount(); ++row) {
        const ListedAction& action = listed.at(row);
        const QString cells[] = {keysText(action.keys), action.text, action.menu};
        for (int column = 0; column < 3; ++column)
            table->setItem(row, column, new QTableWidgetItem(cells[column]));
    }
    offerCopies(*table);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    auto* note = new QLabel(
        CommandPalette::tr(
            "In plots: arrow keys move from cell to cell or point to point, 0 shows everything, the Menu "
            "key opens the menu. Tab goes on within a panel."),
        dialog);
    note->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(table);
    column->addWidget(note);
    column->addWidget(buttons);
    const int width = 80 * dialog->fontMetrics().averageCharWidth();
    dialog->resize(std::min(width, window.width() * 9 / 10), window.height() * 7 / 10);
    dialog->open();
}

}  // namespace secateur
