// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which words does the plan cost? The text that the preview judges on, coloured by the change of each token's
// loss, with the worst tokens and the windows and documents beside it. GUI thread only.
#pragma once

#include <QWidget>
#include <memory>

#include "core/data/token_losses.h"

class QCheckBox;
class QLabel;
class QPushButton;
class QTabWidget;
class QTableView;
class QSortFilterProxyModel;
class QAbstractItemModel;

namespace secateur {

class LossFeed;
class LossLegend;
class LossSumsModel;
class PlanDocument;
class TokenTextView;
class TokensModel;
class ValueLabel;
class WhenSeen;

class LossPanel final : public QWidget {
    Q_OBJECT
public:
    LossPanel(PlanDocument& document, LossFeed& feed, QWidget* parent = nullptr);

private:
    [[nodiscard]] QWidget* buildText();
    [[nodiscard]] QWidget* buildTables();
    [[nodiscard]] QTableView* buildTable(QAbstractItemModel* model, const QString& name, int changeColumn);
    void refresh();
    void refreshPages();
    void showPointed(int window, int position);
    [[nodiscard]] QString stateText() const;

    PlanDocument& document_;
    LossFeed& feed_;
    std::shared_ptr<const TokenLossReport> shown_;
    QCheckBox* follow_;
    QPushButton* run_;
    QPushButton* stop_;
    QLabel* state_;
    LossLegend* legend_;
    TokenTextView* text_;
    ValueLabel* pointed_;
    QPushButton* earlier_;
    QPushButton* later_;
    QLabel* page_;
    QTabWidget* tabs_ = nullptr;
    QTableView* documentsTable_ = nullptr;
    TokensModel* tokens_;
    LossSumsModel* windows_;
    LossSumsModel* documents_;
    WhenSeen* seen_;
};

}  // namespace secateur
