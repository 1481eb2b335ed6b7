// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all plots share: a title that asks the question, a bar of options, the drawing, one line that says
// exactly what is under the cursor, where the numbers come from, what to do when there is nothing to draw,
// and the context menu that copies or saves image and numbers. A view adds its drawing to canvas() and says
// its numbers in csv() and textSummary(). GUI thread only.
#pragma once

#include <QImage>
#include <QPointF>
#include <QString>
#include <QWidget>

#include "widgets/plots/figure_form.h"

class QLabel;
class QStackedLayout;

namespace secateur {

class CurveToggles;
class FlowLayout;
class PlotCanvas;
struct PlotTheme;

class PlotView : public QWidget {
    Q_OBJECT
public:
    ~PlotView() override;

    [[nodiscard]] QString title() const;
    // Where the numbers come from, e.g. "sample.txt, 128 windows of 128 tokens, exact statistics, float32".
    void setProvenance(const QString& provenance);
    [[nodiscard]] QString provenance() const;
    // What to do when there is nothing to draw; each view has its own text, the window may replace it while a
    // job runs.
    void setEmptyText(const QString& text);
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] bool isEmpty() const noexcept { return empty_; }
    // Which of the curves that the legend lists are shown.
    [[nodiscard]] CurveToggles& curves() const noexcept { return *curves_; }
    // The exact value under the cursor, as last shown.
    [[nodiscard]] QString hoverText() const;
    // What a panel chooses for the view: between title and options. The view owns it.
    void setControls(QWidget* controls);

    // The numbers that are drawn, one header line, comma separated, '.' as decimal point.
    [[nodiscard]] virtual QString csv() const = 0;
    // What a reader who cannot see the drawing needs to know; also the accessible description.
    [[nodiscard]] virtual QString textSummary() const = 0;

    // Title, drawing and provenance without the options; `size` in logical pixels, empty = as on screen.
    [[nodiscard]] QImage toImage(double scale = 1.0, const QSize& size = {}) const;
    // Each returns false, and raises a message that names the file, when it could not be written. Existing
    // files are replaced. `size` as for toImage().
    bool savePng(const QString& path, double scale = 2.0, const QSize& size = {});
    bool saveSvg(const QString& path, const QSizeF& size = {});
    bool savePdf(const QString& path, const QSizeF& size = {});  // one page of that size
    bool saveCsv(const QString& path);
    // In that form, which may have other colours than the window. `usual`: the size in pixels of the screen
    // where the form names none; empty: as on the screen.
    bool saveFigure(const QString& path, FigureFile file, const FigureForm& form, const QSize& usual = {});
    // What the next figure is offered in.
    void setFigureForm(const FigureForm& form) { figureForm_ = form; }
    [[nodiscard]] const FigureForm& figureForm() const noexcept { return figureForm_; }

public Q_SLOTS:
    void copyImage() const;
    void copyCsv() const;

Q_SIGNALS:
    void unitHovered(const QString& text);  // empty when the cursor leaves
    // For the status bar: what was saved, or why it could not be.
    void messageRaised(const QString& text);
    void figureFormChosen(const secateur::FigureForm& form);  // by the user

protected:
    explicit PlotView(QWidget* parent);

    [[nodiscard]] PlotCanvas* canvas() const noexcept { return canvas_; }
    void setTitle(const QString& title);
    void addOption(QWidget* option);                        // to the bar, in order
    void addOption(const QString& label, QWidget* option);  // labelled, and named so for screen readers
    void setHoverText(const QString& text);
    void setLeastLines(int lines);  // the drawing is never lower than so many lines of text
    [[nodiscard]] QLabel* hoverLabel() const noexcept { return hover_; }
    // After the data changed: shows drawing or empty state, redraws, renews the text equivalent.
    void contentChanged(bool empty);
    [[nodiscard]] PlotTheme theme() const;
    // Restyles everything the view added to the canvas; called at construction's end by the view and at
    // palette or font changes.
    virtual void applyTheme(const PlotTheme& theme) = 0;

    // What the pointer and the keys do on the canvas; positions are those of the canvas. A view overrides
    // what it answers to.
    virtual void pointTo(const QPointF& position) { Q_UNUSED(position) }
    virtual void pointAway() {}
    virtual void chooseAt(const QPointF& position) { Q_UNUSED(position) }  // a click that was no drag
    // The curve whose name stands there, in a legend or at a curve's end; a click on it hides or shows it.
    [[nodiscard]] virtual QString curveNamed(const QPointF& position) const;
    virtual void resetView() {}  // a double click
    virtual void zoomAt(const QPointF& position, double factor,
                        Qt::KeyboardModifiers modifiers);  // factor < 1: nearer
    virtual bool pressKey(int key);                        // true when the key meant something here
    // A drag of something drawn: true from grabAt() sends every move to dragTo() until dropAt().
    virtual bool grabAt(const QPointF& position);
    virtual void dragTo(const QPointF& position) { Q_UNUSED(position) }
    virtual void dropAt(const QPointF& position) { Q_UNUSED(position) }

    bool eventFilter(QObject* watched, QEvent* event) final;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void showMenu(const QPoint& globalPosition);
    bool pointerEvent(QEvent* event);
    void pointOver(const QPointF& position);
    void clickAt(const QPointF& position);
    void paintPicture(QPaintDevice& device, const QSize& size) const;
    [[nodiscard]] QImage imageOf(const QSize& pixels, double scale) const;
    bool writePng(const QString& path, const QImage& image);
    void restyle();
    void reserveReadout();
    void fillMenu();
    bool report(bool saved, const QString& path, const QString& reason);
    void askFigure(FigureFile file);
    void askCsv();

    QLabel* title_ = nullptr;
    QWidget* body_ = nullptr;  // of the drawing, or of what stands there without one
    FlowLayout* options_ = nullptr;
    QStackedLayout* stack_ = nullptr;
    PlotCanvas* canvas_ = nullptr;
    QLabel* emptyLabel_ = nullptr;
    QLabel* hover_ = nullptr;
    QLabel* provenance_ = nullptr;
    CurveToggles* curves_ = nullptr;
    FigureForm figureForm_;
    bool empty_ = true;
    bool dragging_ = false;
    QPoint pressed_;
};

}  // namespace secateur
