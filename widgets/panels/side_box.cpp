// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/side_box.h"

#include <QAbstractItemView>
#include <QFileDialog>
#include <QFileInfo>
#include <QSignalBlocker>
#include <algorithm>

namespace secateur {
namespace {

// Of an item: its place among what is offered, or below zero what it asks for.
constexpr int kPlace = Qt::UserRole;
constexpr std::pair<PinSource, const char*> kAsked[] = {
    {PinSource::File, QT_TRANSLATE_NOOP("SideBox", "Plan file...")},
    {PinSource::AnalysisFile, QT_TRANSLATE_NOOP("SideBox", "Analysis file...")},
    {PinSource::Model, QT_TRANSLATE_NOOP("SideBox", "Model folder...")}};

}  // namespace

SideBox::SideBox(PlanPins::Side side, QWidget* parent) : QComboBox(parent), letter_(PlanPins::label(side)) {
    setAccessibleName(tr("Side %1").arg(letter_));
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(12);
    connect(this, &QComboBox::activated, this, &SideBox::pick);
}

void SideBox::put(const Offer& offer) {
    addItem(offer.text);
    setItemData(count() - 1, static_cast<int>(offered_.size()), kPlace);
    setItemData(count() - 1, offer.choice.path.isEmpty() ? offer.text : offer.choice.path, Qt::ToolTipRole);
    offered_.push_back(offer.choice);
}

void SideBox::offer(const std::vector<std::vector<Offer>>& groups, const PinChoice& now) {
    if (view()->isVisible()) return;
    const QSignalBlocker quiet(this);
    clear();
    offered_.clear();
    for (const std::vector<Offer>& group : groups) {
        if (group.empty()) continue;
        if (count() > 0) insertSeparator(count());
        for (const Offer& one : group) put(one);
    }
    if (std::ranges::find(offered_, now) == offered_.end()) {
        const QString gone = tr("a plan that is not in the list any more");
        put({now.path.isEmpty() ? gone : QFileInfo(now.path).fileName(), now});
    }
    insertSeparator(count());
    for (int i = 0; i < static_cast<int>(std::size(kAsked)); ++i) {
        addItem(tr(kAsked[i].second));
        setItemData(count() - 1, -1 - i, kPlace);
    }
    present_ = findData(static_cast<int>(std::ranges::find(offered_, now) - offered_.begin()), kPlace);
    setCurrentIndex(present_);
    setToolTip(tr("%1: one side of the comparison. Two networks (plans, the dense model, healed runs, other "
                  "models) or two measurements")
                   .arg(currentText()));
}

void SideBox::pick(int index) {
    const QVariant place = itemData(index, kPlace);
    if (!place.isValid()) return;
    const int at = place.toInt();
    if (at >= 0) {
        present_ = index;
        return Q_EMIT picked(offered_.at(static_cast<std::size_t>(at)));
    }
    setCurrentIndex(present_);  // until a file is chosen the box shows what is compared
    ask(kAsked[-1 - at].first);
}

void SideBox::ask(PinSource source) {
    auto* dialog = new QFileDialog(this, tr("Side %1").arg(letter_));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(source == PinSource::Model ? QFileDialog::Directory : QFileDialog::ExistingFile);
    if (source == PinSource::File) dialog->setNameFilter(tr("Plans (*.json)"));
    if (source == PinSource::AnalysisFile) dialog->setNameFilter(tr("Analyses (*.h5 *.hdf5)"));
    connect(dialog, &QFileDialog::fileSelected, this, [this, source](const QString& path) {
        Q_EMIT picked({source, 0, path});
    });
    dialog->open();
}

}  // namespace secateur
