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
      compression_(new ValueLabel(tr("Compression ratio"), this)),
      loads_(new ValueLabel(tr("Loads in"), this)) {
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
    sizeTitle_ = new QLabel(this);
    grid->addWidget(sizeTitle_, 2, 0);
    grid->addWidget(bytes_.before, 2, 1);
    grid->addWidget(bytes_.after, 2, 2);
    showSizeOf({});
    grid->addWidget(new QLabel(tr("Loads in"), this), 3, 0);
    grid->addWidget(loads_, 3, 1, 1, 2);
    addPair(4, tr("MACs / token"), macs_);
    addPair(5, tr("KV cache / token"), cache_);
    grid->addWidget(new QLabel(tr("Removed"), this), 6, 0);
    grid->addWidget(removed_, 6, 1);
    grid->addWidget(compression_, 6, 2);
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
    showSizeOf(a);
    count(macs_.before, a.macsPerTokenBefore, tr("%1 multiply-adds per token"));
    count(macs_.after, a.macsPerTokenAfter, tr("%1 multiply-adds per token"));
    size(cache_.before, a.kvCacheBytesPerTokenBefore);
    size(cache_.after, a.kvCacheBytesPerTokenAfter);
    removed_->setValue(QString::fromStdString(formatPercent(a.removedFraction)),
                       tr("Fraction of the original decoder's linear weights that is removed. The ratio of a "
                          "step is one of what the steps before it left."));
    compression_->setValue(tr("%1 x smaller").arg(a.compressionRatio, 0, 'f', 2),
                           tr("Bytes of all tensors before / after, quantized ones packed to their bits"));
    showWhatLoads(a.files);
}

// While there is a choice still: what runs the result decides between structures.
void AccountingCard::showWhatLoads(const std::optional<WeightFiles>& files) {
    if (!files) return loads_->setValue(QStringLiteral("-"), tr("Known when it is written"));
    if (files->stock)
        return loads_->setValue(tr("stock transformers"),
                                tr("Written in a class that transformers ships, so that programs for "
                                   "checkpoints of that class, such "
                                   "as vLLM or llama.cpp's converter, can read it too"));
    loads_->setValue(
        tr("transformers, trust_remote_code"),
        tr("Layers have widths of their own, or linears are stored as two factors, which no stock class "
           "holds: "
           "vLLM, TGI and llama.cpp do not read that. Structure UL-UM keeps all layers alike; the format "
           "hf-masked loads in stock classes and saves no memory"));
}

// What lies on the disk afterwards, to the byte; packed sizes, which no file of this format has, are beside
// it.
void AccountingCard::showSizeOf(const Accounting& a) {
    const auto& files = a.files;
    sizeTitle_->setText(files ? tr("Size (%1 files)").arg(QString::fromStdString(files->format))
                              : tr("Size, about"));
    if (!files) {
        bytes_.before->setValue(QString::fromStdString(formatBytes(a.bytesBefore)));
        bytes_.after->setValue(
            QString::fromStdString(formatBytes(a.bytesAfter)),
            tr("Bytes of all tensors; what a checkpoint of several dtypes takes on the disk "
               "is known when it is written"));
        return;
    }
    const QString form = QString::fromStdString(files->format);
    bytes_.before->setValue(
        QString::fromStdString(formatBytes(files->bytesBefore > 0 ? files->bytesBefore : a.bytesBefore)),
        tr("%1 bytes of weight files").arg(exact(files->bytesBefore)));
    QString after = tr("%1 bytes of weight files, headers included, as written in the format %2")
                        .arg(exact(files->bytesAfter), form);
    if (a.bytesAfter != files->tensorsAfter)
        after += tr(". Packed to their bits the tensors would take %1 bytes").arg(exact(a.bytesAfter));
    bytes_.after->setValue(QString::fromStdString(formatBytes(files->bytesAfter)), after);
}

void AccountingCard::clear() {
    for (ValueLabel* label :
         {parameters_.before, parameters_.after, bytes_.before, bytes_.after, macs_.before, macs_.after,
          cache_.before, cache_.after, removed_, compression_, loads_}) {
        label->setValue(QStringLiteral("-"));
    }
}

}  // namespace secateur
