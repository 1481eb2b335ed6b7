// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/loss_panel.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include "core/base/units.h"
#include "widgets/document/loss_feed.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/window_words.h"
#include "widgets/models/bar_delegate.h"
#include "widgets/models/loss_models.h"
#include "widgets/panels/loss_legend.h"
#include "widgets/panels/panel_heading.h"
#include "widgets/panels/table_style.h"
#include "widgets/panels/token_text_view.h"
#include "widgets/panels/value_label.h"
#include "widgets/panels/when_seen.h"

namespace secateur {

LossPanel::LossPanel(PlanDocument& document, LossFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      follow_(new QCheckBox(tr("Follow the preview"), this)),
      run_(new QPushButton(tr("Compute now"), this)),
      stop_(new QPushButton(tr("Stop"), this)),
      state_(stateLine(QStringLiteral("lossState"), this)),
      legend_(new LossLegend(this)),
      text_(new TokenTextView(this)),
      pointed_(new ValueLabel(tr("Token under cursor"), this)),
      earlier_(new QPushButton(tr("Earlier"), this)),
      later_(new QPushButton(tr("Later"), this)),
      page_(new QLabel(this)),
      tokens_(new TokensModel(this)),
      windows_(new LossSumsModel(LossSumsModel::Of::Windows, this)),
      documents_(new LossSumsModel(LossSumsModel::Of::Documents, this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })) {
    follow_->setAccessibleName(tr("Losses follow the preview"));
    follow_->setToolTip(tr("While this panel is seen, compute the losses again after every preview"));
    follow_->setChecked(feed_.following());
    run_->setAccessibleName(tr("Compute losses"));
    run_->setToolTip(tr("Compute the losses of the present plan"));
    stop_->setAccessibleName(tr("Stop computing losses"));
    stop_->setToolTip(tr("End the computation; what was found before stays"));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    split->addWidget(buildText());
    split->addWidget(buildTables());
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* head = new QHBoxLayout;
    head->addWidget(panelHeading(tr("Which words does the plan cost?"), this), 1);
    head->addWidget(follow_);
    head->addWidget(run_);
    head->addWidget(stop_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addLayout(head);
    column->addWidget(state_);
    column->addWidget(split, 1);
    connect(follow_, &QCheckBox::toggled, &feed_, &LossFeed::setFollowing);
    connect(run_, &QPushButton::clicked, &feed_, &LossFeed::runNow);
    connect(stop_, &QPushButton::clicked, &feed_, &LossFeed::stop);
    connect(&feed_, &LossFeed::changed, seen_, &WhenSeen::now);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    connect(seen_, &WhenSeen::seenChanged, &feed_, &LossFeed::setLookedAt);
    seen_->now();
    refreshPages();
}

QWidget* LossPanel::buildText() {
    auto* side = new QWidget(this);
    earlier_->setAccessibleName(tr("Earlier windows"));
    later_->setAccessibleName(tr("Later windows"));
    earlier_->setToolTip(tr("The page of text before this one"));
    later_->setToolTip(tr("The page of text after this one"));
    connect(earlier_, &QPushButton::clicked, text_, [this] { text_->showPage(text_->page() - 1); });
    connect(later_, &QPushButton::clicked, text_, [this] { text_->showPage(text_->page() + 1); });
    connect(text_, &TokenTextView::pageChanged, this, &LossPanel::refreshPages);
    connect(text_, &TokenTextView::tokenPointedAt, this, &LossPanel::showPointed);
    auto* foot = new QHBoxLayout;
    foot->addWidget(legend_, 1);
    foot->addWidget(page_);
    foot->addWidget(earlier_);
    foot->addWidget(later_);
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(text_, 1);
    column->addWidget(pointed_);
    column->addLayout(foot);
    return side;
}

QTableView* LossPanel::buildTable(QAbstractItemModel* model, const QString& name, int changeColumn) {
    auto* sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(model);
    sorted->setSortRole(SortRole);
    auto* table = new QTableView(this);
    table->setModel(sorted);
    table->setAccessibleName(name);
    table->setItemDelegateForColumn(changeColumn, new BarDelegate(table));
    styleTable(*table);
    table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    table->setTextElideMode(Qt::ElideLeft);  // of the words before a token the last matter most
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    table->setSortingEnabled(true);
    table->sortByColumn(changeColumn, Qt::DescendingOrder);
    table->setToolTip(tr("Choose a row to see it in the text"));
    return table;
}

QWidget* LossPanel::buildTables() {
    tabs_ = new QTabWidget(this);
    tabs_->setDocumentMode(true);
    tabs_->setAccessibleName(tr("Losses in tables"));
    auto* tokens = buildTable(tokens_, tr("Worst tokens"), TokensModel::Change);
    auto* windows = buildTable(windows_, tr("Losses of windows"), LossSumsModel::Change);
    documentsTable_ = buildTable(documents_, tr("Losses of documents"), LossSumsModel::Change);
    const auto rowOf = [](const QTableView* table, const QModelIndex& index) {
        return static_cast<const QSortFilterProxyModel*>(table->model())->mapToSource(index).row();
    };
    connect(tokens->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this, tokens, rowOf](const QModelIndex& index) {
                if (!index.isValid()) return;
                const TokenLoss& loss = tokens_->row(rowOf(tokens, index)).loss;
                text_->showToken(loss.window, loss.position);
            });
    const auto follow = [this, rowOf](QTableView* table, const LossSumsModel* model) {
        connect(table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
                [this, table, model, rowOf](const QModelIndex& index) {
                    if (!index.isValid() || shown_ == nullptr) return;
                    const std::int64_t token = model->row(rowOf(table, index)).first;
                    text_->showToken(static_cast<int>(token / shown_->seqLen),
                                     static_cast<int>(token % shown_->seqLen));
                });
    };
    follow(windows, windows_);
    follow(documentsTable_, documents_);
    const int number = fontMetrics().horizontalAdvance(QStringLiteral("0.00e-05")) + 12;
    tokens->horizontalHeader()->setSectionResizeMode(TokensModel::Before, QHeaderView::Stretch);
    for (const int column :
         {TokensModel::Token, TokensModel::Dense, TokensModel::Planned, TokensModel::Change})
        tokens->setColumnWidth(column, number);
    // In a narrow panel the change is seen before the table has to scroll.
    tokens->horizontalHeader()->moveSection(TokensModel::Change, 1);
    for (const int column : {TokensModel::Window, TokensModel::Position})
        tokens->setColumnWidth(column, fontMetrics().horizontalAdvance(QStringLiteral("Position")) + 14);
    for (QTableView* table : {windows, documentsTable_})
        table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    tabs_->addTab(tokens, tr("Worst tokens"));
    tabs_->addTab(windows, tr("Windows"));
    tabs_->addTab(documentsTable_, tr("Documents"));
    return tabs_;
}

QString LossPanel::stateText() const {
    if (document_.model() == nullptr) return tr("Open a model to see what a plan costs it.");
    if (feed_.state() == LossFeed::State::Failed) return feed_.problem();
    if (feed_.updating()) return tr("Updating...");
    if (!feed_.canRun())
        return document_.problem().isEmpty() ? tr("Choose a text to measure perplexity on.")
                                             : document_.problem();
    if (feed_.state() == LossFeed::State::Stale) return tr("The plan has changed since: press Compute now.");
    if (shown_ == nullptr)
        return feed_.following() ? tr("Losses come with the next preview, or press Compute now.")
                                 : tr("Press Compute now to see the loss of every token.");
    const PreviewReport& preview = shown_->preview;
    QStringList lines{
        tr("Perplexity %1, planned %2 (%3), before healing; %4")
            .arg(QString::fromStdString(formatPerplexity(preview.densePerplexity)),
                 QString::fromStdString(formatPerplexity(preview.planPerplexity)),
                 QString::fromStdString(formatChange(preview.change(), preview.changeStandardError)),
                 QString::fromStdString(preview.protocol))};
    if (shown_->planned == shown_->dense) lines << tr("The plan changes the loss of no token.");
    for (const TextOverlap& overlap : preview.overlaps)
        lines << tr("Not new text: %1.").arg(QString::fromStdString(inWords(overlap)));
    for (const std::string& warning : preview.warnings) lines << sentence(inWindowWords(warning));
    return lines.join(QLatin1Char('\n'));
}

void LossPanel::refresh() {
    if (shown_ != feed_.report()) {
        shown_ = feed_.report();
        const double end = shown_ ? static_cast<double>(usualChange(*shown_)) : 0.0;
        legend_->setEnd(end);
        tokens_->setReport(shown_.get());
        windows_->setReport(shown_.get());
        documents_->setReport(shown_.get());
        const int tab = tabs_->indexOf(documentsTable_);
        tabs_->setTabVisible(tab, shown_ != nullptr && !shown_->documents.empty());
        text_->setReport(shown_, end);
        showPointed(-1, -1);
    }
    if (shown_ == nullptr) tabs_->setTabVisible(tabs_->indexOf(documentsTable_), false);
    const bool old = shown_ != nullptr && feed_.state() != LossFeed::State::Current;
    text_->setStale(old);
    state_->setText(stateText());
    text_->setPlaceholderText(stateText());
    run_->setEnabled(feed_.canRun() && feed_.state() != LossFeed::State::Running);
    stop_->setEnabled(feed_.state() == LossFeed::State::Running);
    const QSignalBlocker quiet(follow_);
    follow_->setChecked(feed_.following());
}

void LossPanel::refreshPages() {
    const bool several = text_->pages() > 1;
    for (QWidget* widget : std::initializer_list<QWidget*>{earlier_, later_, page_})
        widget->setVisible(several);
    if (!several) return;
    earlier_->setEnabled(text_->page() > 0);
    later_->setEnabled(text_->page() + 1 < text_->pages());
    page_->setText(tr("Page %1 of %2").arg(text_->page() + 1).arg(text_->pages()));
}

void LossPanel::showPointed(int window, int position) {
    if (shown_ == nullptr) return pointed_->setValue({});
    pointed_->setValue(window < 0 ? tr("Point at a token for its loss before and after.")
                                  : tokenInWords(*shown_, window, position));
}

}  // namespace secateur
