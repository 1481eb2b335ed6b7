// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/figure_form_box.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <algorithm>

namespace secateur {
namespace {

struct Preset {
    const char* name;
    QSizeF size;
    FigureForm::Unit unit;
};
using Unit = FigureForm::Unit;
const Preset kPresets[] = {
    {QT_TRANSLATE_NOOP("secateur::FigureFormBox", "Column of a paper"), {85, 60}, Unit::Millimetres},
    {QT_TRANSLATE_NOOP("secateur::FigureFormBox", "Page width of a paper"), {170, 105}, Unit::Millimetres},
    {QT_TRANSLATE_NOOP("secateur::FigureFormBox", "Slide"), {1920, 1080}, Unit::Pixels},
};
constexpr int kUsual = 0;  // places in the list of presets
constexpr int kOwn = 1 + static_cast<int>(std::size(kPresets));

constexpr double kLeastMillimetres = 20, kMostMillimetres = 1000;
constexpr double kLeastPixels = 100, kMostPixels = 20000;

}  // namespace

FigureFormBox::FigureFormBox(const QString& usual, const QSize& usualSize, QWidget* parent)
    : QWidget(parent), usualSize_(usualSize) {
    build(usual);
    connect(preset_, &QComboBox::activated, this, &FigureFormBox::choosePreset);
    connect(unit_, &QComboBox::activated, this, &FigureFormBox::unitChosen);
    for (QDoubleSpinBox* side : {width_, height_})
        connect(side, &QDoubleSpinBox::valueChanged, this, &FigureFormBox::sizeEdited);
    connect(dpi_, &QSpinBox::valueChanged, this, &FigureFormBox::refresh);
    connect(paper_, &QCheckBox::toggled, this, &FigureFormBox::refresh);
    choosePreset(kUsual);
}

void FigureFormBox::build(const QString& usual) {
    preset_ = new QComboBox(this);
    preset_->addItem(usual);
    for (const Preset& preset : kPresets) preset_->addItem(tr(preset.name));
    preset_->addItem(tr("Own size"));
    preset_->setAccessibleName(tr("Size"));
    preset_->setToolTip(tr("How large the figure is: a usual size, or your own below"));
    const auto side = [this](const QString& name, const QString& tip) {
        auto* made = new QDoubleSpinBox(this);
        made->setDecimals(0);
        made->setAccessibleName(name);
        made->setToolTip(tip);
        return made;
    };
    width_ = side(tr("Width"), tr("Width of the figure"));
    height_ = side(tr("Height"), tr("Height of the figure"));
    unit_ = new QComboBox(this);
    unit_->addItems({tr("mm"), tr("px")});
    unit_->setAccessibleName(tr("Unit of the size"));
    unit_->setToolTip(tr("Millimetres on paper, or pixels of a picture"));
    dpi_ = new QSpinBox(this);
    dpi_->setRange(FigureForm::kLeastDpi, FigureForm::kMostDpi);
    dpi_->setSuffix(tr(" dpi"));
    dpi_->setAccessibleName(tr("Resolution"));
    dpi_->setToolTip(
        tr("Dots an inch of a PNG picture: 96 for a screen, 300 or more for print. A size in "
           "pixels keeps its pixels, and its text grows with the resolution"));
    dpi_->setValue(FigureForm{}.dpi);
    paper_ = new QCheckBox(tr("Light colours, for paper"), this);
    paper_->setToolTip(tr("Dark lines on white, whatever the theme of the window"));
    outcome_ = new QLabel(this);
    outcome_->setAccessibleName(tr("What the file will be"));
    outcome_->setWordWrap(true);
    auto* sides = new QWidget(this);
    auto* line = new QHBoxLayout(sides);
    line->setContentsMargins({});
    line->addWidget(width_, 1);
    line->addWidget(new QLabel(QString(QChar(0x00D7)), sides));
    line->addWidget(height_, 1);
    line->addWidget(unit_);
    auto* rows = new QFormLayout(this);
    rows->setContentsMargins({});
    rows->addRow(tr("&Size"), preset_);
    rows->addRow(tr("&Width and height"), sides);
    dpiLabel_ = new QLabel(tr("&Resolution"), this);
    dpiLabel_->setBuddy(dpi_);
    rows->addRow(dpiLabel_, dpi_);
    rows->addRow(QString(), paper_);
    rows->addRow(QString(), outcome_);
    static_cast<QLabel*>(rows->labelForField(sides))->setBuddy(width_);
}

void FigureFormBox::setForm(const FigureForm& form) {
    {
        const QSignalBlocker quietDpi(dpi_), quietPaper(paper_);
        dpi_->setValue(form.dpi);
        paper_->setChecked(form.paper);
    }
    if (form.size.isEmpty()) return choosePreset(kUsual);
    unit_->setCurrentIndex(static_cast<int>(form.unit));
    showUnit();
    const QSignalBlocker quietWidth(width_), quietHeight(height_);
    width_->setValue(form.size.width());
    height_->setValue(form.size.height());
    const auto* known = std::ranges::find_if(
        kPresets, [&](const Preset& preset) { return preset.unit == form.unit && preset.size == form.size; });
    preset_->setCurrentIndex(known == std::end(kPresets) ? kOwn : 1 + static_cast<int>(known - kPresets));
    refresh();
}

FigureForm FigureFormBox::form() const {
    FigureForm form;
    if (preset_->currentIndex() != kUsual) form.size = {width_->value(), height_->value()};
    form.unit = static_cast<FigureForm::Unit>(unit_->currentIndex());
    form.dpi = dpi_->value();
    form.paper = paper_->isChecked();
    return form;
}

void FigureFormBox::setFiles(const std::vector<FigureFile>& files) {
    files_ = files;
    refresh();
}

bool FigureFormBox::acceptable() const {
    if (std::ranges::find(files_, FigureFile::Png) == files_.end()) return true;
    const QSize pixels = form().pixels(usualSize_, logicalDpiX());
    return qint64{pixels.width()} * pixels.height() <= FigureForm::kMostPixels;
}

void FigureFormBox::choosePreset(int preset) {
    preset_->setCurrentIndex(preset);
    if (preset != kUsual && preset != kOwn) {
        const Preset& chosen = kPresets[preset - 1];
        unit_->setCurrentIndex(static_cast<int>(chosen.unit));
        showUnit();
        const QSignalBlocker quietWidth(width_), quietHeight(height_);
        width_->setValue(chosen.size.width());
        height_->setValue(chosen.size.height());
    } else if (preset == kUsual) {
        // Shown in pixels, to begin one's own size from.
        unit_->setCurrentIndex(static_cast<int>(Unit::Pixels));
        showUnit();
        const QSignalBlocker quietWidth(width_), quietHeight(height_);
        width_->setValue(usualSize_.width());
        height_->setValue(usualSize_.height());
    }
    refresh();
}

void FigureFormBox::sizeEdited() {
    preset_->setCurrentIndex(kOwn);
    refresh();
}

// The figure stays as large as it was.
void FigureFormBox::unitChosen() {
    const bool toPixels = unit_->currentIndex() == static_cast<int>(Unit::Pixels);
    const double perInch = std::ranges::find(files_, FigureFile::Png) == files_.end()
                               ? static_cast<double>(logicalDpiX())
                               : static_cast<double>(dpi_->value());
    const double factor =
        toPixels ? perInch / FigureForm::kMillimetresPerInch : FigureForm::kMillimetresPerInch / perInch;
    const QSizeF shown(width_->value(), height_->value());
    showUnit();
    {
        const QSignalBlocker quietWidth(width_), quietHeight(height_);
        width_->setValue(shown.width() * factor);
        height_->setValue(shown.height() * factor);
    }
    sizeEdited();
}

void FigureFormBox::showUnit() {
    const bool pixels = unit_->currentIndex() == static_cast<int>(Unit::Pixels);
    for (QDoubleSpinBox* side : {width_, height_}) {
        const QSignalBlocker quiet(side);
        side->setRange(pixels ? kLeastPixels : kLeastMillimetres, pixels ? kMostPixels : kMostMillimetres);
    }
}

void FigureFormBox::refresh() {
    const bool picture = std::ranges::find(files_, FigureFile::Png) != files_.end();
    dpi_->setVisible(picture);
    dpiLabel_->setVisible(picture);
    const double screen = logicalDpiX();
    const FigureForm wished = form();
    if (picture) {
        const QSize pixels = wished.pixels(usualSize_, screen);
        const double inches = pixels.width() / static_cast<double>(wished.dpi);
        QString said = tr("A picture of %1 %2 %3 pixels, %4 mm wide in print.")
                           .arg(pixels.width())
                           .arg(QChar(0x00D7))
                           .arg(pixels.height())
                           .arg(qRound(inches * FigureForm::kMillimetresPerInch));
        if (!acceptable())
            said += QLatin1Char(' ') + tr("That is more than 100 million: lower the size or the resolution.");
        outcome_->setText(said);
    } else {
        const QSizeF drawn =
            wished.drawn(FigureFile::Pdf, usualSize_, screen) * FigureForm::kMillimetresPerInch / screen;
        outcome_->setText(tr("A drawing of %1 %2 %3 mm, sharp at any size.")
                              .arg(qRound(drawn.width()))
                              .arg(QChar(0x00D7))
                              .arg(qRound(drawn.height())));
    }
    Q_EMIT changed();
}

}  // namespace secateur
