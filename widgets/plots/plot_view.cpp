// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_view.h"

#include <QAction>
#include <QApplication>
#include <QBuffer>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMenu>
#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QStackedLayout>
#include <QSvgGenerator>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/figure_dialog.h"
#include "widgets/plots/flow_layout.h"
#include "widgets/plots/plot_canvas.h"

namespace secateur {

namespace {

constexpr int kLeastLines = 7;
constexpr double kZoomPerStep = 0.8;  // share of the range that one step of the wheel leaves

QLabel* wrappingLabel(QWidget* parent, const QString& accessibleName) {
    auto* label = new QLabel(parent);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setAccessibleName(accessibleName);
    return label;
}

QFont titleFont(QFont font) {
    font.setBold(true);
    return font;
}

// Writes through a temporary file, so that an existing file is replaced whole or not at all. Returns why it
// failed, or nothing.
QString writeWhole(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return file.errorString();
    return {};
}

QSize wholePixels(const QSizeF& size) {
    return {static_cast<int>(std::ceil(size.width() - 1e-6)),
            static_cast<int>(std::ceil(size.height() - 1e-6))};
}

// The view has the colours of paper for as long as this lives, when they are wished for.
class PaperColours {
public:
    PaperColours(QWidget& view, bool wished)
        : view_(view),
          wished_(wished),
          own_(view.testAttribute(Qt::WA_SetPalette) ? view.palette() : QPalette()) {
        if (wished_) view_.setPalette(QPalette(QColor(239, 239, 239)));  // black on white where text stands
    }
    ~PaperColours() {
        if (wished_) view_.setPalette(own_);
    }
    PaperColours(const PaperColours&) = delete;
    PaperColours& operator=(const PaperColours&) = delete;

private:
    QWidget& view_;
    bool wished_;
    QPalette own_;
};

}  // namespace

PlotView::PlotView(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    title_ = wrappingLabel(this, {});
    layout->addWidget(title_);
    options_ = new FlowLayout;
    layout->addLayout(options_);
    body_ = new QWidget(this);
    setLeastLines(kLeastLines);
    stack_ = new QStackedLayout(body_);
    canvas_ = new PlotCanvas(body_);
    canvas_->installEventFilter(this);
    emptyLabel_ = wrappingLabel(body_, {});
    emptyLabel_->setAlignment(Qt::AlignCenter);
    emptyLabel_->setAutoFillBackground(true);
    emptyLabel_->setBackgroundRole(QPalette::Base);
    emptyLabel_->setContextMenuPolicy(Qt::NoContextMenu);  // the view's opens instead
    stack_->addWidget(emptyLabel_);
    stack_->addWidget(canvas_);
    layout->addWidget(body_, 1);
    hover_ = wrappingLabel(this, tr("Value under cursor"));
    hover_->setObjectName(QStringLiteral("readout"));
    hover_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    layout->addWidget(hover_);
    provenance_ = wrappingLabel(this, tr("Where the numbers come from"));
    layout->addWidget(provenance_);
    provenance_->hide();
    curves_ = new CurveToggles(this);
    fillMenu();
    restyle();
}

PlotView::~PlotView() = default;

QString PlotView::title() const {
    return title_->text();
}
QString PlotView::provenance() const {
    return provenance_->text();
}
QString PlotView::emptyText() const {
    return emptyLabel_->text();
}
QString PlotView::hoverText() const {
    return hover_->text().trimmed();
}
PlotTheme PlotView::theme() const {
    return PlotTheme::of(palette());
}

void PlotView::setControls(QWidget* controls) {
    static_cast<QVBoxLayout*>(layout())->insertWidget(1, controls);
}

// A stack answers for its text alone when it is asked how high it is at a width.
void PlotView::setLeastLines(int lines) {
    body_->setMinimumHeight(std::max(lines, kLeastLines) * fontMetrics().height());
}

void PlotView::setTitle(const QString& title) {
    title_->setText(title);
    canvas_->setAccessibleName(title);
    if (accessibleName().isEmpty() || accessibleName() != title) setAccessibleName(title);
}

void PlotView::setProvenance(const QString& provenance) {
    provenance_->setText(provenance);
    provenance_->setAccessibleDescription(provenance);
    provenance_->setVisible(!provenance.isEmpty());
}

void PlotView::setEmptyText(const QString& text) {
    emptyLabel_->setText(text);
}

void PlotView::addOption(QWidget* option) {
    options_->addWidget(option);
}

void PlotView::addOption(const QString& label, QWidget* option) {
    auto* caption = new QLabel(label, this);
    caption->setBuddy(option);
    option->setAccessibleName(label);
    auto* pair = new QWidget(this);
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(caption);
    row->addWidget(option);
    options_->addWidget(pair);
}

// As many lines as a usual text needs at this width, whatever is said: the drawing must not jump while the
// mouse moves over it. What is longer is in the tool tip.
void PlotView::reserveReadout() {
    constexpr int kUsualCharacters = 120;
    constexpr int kMostLines = 3;
    const int characters = std::max(1, width() / std::max(1, fontMetrics().averageCharWidth()));
    const int lines = std::clamp((kUsualCharacters + characters - 1) / characters, 1, kMostLines);
    hover_->setFixedHeight(lines * fontMetrics().lineSpacing());
}

void PlotView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    reserveReadout();
}

void PlotView::setHoverText(const QString& text) {
    if (text == hoverText()) return;
    hover_->setText(text.isEmpty() ? QStringLiteral(" ") : text);
    hover_->setToolTip(text);
    hover_->setAccessibleDescription(text);
    Q_EMIT unitHovered(text);
}

void PlotView::contentChanged(bool empty) {
    empty_ = empty;
    stack_->setCurrentWidget(empty ? static_cast<QWidget*>(emptyLabel_) : canvas_);
    if (empty) setHoverText({});
    const QString summary = empty ? emptyLabel_->text() : textSummary();
    setAccessibleDescription(summary);
    canvas_->setAccessibleDescription(summary);
    canvas_->refresh();
}

void PlotView::zoomAt(const QPointF&, double, Qt::KeyboardModifiers) {}
bool PlotView::pressKey(int) {
    return false;
}
bool PlotView::grabAt(const QPointF&) {
    return false;
}

bool PlotView::eventFilter(QObject* watched, QEvent* event) {
    // QCustomPlot keeps what it does not answer to itself from its parents.
    if (watched == canvas_ && event->type() == QEvent::ContextMenu) {
        showMenu(static_cast<QContextMenuEvent*>(event)->globalPos());
        event->accept();
        return true;
    }
    if (watched == canvas_ && !empty_ && pointerEvent(event)) return true;
    return QWidget::eventFilter(watched, event);
}

bool PlotView::pointerEvent(QEvent* event) {
    const auto* mouse = dynamic_cast<QMouseEvent*>(event);
    const bool left = mouse != nullptr && mouse->button() == Qt::LeftButton;
    switch (event->type()) {
        case QEvent::MouseMove:
            dragging_ ? dragTo(mouse->position()) : pointOver(mouse->position());
            return dragging_;
        case QEvent::MouseButtonPress:
            if (!left) return false;
            pressed_ = mouse->pos();
            dragging_ = grabAt(mouse->position());
            return dragging_;
        case QEvent::MouseButtonRelease:
            if (!left) return false;
            if (std::exchange(dragging_, false)) {
                dropAt(mouse->position());
                return true;
            }
            if ((mouse->pos() - pressed_).manhattanLength() < QApplication::startDragDistance())
                clickAt(mouse->position());
            return false;
        case QEvent::MouseButtonDblClick:
            if (left && curveNamed(mouse->position()).isEmpty()) resetView();
            return left;
        case QEvent::Leave:
            pointAway();
            return false;
        case QEvent::Wheel: {
            const auto* wheel = static_cast<QWheelEvent*>(event);
            const int turn = wheel->angleDelta().y() != 0 ? wheel->angleDelta().y() : wheel->angleDelta().x();
            zoomAt(wheel->position(), std::pow(kZoomPerStep, turn / 120.0), wheel->modifiers());
            return true;
        }
        case QEvent::KeyPress:
            return pressKey(static_cast<QKeyEvent*>(event)->key());
        default:
            return false;
    }
}

QString PlotView::curveNamed(const QPointF&) const {
    return {};
}

void PlotView::pointOver(const QPointF& position) {
    pointTo(position);
    const QString name = curveNamed(position);
    if (!name.isEmpty()) setHoverText(curves_->said(name));
}

void PlotView::clickAt(const QPointF& position) {
    const QString name = curveNamed(position);
    if (name.isEmpty()) return chooseAt(position);
    curves_->toggle(name);
    setHoverText(curves_->said(name));
}

void PlotView::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        restyle();
        applyTheme(theme());
        canvas_->refresh();
    }
}

void PlotView::restyle() {
    title_->setFont(titleFont(font()));
    hover_->setMinimumHeight(2 * QFontMetrics(font()).lineSpacing());
    QPalette quiet = palette();
    quiet.setColor(QPalette::WindowText, theme().muted);
    emptyLabel_->setPalette(quiet);
    provenance_->setPalette(quiet);
    canvas_->setFont(font());
    reserveReadout();
}

QImage PlotView::toImage(double scale, const QSize& size) const {
    return imageOf((QSizeF(size.isEmpty() ? this->size() : size) * scale).toSize(), scale);
}

QImage PlotView::imageOf(const QSize& pixels, double scale) const {
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(scale);
    paintPicture(image, wholePixels(QSizeF(pixels) / scale));
    return image;
}

void PlotView::paintPicture(QPaintDevice& device, const QSize& size) const {
    const PlotTheme colours = theme();
    const int margin = QFontMetrics(font()).height() / 2;
    const QRect all(QPoint(0, 0), size);
    const QRect inner = all.adjusted(margin, margin, -margin, -margin);
    QCPPainter painter(&device);
    painter.setRenderHint(QPainter::LosslessImageRendering);  // a page would blur the cells of a map
    painter.fillRect(all, colours.background);
    painter.setPen(colours.text);
    painter.setFont(titleFont(font()));
    QRect titleRect;
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, title(), &titleRect);
    painter.setFont(font());
    painter.setPen(colours.muted);
    const QRect footBounds = painter.boundingRect(inner, Qt::AlignLeft | Qt::TextWordWrap, provenance());
    const int foot = provenance().isEmpty() ? 0 : footBounds.height() + margin / 2;
    painter.drawText(inner, Qt::AlignLeft | Qt::AlignBottom | Qt::TextWordWrap, provenance());
    const QRect body(inner.left(), titleRect.bottom() + margin / 2, inner.width(),
                     inner.bottom() - foot - titleRect.bottom() - margin / 2);
    if (empty_) {
        painter.drawText(body, Qt::AlignCenter | Qt::TextWordWrap, emptyText());
        return;
    }
    painter.translate(body.topLeft());
    canvas_->toPainter(&painter, body.width(), body.height());
}

bool PlotView::report(bool saved, const QString& path, const QString& reason) {
    Q_EMIT messageRaised(saved ? tr("Saved %1").arg(path) : tr("Could not write %1: %2").arg(path, reason));
    return saved;
}

bool PlotView::savePng(const QString& path, double scale, const QSize& size) {
    return writePng(path, toImage(scale, size));
}

bool PlotView::writePng(const QString& path, const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG")) return report(false, path, tr("the picture is empty"));
    const QString reason = writeWhole(path, bytes);
    return report(reason.isEmpty(), path, reason);
}

bool PlotView::saveFigure(const QString& path, FigureFile file, const FigureForm& form, const QSize& usual) {
    const PaperColours colours(*this, form.paper);
    const double screen = logicalDpiX();
    const QSize otherwise = usual.isEmpty() ? size() : usual;
    const QSizeF drawn = form.drawn(file, otherwise, screen);
    if (file == FigureFile::Svg) return saveSvg(path, drawn);
    if (file == FigureFile::Pdf) return savePdf(path, drawn);
    QImage image = imageOf(form.pixels(otherwise, screen), form.dpi / screen);
    constexpr double kMetresPerInch = 0.0254;
    image.setDotsPerMeterX(qRound(form.dpi / kMetresPerInch));
    image.setDotsPerMeterY(qRound(form.dpi / kMetresPerInch));
    return writePng(path, image);
}

bool PlotView::saveSvg(const QString& path, const QSizeF& size) {
    const QSize drawn = size.isEmpty() ? this->size() : wholePixels(size);
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setResolution(logicalDpiX());
    generator.setOutputDevice(&buffer);
    generator.setSize(drawn);
    generator.setViewBox(QRect(QPoint(0, 0), drawn));
    generator.setTitle(title());
    generator.setDescription(textSummary());
    paintPicture(generator, drawn);
    const QString reason = writeWhole(path, buffer.data());
    return report(reason.isEmpty(), path, reason);
}

bool PlotView::savePdf(const QString& path, const QSizeF& size) {
    constexpr double kPointsPerInch = 72.0;
    const QSizeF drawn = size.isEmpty() ? QSizeF(this->size()) : size;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        // A dot of the page is a pixel of the screen, so that text and lines keep their proportion.
        QPdfWriter writer(&buffer);
        writer.setResolution(logicalDpiX());
        writer.setTitle(title());
        writer.setCreator(QStringLiteral("Secateur"));
        writer.setPageSize(
            QPageSize(drawn * kPointsPerInch / logicalDpiX(), QPageSize::Point, {}, QPageSize::ExactMatch));
        writer.setPageMargins({});
        paintPicture(writer, wholePixels(drawn));
    }
    const QString reason = writeWhole(path, bytes);
    return report(reason.isEmpty(), path, reason);
}

bool PlotView::saveCsv(const QString& path) {
    const QString reason = writeWhole(path, csv().toUtf8());
    return report(reason.isEmpty(), path, reason);
}

void PlotView::copyImage() const {
    QApplication::clipboard()->setImage(toImage(2.0));
}
void PlotView::copyCsv() const {
    QApplication::clipboard()->setText(csv());
}

// The dialogs are opened, not executed: the window stays alive behind them.
void PlotView::askFigure(FigureFile file) {
    (new FigureDialog(*this, file))->open();
}

void PlotView::askCsv() {
    auto* dialog = new QFileDialog(this, tr("Save numbers"), {}, tr("Comma-separated values (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("csv"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) { saveCsv(path); });
    dialog->open();
}

void PlotView::fillMenu() {
    const auto add = [this](const QString& text, auto&& act) {
        auto* action = new QAction(text, this);
        connect(action, &QAction::triggered, this, act);
        addAction(action);
    };
    add(tr("Copy image"), [this] { copyImage(); });
    add(tr("Copy numbers as CSV"), [this] { copyCsv(); });
    add(tr("Save PNG..."), [this] { askFigure(FigureFile::Png); });
    add(tr("Save SVG..."), [this] { askFigure(FigureFile::Svg); });
    add(tr("Save PDF..."), [this] { askFigure(FigureFile::Pdf); });
    add(tr("Save CSV..."), [this] { askCsv(); });
}

void PlotView::contextMenuEvent(QContextMenuEvent* event) {
    showMenu(event->globalPos());
    event->accept();
}

void PlotView::showMenu(const QPoint& globalPosition) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addActions(actions());
    curves_->addTo(*menu);
    menu->popup(globalPosition);
}

}  // namespace secateur
