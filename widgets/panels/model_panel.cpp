// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/model_panel.h"

#include <QCommandLinkButton>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/document/plan_document.h"
#include "widgets/panels/model_card.h"

namespace secateur {
namespace {

constexpr int kRecentShown = 5;

QLabel* wrapped(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    return label;
}

}  // namespace

ModelPanel::ModelPanel(PlanDocument& document, QWidget* parent)
    : QWidget(parent), document_(document), pages_(new QStackedWidget(this)), card_(new ModelCard) {
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(card_);
    pages_->addWidget(buildWelcome());
    pages_->addWidget(scroll);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(pages_);
    connect(&document_, &PlanDocument::modelChanged, this, &ModelPanel::refresh);
    refresh();
}

QWidget* ModelPanel::buildWelcome() {
    auto* page = new QWidget(this);
    auto* title = wrapped(tr("No model is open"), page);
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.35);
    large.setBold(true);
    title->setFont(large);
    auto* open = new QPushButton(tr("Open model..."), page);
    open->setAccessibleName(open->text());
    open->setDefault(true);
    open->setToolTip(tr("Open the folder of a checkpoint"));
    demo_ = new QPushButton(tr("Open demo"), page);
    demo_->setAccessibleName(demo_->text());
    connect(open, &QPushButton::clicked, this, &ModelPanel::openWished);
    connect(demo_, &QPushButton::clicked, this, &ModelPanel::demoWished);

    auto* tour = new QPushButton(tr("Guided tour"), page);
    tour->setAccessibleName(tour->text());
    tour->setToolTip(tr("Five steps with the demo: measure, chop, look at the cost, narrow, heal"));
    connect(tour, &QPushButton::clicked, this, &ModelPanel::tourWished);

    auto* column = new QVBoxLayout(page);
    column->setSpacing(10);
    column->addWidget(title);
    column->addWidget(wrapped(
        tr("Open a checkpoint folder (config.json and safetensors), or drop one onto the window. The demo "
           "is a small trained model that ships with Secateur."),
        page));
    column->addWidget(open);
    column->addWidget(demo_);
    column->addWidget(tour);
    recent_ = new QVBoxLayout;
    recent_->setSpacing(0);
    column->addLayout(recent_);
    column->addStretch(1);
    return page;
}

void ModelPanel::setRecentModels(const QStringList& folders) {
    while (QLayoutItem* item = recent_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& folder : folders.mid(0, kRecentShown)) {
        const QFileInfo info(folder);
        auto* link = new QCommandLinkButton(info.fileName(), info.path(), pages_->widget(0));
        link->setAccessibleName(tr("Open recent %1").arg(info.fileName()));
        link->setEnabled(info.isDir());
        link->setToolTip(tr("Open it again"));
        connect(link, &QCommandLinkButton::clicked, this, [this, folder] { Q_EMIT recentWished(folder); });
        recent_->addWidget(link);
    }
}

void ModelPanel::setDemoAvailable(bool available) {
    demo_->setEnabled(available);
    demo_->setToolTip(available ? tr("Open the small model that comes with Secateur, and measure it")
                                : tr("The demo model is not installed."));
}

void ModelPanel::refresh() {
    const auto& model = document_.model();
    if (model != nullptr) card_->setSummary(*model);
    pages_->setCurrentIndex(model == nullptr ? 0 : 1);
}

}  // namespace secateur
