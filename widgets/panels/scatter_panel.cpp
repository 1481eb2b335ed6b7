// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/scatter_panel.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "widgets/document/layer_selection.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/reference_shelf.h"
#include "widgets/document/score_words.h"
#include "widgets/document/window_words.h"
#include "widgets/panels/score_source.h"
#include "widgets/panels/when_seen.h"
#include "widgets/plots/flow_layout.h"
#include "widgets/plots/scatter_view.h"

namespace secateur {
namespace {

constexpr QLatin1String kOther("other:");

// What a choice of a score of the other analysis holds.
QString ofOther(const QString& score) {
    return kOther + score;
}

}  // namespace

ScatterPanel::ScatterPanel(PlanDocument& document, LayerSelection& selection, ReferenceShelf& shelf,
                           QWidget* parent)
    : QWidget(parent),
      document_(document),
      shelf_(shelf),
      view_(new ScatterView(this)),
      seen_(new WhenSeen(*this, [this] { refresh(); })),
      of_(new QComboBox(this)),
      across_(new QComboBox(this)),
      up_(new QComboBox(this)) {
    worker_.setMaxThreadCount(1);
    of_->addItems({tr("layers"), tr("MLP channels"), tr("KV groups")});
    auto* controls = new QWidget(this);
    auto* row = new FlowLayout;
    controls->setLayout(row);
    row->setContentsMargins(0, 0, 0, 0);
    of_->setToolTip(tr("What a point is: a layer, an MLP channel, or a KV group"));
    across_->setToolTip(tr("The score that is drawn from left to right"));
    up_->setToolTip(tr("The score that is drawn from below to above"));
    const std::tuple<QString, QComboBox*, QString> choices[] = {{tr("Of"), of_, tr("Units of the scatter")},
                                                                {tr("across"), across_, tr("Score across")},
                                                                {tr("up"), up_, tr("Score up")}};
    for (const auto& [text, box, name] : choices) {
        auto* pair = new QWidget(this);
        auto* inner = new QHBoxLayout(pair);
        inner->setContentsMargins(0, 0, 0, 0);
        auto* label = new QLabel(text, pair);
        label->setBuddy(box);
        box->setAccessibleName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
        inner->addWidget(label);
        inner->addWidget(box);
        row->addWidget(pair);
    }
    auto* other = new QToolButton(this);
    other->setText(tr("Other analysis..."));
    other->setAccessibleName(tr("Other analysis"));
    other->setToolTip(
        tr("Offers the scores of an analysis file too: of other text, or of a model of the same shape"));
    other->setFocusPolicy(Qt::StrongFocus);
    connect(other, &QToolButton::clicked, this, &ScatterPanel::askOther);
    row->addWidget(other);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(2, 2, 2, 2);
    column->setSpacing(2);
    column->addWidget(view_, 1);
    view_->setControls(controls);
    connect(of_, &QComboBox::currentIndexChanged, this, &ScatterPanel::offerScores);
    connect(across_, &QComboBox::currentIndexChanged, this, &ScatterPanel::ask);
    connect(up_, &QComboBox::currentIndexChanged, this, &ScatterPanel::ask);
    connect(&document_, &PlanDocument::modelChanged, this, [this] { setOther(nullptr, {}); });
    connect(&shelf_, &ReferenceShelf::changed, this, &ScatterPanel::shelfChanged);
    connect(&document_, &PlanDocument::planChanged, seen_, &WhenSeen::now);
    connect(view_, &ScatterView::layersSelected, &selection,
            [&selection](const std::vector<int>& layers) { selection.setLayers(layers); });
    connect(&selection, &LayerSelection::layersChanged, view_, &ScatterView::setSelectedLayers);
    seen_->now();
}

ScatterPanel::~ScatterPanel() {
    worker_.waitForDone();
}

void ScatterPanel::refresh() {
    offered_ != document_.analysis() || across_->count() == 0 ? offerScores() : showPlan();
}

PairedUnits ScatterPanel::units() const {
    return static_cast<PairedUnits>(std::max(0, of_->currentIndex()));
}

void ScatterPanel::askOther() {
    auto* dialog = new QFileDialog(this, tr("Open another analysis"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    dialog->setNameFilter(tr("Analyses (*.h5 *.hdf5)"));
    connect(dialog, &QFileDialog::fileSelected, this, &ScatterPanel::readOther);
    dialog->open();
}

void ScatterPanel::readOther(const QString& file) {
    wished_ = file;
    shelf_.readAnalysis(file);
}

void ScatterPanel::shelfChanged(const QString& path) {
    if (path != wished_) return;
    wished_.clear();
    if (const auto analysis = shelf_.analysis(path)) return setOther(analysis, path);
    view_->setProvenance(shelf_.problem(path));
}

void ScatterPanel::setOther(std::shared_ptr<const Analysis> analysis, const QString& file) {
    other_ = std::move(analysis);
    otherName_ = QFileInfo(file).fileName();
    offerScores();
    // The same score of both is what one wants to see first.
    const int same = other_ != nullptr ? up_->findData(ofOther(across_->currentData().toString())) : -1;
    if (same >= 0) up_->setCurrentIndex(same);
}

// What stays possible stays chosen.
void ScatterPanel::fill(QComboBox* box, int usual) {
    const QSignalBlocker quiet(box);
    const QString was = box->currentData().toString();
    box->clear();
    const auto& analysis = document_.analysis();
    if (analysis == nullptr) return;
    for (const std::string& score : pairableScores(*analysis, units()))
        box->addItem(scoreInWords(score), QString::fromStdString(score));
    if (box == up_ && other_ != nullptr)
        for (const std::string& score : pairableScores(*other_, units()))
            box->addItem(tr("%1, %2").arg(scoreInWords(score), otherName_),
                         ofOther(QString::fromStdString(score)));
    const int again = was.isEmpty() ? -1 : box->findData(was);
    box->setCurrentIndex(again >= 0 ? again : std::min(usual, box->count() - 1));
}

void ScatterPanel::offerScores() {
    offered_ = document_.analysis();
    fill(across_, 0);
    // What was measured by leaving layers out is what other metrics are held against.
    const bool channels = units() != PairedUnits::Layers;
    const bool first = up_->count() == 0;
    fill(up_, channels ? 3 : 1);
    if (!channels && first) {
        const QSignalBlocker quiet(up_);
        const int measured = up_->findData(QStringLiteral("leave-one-out"));
        if (measured >= 0) up_->setCurrentIndex(measured);
    }
    ask();
}

void ScatterPanel::ask() {
    const auto& analysis = document_.analysis();
    const auto& model = document_.model();
    ++asked_;
    if (analysis == nullptr || model == nullptr || across_->count() == 0)
        return accept(nullptr, {}, {}, {}, asked_);
    explain();
    worker_.clear();  // of older questions only the one that is under way is answered
    QString score = up_->currentData().toString();
    const bool fromOther = score.startsWith(kOther);
    if (fromOther) score.remove(0, kOther.size());
    worker_.start([this, analysis, model, units = units(), number = asked_,
                   other = fromOther ? other_ : analysis, x = across_->currentData().toString().toStdString(),
                   y = score.toStdString(), nameX = across_->currentText(), nameY = up_->currentText()] {
        std::shared_ptr<const ScorePairs> pairs;
        QString problem;
        try {
            pairs =
                std::make_shared<const ScorePairs>(scorePairs(*analysis, x, *other, y, model->config, units));
        } catch (const Error& error) {
            problem = inWindowWords(error.message());
        }
        QMetaObject::invokeMethod(this, [this, pairs, nameX, nameY, problem, number] {
            accept(pairs, nameX, nameY, problem, number);
        });
    });
}

void ScatterPanel::accept(std::shared_ptr<const ScorePairs> pairs, const QString& nameX, const QString& nameY,
                          const QString& problem, std::uint64_t number) {
    if (number != asked_) return;
    answered_ = number;
    pairs_ = std::move(pairs);
    problem_ = problem;
    view_->setPairs(pairs_, removed(), nameX, nameY);
    explain();
}

void ScatterPanel::explain() {
    if (!settled()) return view_->setProvenance(tr("Updating..."));
    if (!problem_.isEmpty()) return view_->setProvenance(problem_);
    if (pairs_ == nullptr) return view_->setProvenance({});
    QString text = view_->agreementText();
    const auto drawn = static_cast<std::size_t>(view_->drawnPoints());
    if (drawn < pairs_->count()) text += tr("; %1 of them are drawn").arg(drawn);
    view_->setProvenance(text + QStringLiteral(". ") + provenance(document_));
}

void ScatterPanel::showPlan() {
    if (pairs_ == nullptr) return;
    view_->setRemoved(removed());
    explain();
}

std::vector<bool> ScatterPanel::removed() const {
    std::vector<bool> removed;
    if (pairs_ == nullptr || document_.result() == nullptr) return removed;
    const KeptUnits& kept = document_.kept();
    removed.resize(pairs_->count());
    for (std::size_t i = 0; i < removed.size(); ++i) {
        const auto layer = static_cast<std::size_t>(pairs_->layers[i]);
        if (layer >= kept.layer.size() || !kept.layer[layer]) {
            removed[i] = true;
            continue;
        }
        if (pairs_->units == PairedUnits::Layers) continue;
        const UnitMask& mask =
            pairs_->units == PairedUnits::Channels ? kept.channels[layer] : kept.kvGroups[layer];
        const auto unit = static_cast<std::size_t>(pairs_->indices[i]);
        removed[i] = unit >= mask.size() || mask[unit] == 0;
    }
    return removed;
}

}  // namespace secateur
