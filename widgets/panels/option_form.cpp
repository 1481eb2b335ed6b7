// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/option_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/base/error.h"
#include "core/base/units.h"
#include "widgets/document/window_words.h"
#include "widgets/guide/choice_words.h"
#include "widgets/panels/number_box.h"
#include "widgets/panels/number_text.h"

namespace secateur {
namespace {

constexpr int kShownCharacters = 10;  // of a number
constexpr int kLabelSpacing = 6;
constexpr qint64 kAgainMilliseconds = 700;  // steps that follow each other so closely are one change
constexpr double kTenth = 0.1;              // of a percent, as shares are shown

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

QFormLayout* formOf(QWidget* widget) {
    auto* form = new QFormLayout(widget);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setVerticalSpacing(4);
    return form;
}

QString suffixOf(const OptionSpec& spec) {
    return spec.unit.empty() ? QString() : QLatin1Char(' ') + text(spec.unit);
}

// Spaces are for reading, but in texts that mean themselves.
QString compacted(const OptionSpec& spec, const QString& typed) {
    if (std::holds_alternative<std::string>(spec.usual)) return typed.trimmed();
    QString compact = typed;
    return compact.remove(QLatin1Char(' '));
}

// Lists of layers with ranges, others in their order; amounts with a unit where that says them exactly.
QString lineText(const OptionSpec& spec, const OptionValue& value) {
    if (value == spec.usual) return {};
    if (const auto* numbers = std::get_if<std::vector<int>>(&value)) {
        if (std::ranges::is_sorted(*numbers, std::less_equal<>())) return formatLayers(*numbers);
        return text(formatOption(value)).replace(QLatin1Char(','), QStringLiteral(", "));
    }
    if (const auto* amount = std::get_if<std::int64_t>(&value); amount != nullptr && isAmount(spec)) {
        const std::string words = spec.unit == "bytes" ? formatBytes(*amount) : formatCount(*amount);
        if (amountOf(words) == *amount) return text(words);
    }
    if (const auto* number = std::get_if<double>(&value)) return QString::number(*number, 'g', 12);
    return text(formatOption(value));
}

template <class Box>
void prepare(Box* box, const OptionSpec& spec) {
    box->setKeyboardTracking(false);
    box->setSuffix(suffixOf(spec));
    box->setMinimumWidth(kShownCharacters * box->fontMetrics().averageCharWidth() +
                         box->fontMetrics().horizontalAdvance(box->suffix()));
    // Words for the default need a value of their own to stand for: the lowest.
    if (!spec.usually.empty() && box->minimum() == box->value()) box->setSpecialValueText(text(spec.usually));
}

}  // namespace

QString optionText(const OptionSpec& spec, const OptionValue& value) {
    if (const bool* on = std::get_if<bool>(&value)) return *on ? OptionForm::tr("on") : OptionForm::tr("off");
    if (const auto* share = std::get_if<double>(&value); share != nullptr && spec.share)
        return OptionForm::tr("%1 %").arg(QString::number(std::round(1000.0 * *share) / 10.0));
    const QString said = value == spec.usual ? text(usualText(spec)) : lineText(spec, value);
    return said.isEmpty() ? OptionForm::tr("none") : isAmount(spec) ? said : said + suffixOf(spec);
}

OptionForm::OptionForm(std::vector<OptionSpec> specs, std::vector<std::string> elsewhere, QWidget* parent,
                       Lines lines)
    : QWidget(parent),
      specs_(std::move(specs)),
      elsewhere_(std::move(elsewhere)),
      lines_(lines),
      form_(formOf(this)),
      more_(new QWidget(this)) {
    formOf(more_);
    build();
}

void OptionForm::build() {
    fields_.clear();
    headings_.clear();
    reasons_.clear();
    unread_.clear();
    dragged_ = false;
    for (QFormLayout* form : {form_, static_cast<QFormLayout*>(more_->layout())})
        while (form->rowCount() > 0) form->removeRow(0);
    for (const OptionSpec& spec : specs_) {
        const bool hidden = spec.place == OptionSpec::Place::CommandLine;
        if (!hidden && std::ranges::find(elsewhere_, spec.key) == elsewhere_.end()) add(spec);
    }
    showEffects();
}

void OptionForm::orderTabs(QWidget* before, QWidget* beforeMore) {
    for (const OptionSpec& spec : specs_) {
        const auto field = fields_.constFind(text(spec.key));
        if (field == fields_.constEnd()) continue;
        QWidget*& last = spec.place == OptionSpec::Place::Main ? before : beforeMore;
        for (QWidget* editor : field->editors) {
            setTabOrder(last, editor);
            last = editor;
        }
    }
}

void OptionForm::add(const OptionSpec& spec) {
    const bool main = spec.place == OptionSpec::Place::Main;
    QWidget* parent = main ? static_cast<QWidget*>(this) : more_;
    auto* form = main ? form_ : static_cast<QFormLayout*>(more_->layout());
    QLabel* heading = main ? nullptr : headingFor(spec);
    Field field = fieldFor(spec, parent);
    field.heading = heading;
    if (field.editors.empty()) field.editors = {field.widget};
    field.widget->setObjectName(text(spec.key));
    for (QWidget* editor : field.editors) {
        if (editor->accessibleName().isEmpty()) editor->setAccessibleName(text(spec.label));
        editor->setToolTip(text(spec.help));
    }
    if (qobject_cast<QCheckBox*>(field.widget) != nullptr) {
        form->addRow(field.widget);
    } else {
        // The largest number of a spin box would ask for much more width than is ever needed.
        const bool spins = qobject_cast<QAbstractSpinBox*>(field.widget) != nullptr;
        field.widget->setSizePolicy(spins ? QSizePolicy::Ignored : QSizePolicy::Expanding,
                                    QSizePolicy::Fixed);
        auto* label = new QLabel(text(spec.label), parent);
        label->setBuddy(field.editors.front());
        label->setToolTip(text(spec.help));
        field.label = label;
        form->addRow(label, field.widget);
    }
    fields_.insert(text(spec.key), field);
    showValue(spec);
}

// The heading of the spec's section, before the first of its options.
QLabel* OptionForm::headingFor(const OptionSpec& spec) {
    if (spec.section.empty()) return nullptr;
    QLabel*& heading = headings_[text(spec.section)];
    if (heading == nullptr) {
        heading = new QLabel(text(spec.section), more_);
        heading->setForegroundRole(QPalette::PlaceholderText);
        static_cast<QFormLayout*>(more_->layout())->addRow(heading);
    }
    return heading;
}

OptionForm::Field OptionForm::fieldFor(const OptionSpec& spec, QWidget* parent) {
    if (std::holds_alternative<bool>(spec.usual)) return flagField(spec, parent);
    if (std::holds_alternative<std::string>(spec.usual) && !spec.choices.empty())
        return choiceField(spec, parent);
    if (!isOptional(spec) && !isAmount(spec)) {
        if (std::holds_alternative<std::int64_t>(spec.usual)) return integerField(spec, parent);
        if (std::holds_alternative<double>(spec.usual))
            return spec.share ? shareField(spec, parent) : numberField(spec, parent);
    }
    return lineField(spec, parent);
}

OptionForm::Field OptionForm::flagField(const OptionSpec& spec, QWidget* parent) {
    auto* box = new QCheckBox(text(spec.label), parent);
    connect(box, &QCheckBox::toggled, this, [this, key = spec.key](bool on) { edit(key, on); });
    return {box, [box](const OptionValue& value) {
                const QSignalBlocker quiet(box);
                box->setChecked(std::get<bool>(value));
            }};
}

OptionForm::Field OptionForm::choiceField(const OptionSpec& spec, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    for (const std::string& choice : spec.choices) box->addItem(text(choice));
    explainChoices(*box, spec.key);
    connect(box, &QComboBox::currentIndexChanged, this,
            [this, box, key = spec.key] { edit(key, box->currentText().toStdString()); });
    return {box, [box](const OptionValue& value) {
                const QSignalBlocker quiet(box);
                box->setCurrentIndex(box->findText(text(std::get<std::string>(value))));
            }};
}

OptionForm::Field OptionForm::integerField(const OptionSpec& spec, QWidget* parent) {
    const auto usual = static_cast<double>(std::get<std::int64_t>(spec.usual));
    if (spec.most > std::numeric_limits<int>::max() || spec.least == spec.most) {
        auto* box = new NumberBox(spec.least, spec.most, usual, NumberBox::Kind::Whole, parent);
        prepare(box, spec);
        connect(box, &QDoubleSpinBox::valueChanged, this,
                [this, key = spec.key](double value) { step(key, static_cast<std::int64_t>(value)); });
        return {box, [box](const OptionValue& value) {
                    const QSignalBlocker quiet(box);
                    box->setValue(static_cast<double>(std::get<std::int64_t>(value)));
                }};
    }
    auto* box = new QSpinBox(parent);
    box->setRange(static_cast<int>(spec.least), static_cast<int>(spec.most));
    box->setValue(static_cast<int>(usual));
    prepare(box, spec);
    connect(box, &QSpinBox::valueChanged, this,
            [this, key = spec.key](int value) { step(key, std::int64_t{value}); });
    return {box, [box](const OptionValue& value) {
                const QSignalBlocker quiet(box);
                box->setValue(static_cast<int>(std::get<std::int64_t>(value)));
            }};
}

OptionForm::Field OptionForm::numberField(const OptionSpec& spec, QWidget* parent) {
    const double usual = std::get<double>(spec.usual);
    const double least = spec.openBelow ? spec.least + NumberBox::kSmallest : spec.least;
    const double most = spec.openAbove ? spec.most - NumberBox::kSmallest : spec.most;
    auto* box = new NumberBox(least, most, usual, NumberBox::Kind::Real, parent);
    prepare(box, spec);
    connect(box, &QDoubleSpinBox::valueChanged, this,
            [this, key = spec.key](double value) { step(key, value); });
    return {box, [box](const OptionValue& value) {
                const QSignalBlocker quiet(box);
                box->setValue(std::get<double>(value));
            }};
}

OptionForm::Field OptionForm::shareField(const OptionSpec& spec, QWidget* parent) {
    auto* row = new QWidget(parent);
    auto* slider = new QSlider(Qt::Horizontal, row);
    auto* box = new QDoubleSpinBox(row);
    const double least = 100.0 * spec.least + (spec.openBelow ? kTenth : 0.0);
    const double most = 100.0 * spec.most - (spec.openAbove ? kTenth : 0.0);
    slider->setRange(static_cast<int>(std::ceil(least)), static_cast<int>(std::floor(most)));
    slider->setPageStep(5);
    box->setRange(least, most);
    box->setDecimals(1);
    box->setKeyboardTracking(false);
    box->setSuffix(tr(" %"));
    box->setAccessibleName(tr("%1 percent").arg(text(spec.label)));
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(slider, 1);
    layout->addWidget(box);
    const auto show = [slider, box](double percent) {
        const QSignalBlocker quietSlider(slider);
        const QSignalBlocker quietBox(box);
        slider->setValue(static_cast<int>(std::lround(percent)));
        box->setValue(percent);
    };
    const auto take = [this, show, key = spec.key](double percent) {
        show(percent);
        step(key, percent / 100.0);
    };
    connect(slider, &QSlider::valueChanged, this, take);
    connect(box, &QDoubleSpinBox::valueChanged, this, take);
    const auto hold = [this](bool held) {
        dragged_ = held;
        stepped_.clear();
    };
    connect(slider, &QSlider::sliderPressed, this, [hold] { hold(true); });
    connect(slider, &QSlider::sliderReleased, this, [hold] { hold(false); });
    return {row, [show](const OptionValue& value) { show(100.0 * std::get<double>(value)); }, {slider, box}};
}

OptionForm::Field OptionForm::lineField(const OptionSpec& spec, QWidget* parent) {
    auto* line = new QLineEdit(parent);
    line->setPlaceholderText(text(usualText(spec)));
    if (lines_ == Lines::AsTyped) {
        connect(line, &QLineEdit::textChanged, this,
                [this, spec](const QString& typed) { read(spec, typed); });
    } else {
        connect(line, &QLineEdit::editingFinished, this, [this, line, spec] {
            line->setModified(false);
            read(spec, line->text());
        });
    }
    return {line, [line, spec](const OptionValue& value) {
                if (line->hasFocus() && line->isModified()) return;
                const QSignalBlocker quiet(line);
                line->setText(lineText(spec, value));
            }};
}

void OptionForm::edit(const std::string& key, const OptionValue& value) {
    values_.set(key, value);
    unread_.remove(text(key));
    const OptionSpec& spec = *findSpec(specs_, key);
    for (const OptionSpec& other : specs_) {
        if (!excludeEachOther(spec, other)) continue;
        values_.erase(other.key);
        unread_.remove(text(other.key));
        showValue(other);
    }
    showEffects();
    Q_EMIT valuesChanged();
    stepped_.clear();
    continues_ = false;
}

void OptionForm::step(const std::string& key, const OptionValue& value) {
    continues_ = stepped_ == key && (dragged_ || lastStep_.elapsed() < kAgainMilliseconds);
    edit(key, value);
    stepped_ = key;
    lastStep_.start();
}

void OptionForm::read(const OptionSpec& spec, const QString& typed) {
    const QString key = text(spec.key);
    const QString compact = compacted(spec, typed);
    const auto standIn = standIns_.constFind(key);
    const bool none = compact.isEmpty() || (standIn != standIns_.constEnd() &&
                                            compact == compacted(spec, lineText(spec, *standIn)));
    try {
        const OptionValue value = none ? spec.usual : parseOption(spec, compact.toStdString(), {});
        const OptionValue* present = values_.find(spec.key);
        if (!unread_.contains(key) && value == (present != nullptr ? *present : spec.usual)) return;
        edit(spec.key, value);
    } catch (const Error& error) {
        unread_.insert(key, text(error.message()));
        Q_EMIT valuesChanged();
    }
}

void OptionForm::setSpecs(std::vector<OptionSpec> specs) {
    specs_ = std::move(specs);
    values_ = fitting(values_, specs_);
    build();
}

void OptionForm::setValues(const OptionValues& values) {
    values_ = values;
    unread_.clear();
    showValues();
}

void OptionForm::setValue(const std::string& key, const OptionValue& value) {
    values_.set(key, value);
    showValues();
}

void OptionForm::setStandIn(const std::string& key, const std::optional<OptionValue>& value) {
    const auto present = standIns_.constFind(text(key));
    const bool same = present == standIns_.constEnd() ? !value : value == *present;
    if (same) return;  // what is being typed stays as it is typed
    if (value)
        standIns_.insert(text(key), *value);
    else
        standIns_.remove(text(key));
    if (const OptionSpec* spec = findSpec(specs_, key)) showValue(*spec);
}

void OptionForm::explain(const std::string& key, const QString& why) {
    const auto field = fields_.constFind(text(key));
    if (field == fields_.constEnd()) return;
    QLabel*& reason = reasons_[text(key)];
    auto* form = static_cast<QFormLayout*>(field->widget->parentWidget()->layout());
    if (reason == nullptr && !why.isEmpty()) {
        reason = new QLabel(field->widget->parentWidget());
        reason->setWordWrap(true);
        reason->setTextFormat(Qt::PlainText);
        reason->setObjectName(text(key) + QStringLiteral("-reason"));
        int row = 0;
        form->getWidgetPosition(field->widget, &row, nullptr);
        form->insertRow(row + 1, reason);
    }
    if (reason == nullptr) return;
    reason->setText(why);
    reason->setVisible(!why.isEmpty());
    field->editors.front()->setAccessibleDescription(why);
}

void OptionForm::showValue(const OptionSpec& spec) {
    const QString key = text(spec.key);
    const auto field = fields_.constFind(key);
    // What was typed and could not be read stays, to be mended.
    if (field == fields_.constEnd() || unread_.contains(key)) return;
    const OptionValue* set = values_.find(spec.key);
    const auto standIn = standIns_.constFind(key);
    if (set != nullptr && *set != spec.usual)
        field->show(*set);
    else
        field->show(standIn != standIns_.constEnd() ? *standIn : spec.usual);
}

void OptionForm::showValues() {
    for (const OptionSpec& spec : specs_) showValue(spec);
    showEffects();
}

OptionValues OptionForm::values() const {
    OptionValues values;
    for (const OptionSpec& spec : specs_) {
        const OptionValue* set = values_.find(spec.key);
        if (set != nullptr && *set != spec.usual && hasEffect(spec, values_, specs_))
            values.set(spec.key, *set);
    }
    return values;
}

QString OptionForm::problem() const {
    for (const OptionSpec& spec : specs_) {
        const auto why = unread_.constFind(text(spec.key));
        if (why != unread_.constEnd() && hasEffect(spec, values_, specs_)) return *why + QLatin1Char('.');
    }
    OptionValues values = this->values();
    try {
        checkOptions(values, specs_, {});
    } catch (const Error& error) {
        return joined(text(error.message()), text(error.hint()));
    }
    return {};
}

void OptionForm::showEffects() {
    QHash<QLabel*, bool> used;
    for (const OptionSpec& spec : specs_) {
        const auto field = fields_.constFind(text(spec.key));
        if (field == fields_.constEnd()) continue;
        const bool seen = hasEffect(spec, values_, specs_);
        field->widget->setVisible(seen);
        if (field->label != nullptr) field->label->setVisible(seen);
        if (field->heading != nullptr) used[field->heading] = used[field->heading] || seen;
    }
    for (auto heading = used.cbegin(); heading != used.cend(); ++heading)
        heading.key()->setVisible(heading.value());
}

void OptionForm::alignWith(QFormLayout* form) {
    int widest = 0;
    std::vector<QWidget*> labels;
    for (QFormLayout* one : {form, form_, static_cast<QFormLayout*>(more_->layout())}) {
        one->setHorizontalSpacing(kLabelSpacing);
        for (int row = 0; row < one->rowCount(); ++row) {
            const QLayoutItem* item = one->itemAt(row, QFormLayout::LabelRole);
            if (item == nullptr || item->widget() == nullptr) continue;
            labels.push_back(item->widget());
            if (item->widget()->isHidden()) continue;
            widest = std::max(widest, item->widget()->sizeHint().width());
        }
    }
    for (QWidget* label : labels) label->setMinimumWidth(widest);
}

}  // namespace secateur
