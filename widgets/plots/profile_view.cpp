// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/profile_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <set>

#include "widgets/plots/csv_text.h"
#include "widgets/plots/curve_toggles.h"
#include "widgets/plots/profile_panels.h"
#include "widgets/plots/unit_text.h"
#include "widgets/plots/value_scale.h"

namespace secateur {

namespace {

float valueAt(const ProfileSeries& series, int layer) {
    const auto found = std::find(series.layers.begin(), series.layers.end(), layer);
    const auto index = static_cast<std::size_t>(found - series.layers.begin());
    return found != series.layers.end() && index < series.values.size() ? series.values[index] : NAN;
}

std::vector<int> layersOf(const std::vector<ProfileSeries>& series) {
    std::set<int> layers;
    for (const ProfileSeries& one : series) layers.insert(one.layers.begin(), one.layers.end());
    return {layers.begin(), layers.end()};
}

QIcon swatch(const QColor& colour, int size) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter(&pixmap).fillRect(pixmap.rect(), colour);
    return QIcon(pixmap);
}

}  // namespace

class ProfileView::Private {
public:
    explicit Private(PlotCanvas* canvas) : panels(canvas) {}

    std::vector<ProfileSeries> series;
    std::vector<QCheckBox*> boxes;  // one a series, owned by the view
    QComboBox* arrangement = nullptr;
    QCheckBox* log = nullptr;
    bool logChosen = false;  // by the user
    ProfilePanels panels;
    std::vector<int> chopped;
    std::vector<int> selected;
    int cursor = -1;
};

ProfileView::ProfileView(QWidget* parent) : PlotView(parent), d_(std::make_unique<Private>(canvas())) {
    setTitle(tr("Which layers matter?"));
    setEmptyText(tr("Nothing has been measured yet. Choose Run > Measure to see how much each layer does."));
    d_->arrangement = new QComboBox(this);
    d_->arrangement->addItems({tr("one below the other"), tr("overlaid, scaled")});
    d_->arrangement->setToolTip(tr("Each metric on an axis of its own, or all of them on one"));
    addOption(tr("Curves"), d_->arrangement);
    d_->log = new QCheckBox(tr("Log scale"), this);
    d_->log->setToolTip(tr("Logarithmic axes, so that one layer does not flatten the others"));
    addOption(d_->log);
    connect(canvas(), &QCustomPlot::beforeReplot, this, [this] { d_->panels.shareHeight(); });
    connect(d_->log, &QCheckBox::clicked, this, [this] { d_->logChosen = true; });
    connect(d_->log, &QCheckBox::toggled, this, &ProfileView::rebuild);
    connect(d_->arrangement, &QComboBox::currentIndexChanged, this, &ProfileView::rebuild);
    connect(&curves(), &CurveToggles::changed, this, &ProfileView::rebuild);
    rebuild();
}

ProfileView::~ProfileView() = default;

void ProfileView::setSeries(std::vector<ProfileSeries> series) {
    const auto sameName = [](const ProfileSeries& a, const ProfileSeries& b) { return a.name == b.name; };
    const bool same =
        std::equal(series.begin(), series.end(), d_->series.begin(), d_->series.end(), sameName);
    d_->series = std::move(series);
    for (ProfileSeries& one : d_->series) one.values.resize(one.layers.size(), NAN);
    if (!same) addBoxes();
    QStringList names;
    for (const ProfileSeries& one : d_->series) names << one.name;
    curves().setNames(names);
    if (!d_->logChosen)
        d_->log->setChecked(std::ranges::any_of(d_->series, [](const ProfileSeries& one) {
            return !one.baseline && oneFlattensOthers(one.values);
        }));
    rebuild();
}

void ProfileView::addBoxes() {
    for (QCheckBox* box : d_->boxes) delete box;
    d_->boxes.clear();
    for (const ProfileSeries& series : d_->series) {
        auto* box = new QCheckBox(series.name, this);
        box->setChecked(seriesVisible(series.name));
        box->setToolTip(tr("Show or hide this curve"));
        connect(box, &QCheckBox::toggled, this,
                [this, name = series.name](bool on) { setSeriesVisible(name, on); });
        addOption(box);
        d_->boxes.push_back(box);
    }
}

void ProfileView::setSeriesVisible(const QString& name, bool visible) {
    curves().setHidden(name, !visible);
}

bool ProfileView::seriesVisible(const QString& name) const {
    return !curves().hidden(name);
}
void ProfileView::setLogScale(bool on) {
    d_->logChosen = true;
    d_->log->setChecked(on);
}
bool ProfileView::logScale() const {
    return d_->log->isChecked();
}
void ProfileView::setChopped(std::vector<int> layers) {
    if (layers == d_->chopped) return;
    d_->chopped = std::move(layers);
    rebuild();
}
int ProfileView::selectedLayer() const {
    return d_->selected.size() == 1 ? d_->selected.front() : -1;
}
void ProfileView::setArrangement(Arrangement arrangement) {
    d_->arrangement->setCurrentIndex(static_cast<int>(arrangement));
}

ProfileView::Arrangement ProfileView::arrangement() const {
    return static_cast<Arrangement>(d_->arrangement->currentIndex());
}

void ProfileView::rebuild() {
    const PlotTheme colours = theme();
    std::vector<ProfilePanels::Curve> curves;
    for (std::size_t i = 0; i < d_->series.size(); ++i) {
        const QColor colour = colours.series(static_cast<int>(i));
        const bool shown = seriesVisible(d_->series[i].name);
        if (i < d_->boxes.size()) {
            const QColor key = shown ? colour : translucent(colour, CurveToggles::kFaint);
            d_->boxes[i]->setIcon(swatch(key, fontMetrics().ascent()));
            d_->boxes[i]->setChecked(shown);
        }
        if (shown) curves.push_back({.series = &d_->series[i], .colour = colour});
    }
    d_->panels.build(curves, arrangement(), logScale(), colours);
    d_->panels.hatch(d_->chopped, colours);
    d_->panels.markSelection(d_->selected);
    d_->panels.markCursor(d_->cursor);
    contentChanged(d_->series.empty());
    moveTo(d_->cursor);
}

void ProfileView::applyTheme(const PlotTheme&) {
    rebuild();
}

void ProfileView::moveTo(int layer) {
    d_->cursor = layer;
    d_->panels.markCursor(layer);
    canvas()->redrawOverlay();
    setHoverText(layer < 0 ? QString() : describeLayer(layer));
}

void ProfileView::pointTo(const QPointF& position) {
    moveTo(d_->panels.layerAt(position));
}
void ProfileView::pointAway() {
    moveTo(-1);
}

void ProfileView::chooseAt(const QPointF& position) {
    const int layer = d_->panels.layerAt(position);
    if (layer >= 0) Q_EMIT layerSelected(layer);
}

bool ProfileView::pressKey(int key) {
    const std::vector<int> layers = layersOf(d_->series);
    if (layers.empty()) return false;
    const auto at = std::lower_bound(layers.begin(), layers.end(), d_->cursor) - layers.begin();
    const auto last = static_cast<std::ptrdiff_t>(layers.size()) - 1;
    const auto go = [&](std::ptrdiff_t to) {
        moveTo(layers[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, last))]);
    };
    switch (key) {
        case Qt::Key_Left:
            go(at - 1);
            return true;
        case Qt::Key_Right:
            go(d_->cursor < 0 ? 0 : at + 1);
            return true;
        case Qt::Key_Home:
            go(0);
            return true;
        case Qt::Key_End:
            go(last);
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (d_->cursor >= 0) Q_EMIT layerSelected(d_->cursor);
            return true;
        default:
            return false;
    }
}

void ProfileView::setSelectedLayer(int originalLayer) {
    setSelectedLayers(originalLayer < 0 ? std::vector<int>{} : std::vector<int>{originalLayer});
}

void ProfileView::setSelectedLayers(const std::vector<int>& originalLayers) {
    d_->selected = originalLayers;
    d_->panels.markSelection(originalLayers);
    canvas()->redrawOverlay();
}

QString ProfileView::describeLayer(int originalLayer) const {
    QStringList parts;
    for (const ProfileSeries& series : d_->series) {
        const float value = valueAt(series, originalLayer);
        if (!seriesVisible(series.name) || std::isnan(value)) continue;
        const QString unit = series.unit == QStringLiteral("%") ? QStringLiteral(" %") : QString();
        parts.append(QStringLiteral("%1 %2%3").arg(series.name, scoreText(value), unit));
    }
    const bool chopped = std::binary_search(d_->chopped.begin(), d_->chopped.end(), originalLayer);
    const QString name =
        chopped ? tr("layer %1, chopped").arg(originalLayer) : tr("layer %1").arg(originalLayer);
    return parts.isEmpty() ? tr("%1: nothing measured").arg(name)
                           : tr("%1: %2").arg(name, parts.join(QStringLiteral(", ")));
}

QString ProfileView::csv() const {
    if (isEmpty()) return {};
    QStringList header{QStringLiteral("layer")};
    for (const ProfileSeries& series : d_->series) {
        const QString unit = series.unit.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(series.unit);
        if (seriesVisible(series.name)) header.append(csvField(series.name + unit));
    }
    QStringList lines{header.join(QLatin1Char(','))};
    for (int layer : layersOf(d_->series)) {
        QStringList fields{QString::number(layer)};
        for (const ProfileSeries& series : d_->series) {
            if (seriesVisible(series.name)) fields.append(csvNumber(valueAt(series, layer)));
        }
        lines.append(fields.join(QLatin1Char(',')));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

QString ProfileView::textSummary() const {
    if (d_->series.empty()) return emptyText();
    QStringList lines;
    for (const ProfileSeries& series : d_->series) {
        if (!seriesVisible(series.name) || series.values.empty()) continue;
        const auto less = [](float a, float b) { return a < b || (std::isnan(b) && !std::isnan(a)); };
        const auto least =
            std::min_element(series.values.begin(), series.values.end(), less) - series.values.begin();
        lines.append(tr("%1: least in layer %2 (%3).")
                         .arg(series.name)
                         .arg(series.layers[static_cast<std::size_t>(least)])
                         .arg(scoreText(series.values[static_cast<std::size_t>(least)])));
    }
    for (int layer : layersOf(d_->series)) lines.append(describeLayer(layer));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace secateur
