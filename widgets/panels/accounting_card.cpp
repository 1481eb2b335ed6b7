// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/accounting_card.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>

#include "core/base/units.h"
#include "widgets/panels/value_label.h"

namespace secateur {
namespace {

QString exact(std::int64_t value) {
    return QLocale(QLocale::English).toString(static_cast<qlonglong>(value));
}

QLabel* muted(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

}  // namespace

AccountingCard::AccountingCard(QWidget* parent)
    : QWidget(parent),
      parameters_{new ValueLabel(tr("Parameters before"), this),
                  new ValueLabel(tr("Parameters after"), this)},
      bytes_{new ValueLabel(tr("Size before"), this), new ValueLabel(tr("Size after"), this)},
      macs_{new ValueLabel(tr("MACs per token before"), this),
            new ValueLabel(tr("MACs per token after"), this)},
      cache_{new ValueLabel(tr("KV cache per token before"), this),
             new ValueLabel(tr("KV cache per token after"), this)},
      removed_(new ValueLabel(tr("Removed fraction"), this)),
      compression_(new ValueLabel(tr("Compression ratio"), this)) {
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(1);
    grid->setHorizontalSpacing(10);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    grid->addWidget(muted(tr("before"), this), 0, 1);
    grid->addWidget(muted(tr("after"), this), 0, 2);
    const auto addPair = [&](int row, const QString& label, const Pair& pair) {
        grid->addWidget(new QLabel(label, this), row, 0);
        grid->addWidget(pair.before, row, 1);
        grid->addWidget(pair.after, row, 2);
    };
    addPair(1, tr("Parameters"), parameters_);
    addPair(2, tr("Size"), bytes_);
    addPair(3, tr("MACs / token"), macs_);
    addPair(4, tr("KV cache / token"), cache_);
    grid->addWidget(new QLabel(tr("Removed"), this), 5, 0);
    grid->addWidget(removed_, 5, 1);
    grid->addWidget(compression_, 5, 2);
    removed_->setEmphasis(true);
    parameters_.after->setEmphasis(true);
}

void AccountingCard::setAccounting(const Accounting& a) {
    const auto count = [](ValueLabel* label, std::int64_t value, const QString& explanation) {
        label->setValue(QString::fromStdString(formatCount(value)), explanation.arg(exact(value)));
    };
    const auto size = [](ValueLabel* label, std::int64_t value) {
        label->setValue(QString::fromStdString(formatBytes(value)), tr("%1 bytes").arg(exact(value)));
    };
    count(parameters_.before, a.parametersBefore, tr("%1 parameters"));
    count(parameters_.after, a.parametersAfter, tr("%1 parameters"));
    size(bytes_.before, a.bytesBefore);
    size(bytes_.after, a.bytesAfter);
    count(macs_.before, a.macsPerTokenBefore, tr("%1 multiply-adds per token"));
    count(macs_.after, a.macsPerTokenAfter, tr("%1 multiply-adds per token"));
    size(cache_.before, a.kvCacheBytesPerTokenBefore);
    size(cache_.after, a.kvCacheBytesPerTokenAfter);
    removed_->setValue(QString::fromStdString(formatPercent(a.removedFraction)),
                       tr("Fraction of the original decoder's linear weights that is removed"));
    compression_->setValue(tr("%1 x smaller").arg(a.compressionRatio, 0, 'f', 2),
                           tr("Bytes before / bytes after"));
}

void AccountingCard::clear() {
    for (ValueLabel* label :
         {parameters_.before, parameters_.after, bytes_.before, bytes_.after, macs_.before, macs_.after,
          cache_.before, cache_.after, removed_, compression_}) {
        label->setValue(QStringLiteral("-"));
    }
}

}  // namespace secateur
