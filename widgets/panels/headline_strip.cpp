// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/headline_strip.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "core/base/units.h"
#include "widgets/document/plan_document.h"
#include "widgets/document/preview_feed.h"
#include "widgets/panels/sparkline.h"
#include "widgets/panels/value_label.h"

namespace secateur {
namespace {

enum CellNumber { Name, Parameters, Size, Perplexity, Trend, Measurement };

constexpr double kLargerText = 1.15;
constexpr int kFewestCharacters = 8;
constexpr std::size_t kTrendEdits = 20;

// "266 k → 186 k (-30.0 %)"; the value alone where nothing changes.
template <class Format>
QString beforeAndAfter(std::int64_t before, std::int64_t after, Format format) {
    const QString text = QString::fromStdString(format(before));
    if (text == QString::fromStdString(format(after))) return text;
    const double change = before > 0 ? static_cast<double>(after) / static_cast<double>(before) - 1.0 : 0.0;
    return QStringLiteral("%1 → %2 (%3)")
        .arg(text, QString::fromStdString(format(after)), QString::fromStdString(formatChange(change)));
}

}  // namespace

HeadlineStrip::HeadlineStrip(PlanDocument& document, PreviewFeed& feed, QWidget* parent)
    : QWidget(parent),
      document_(document),
      feed_(feed),
      trend_(new Sparkline(tr("Perplexity of the last edits"), this)),
      next_(new QPushButton(this)) {
    setAccessibleName(tr("Headline"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 2, 6, 2);
    row->setSpacing(14);
    addCell(tr("Model"), new ValueLabel(tr("Headline model"), this), 3);
    addCell(tr("Parameters"), new ValueLabel(tr("Headline parameters"), this), 1);
    addCell(tr("Size"), new ValueLabel(tr("Headline size"), this), 2);
    addCell(tr("Perplexity"), new ValueLabel(tr("Headline perplexity"), this), 0);
    addCell(tr("Last edits"), trend_, 4);
    addCell(tr("Measured on"), new ValueLabel(tr("Headline measurement"), this), 5);
    for (const Cell& cell : cells_) row->addWidget(cell.box);
    row->addStretch(1);
    next_->setObjectName(QStringLiteral("headlineAction"));
    next_->setAccessibleName(tr("Next action"));
    next_->setDefault(true);
    row->addWidget(next_, 0, Qt::AlignVCenter);
    setFonts();
    connect(next_, &QPushButton::clicked, this, &HeadlineStrip::press);
    connect(&document_, &PlanDocument::modelChanged, this, &HeadlineStrip::refresh);
    connect(&document_, &PlanDocument::analysisChanged, this, &HeadlineStrip::refresh);
    connect(&document_, &PlanDocument::planChanged, this, &HeadlineStrip::refresh);
    connect(&feed_, &PreviewFeed::changed, this, &HeadlineStrip::refresh);
    connect(&feed_.plans(), &PlanList::changed, this, &HeadlineStrip::refreshTrend);
    refresh();
}

void HeadlineStrip::addCell(const QString& caption, QWidget* body, int order) {
    Cell cell;
    cell.box = new QWidget(this);
    cell.caption = new QLabel(caption, cell.box);
    cell.caption->setTextFormat(Qt::PlainText);
    cell.caption->setForegroundRole(QPalette::PlaceholderText);
    cell.body = body;
    cell.value = qobject_cast<ValueLabel*>(body);
    cell.order = order;
    auto* column = new QVBoxLayout(cell.box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(cell.caption);
    column->addWidget(body);
    cells_.push_back(cell);
}

void HeadlineStrip::setFonts() {
    QFont large = font();
    large.setPointSizeF(large.pointSizeF() * kLargerText);
    large.setBold(true);
    for (const Cell& cell : cells_) cell.body->setFont(large);
}

void HeadlineStrip::setDemoAvailable(bool available) {
    demo_ = available;
    refresh();
}

QSize HeadlineStrip::minimumSizeHint() const {
    const QMargins margins = layout()->contentsMargins();
    const int height = cells_.front().box->minimumSizeHint().height();
    const int first = kFewestCharacters * fontMetrics().averageCharWidth();
    return {first + next_->sizeHint().width() + layout()->spacing() + margins.left() + margins.right(),
            std::max(height, next_->sizeHint().height()) + margins.top() + margins.bottom()};
}

void HeadlineStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

void HeadlineStrip::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() != QEvent::FontChange) return;
    setFonts();
    fit();
}

// Cells are as wide as their text; those that have no room are hidden whole, since half a number is a wrong
// one.
void HeadlineStrip::fit() {
    const QMargins margins = layout()->contentsMargins();
    int room = width() - margins.left() - margins.right() - next_->sizeHint().width() - layout()->spacing();
    std::vector<Cell*> ordered;
    for (Cell& cell : cells_) ordered.push_back(&cell);
    std::ranges::sort(ordered, {}, &Cell::order);
    for (Cell* cell : ordered) {
        cell->box->setVisible(cell->wanted);
        if (!cell->wanted) continue;
        const int wide = std::max(cell->body->sizeHint().width(), cell->caption->sizeHint().width());
        cell->body->setFixedWidth(cell->body->sizeHint().width());
        room -= wide + layout()->spacing();
        cell->box->setVisible(room >= 0);
    }
}

void HeadlineStrip::refresh() {
    const auto& model = document_.model();
    cells_[Name].value->setValue(model != nullptr ? QString::fromStdString(model->name) : tr("No model"));
    refreshSizes();
    refreshPerplexity();
    refreshTrend();
    refreshMeasurement();
    refreshNext();
    fit();
}

void HeadlineStrip::refreshSizes() {
    const PlanResult* result = document_.result();
    const bool known = result != nullptr && result->plan.accounting && document_.valid();
    if (!known) {
        for (const CellNumber number : {Parameters, Size})
            cells_[number].value->setValue(QStringLiteral("-"));
        return;
    }
    const Accounting& sums = *result->plan.accounting;
    cells_[Parameters].value->setValue(
        beforeAndAfter(sums.parametersBefore, sums.parametersAfter, formatCount),
        tr("Parameters of the network, before and after the plan"));
    cells_[Size].value->setValue(beforeAndAfter(writtenBefore(sums), writtenAfter(sums), formatBytes),
                                 tr("Size of the weight files, before and after the plan"));
}

// Why there is no perplexity of the plan.
QString HeadlineStrip::stateInWord() const {
    switch (feed_.state()) {
        case PreviewFeed::State::Failed:
            return tr("failed");
        case PreviewFeed::State::Empty:
            return tr("no plan");
        case PreviewFeed::State::Pending:
            if (feed_.waitsForPress() || !feed_.automatic()) return tr("not previewed");
            break;
        case PreviewFeed::State::Running:
        case PreviewFeed::State::Current:
            break;
    }
    return tr("updating");
}

void HeadlineStrip::refreshPerplexity() {
    const auto& report = feed_.report();
    const bool current = feed_.state() == PreviewFeed::State::Current && report;
    QString caption = tr("Perplexity");
    QString value = QStringLiteral("-");
    QString explanation;
    if (report) {
        const QString dense = QString::fromStdString(formatPerplexity(report->densePerplexity));
        const bool plans = current && report->planPerplexity != report->densePerplexity;
        if (!current) {
            value = QStringLiteral("%1 → %2").arg(dense, stateInWord());
        } else if (!plans) {
            value =
                QString::fromStdString(formatPerplexity(report->densePerplexity, report->denseStandardError));
        } else {
            value =
                QStringLiteral("%1 → %2 (%3)")
                    .arg(dense, QString::fromStdString(formatPerplexity(report->planPerplexity)),
                         QString::fromStdString(formatChange(report->change(), report->changeStandardError)));
            caption = report->withinError() ? tr("Perplexity; change within its error")
                                            : tr("Perplexity, before healing");
        }
        if (!report->overlaps.empty())
            caption += tr("; %1").arg(QString::fromStdString(inWords(report->overlaps.front())));
        explanation = QString::fromStdString(report->protocol);
    } else if (feed_.state() == PreviewFeed::State::Running) {
        value = tr("updating");
    }
    cells_[Perplexity].caption->setText(caption);
    cells_[Perplexity].value->setValue(value, explanation);
}

// Of the windows that are judged on now: others cannot be compared.
void HeadlineStrip::refreshTrend() {
    std::vector<Sparkline::Point> points;
    const JudgedOn judged = feed_.judgedOn();
    for (const PreviewPoint& point : feed_.history())
        if (point.judged == judged) points.push_back({point.report.planPerplexity, point.title()});
    if (points.size() > kTrendEdits) points.erase(points.begin(), points.end() - kTrendEdits);
    const auto& report = feed_.report();
    trend_->setPoints(std::move(points), report ? std::optional(report->densePerplexity) : std::nullopt);
    const bool wanted = trend_->points().size() > 1;
    if (std::exchange(cells_[Trend].wanted, wanted) != wanted) fit();
}

void HeadlineStrip::refreshMeasurement() {
    QString value = tr("nothing yet");
    QString explanation;
    if (document_.model() == nullptr) {
        value = QStringLiteral("-");
    } else if (feed_.measuring()) {
        value = tr("measuring");
    } else if (const auto& analysis = document_.analysis(); analysis != nullptr) {
        const CalibrationInfo& text = analysis->calibration;
        value = tr("%1 windows").arg(text.samples);
        explanation = tr("%1 windows of %2 tokens of %3")
                          .arg(text.samples)
                          .arg(text.seqLen)
                          .arg(QString::fromStdString(text.source));
    }
    cells_[Measurement].value->setValue(value, explanation);
}

void HeadlineStrip::refreshNext() {
    const PlanResult* result = document_.result();
    const bool removes = document_.valid() && result != nullptr && !isIdentity(result->plan);
    if (document_.model() == nullptr)
        wished_ = demo_ ? Next::Demo : Next::Open;
    else if (feed_.measuring())
        wished_ = Next::Measuring;
    else if (document_.analysis() == nullptr && !removes)
        wished_ = Next::Measure;
    else
        wished_ = Next::Apply;
    const auto show = [&](const QString& text, const QString& explanation, bool enabled) {
        next_->setText(text);
        next_->setToolTip(explanation);
        next_->setAccessibleDescription(text);
        next_->setEnabled(enabled);
    };
    switch (wished_) {
        case Next::Open:
            return show(tr("Open model..."), tr("Open the folder of a checkpoint"), true);
        case Next::Demo:
            return show(tr("Open demo"), tr("Open the model that ships with the program"), true);
        case Next::Measure:
            return show(tr("Measure"), tr("Read the calibration text and see what every part does"), true);
        case Next::Measuring:
            return show(tr("Measuring"), tr("The measurement fills the views by itself"), false);
        case Next::Apply:
            return show(tr("Apply plan..."),
                        removes ? tr("Write the smaller checkpoint")
                                : tr("Write the smaller checkpoint. The plan removes nothing yet."),
                        removes);
    }
}

void HeadlineStrip::press() {
    switch (wished_) {
        case Next::Open:
            return Q_EMIT openWished();
        case Next::Demo:
            return Q_EMIT demoWished();
        case Next::Measure:
            return Q_EMIT measureWished();
        case Next::Measuring:
            return;
        case Next::Apply:
            return Q_EMIT applyWished();
    }
}

}  // namespace secateur
