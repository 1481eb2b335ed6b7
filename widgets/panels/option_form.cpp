// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/option_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/error.h"
#include "widgets/panels/number_box.h"
#include "widgets/panels/number_text.h"

namespace secateur {
namespace {

constexpr int kShownCharacters = 10;  // of a number

QString text(const std::string& words) {
    return QString::fromStdString(words);
}

QFormLayout* formOf(QWidget* widget) {
    auto* form = new QFormLayout(widget);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->setVerticalSpacing(4);
    return form;
}

QString suffixOf(const OptionSpec& spec) {
    return spec.unit.empty() ? QString() : QLatin1Char(' ') + text(spec.unit);
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
    for (const Field& field : std::as_const(fields_)) {
        delete field.label;
        delete field.widget;
    }
    fields_.clear();
    unread_.clear();
    for (QFormLayout* form : {form_, static_cast<QFormLayout*>(more_->layout())})
        while (form->rowCount() > 0) form->removeRow(0);
    for (const OptionSpec& spec : specs_) {
        const bool hidden = spec.place == OptionSpec::Place::CommandLine;
        if (!hidden && std::ranges::find(elsewhere_, spec.key) == elsewhere_.end()) add(spec);
    }
    showEffects();
}

void OptionForm::add(const OptionSpec& spec) {
    const bool main = spec.place == OptionSpec::Place::Main;
    QWidget* parent = main ? static_cast<QWidget*>(this) : more_;
    auto* form = main ? form_ : static_cast<QFormLayout*>(more_->layout());
    Field field = fieldFor(spec, parent);
    field.widget->setAccessibleName(text(spec.label));
    field.widget->setToolTip(text(spec.help));
    field.widget->setFocusPolicy(Qt::StrongFocus);
    field.widget->installEventFilter(this);
    if (qobject_cast<QCheckBox*>(field.widget) != nullptr) {
        form->addRow(field.widget);
    } else {
        // The largest number of a spin box would ask for much more width than is ever needed.
        const bool spins = qobject_cast<QAbstractSpinBox*>(field.widget) != nullptr;
        field.widget->setSizePolicy(spins ? QSizePolicy::Ignored : QSizePolicy::Expanding,
                                    QSizePolicy::Fixed);
        auto* label = new QLabel(text(spec.label), parent);
        label->setBuddy(field.widget);
        label->setToolTip(text(spec.help));
        field.label = label;
        form->addRow(label, field.widget);
    }
    const OptionValue* set = values_.find(spec.key);
    field.show(set != nullptr ? *set : spec.usual);
    fields_.insert(text(spec.key), field);
}

OptionForm::Field OptionForm::fieldFor(const OptionSpec& spec, QWidget* parent) {
    if (std::holds_alternative<bool>(spec.usual)) return flagField(spec, parent);
    if (std::holds_alternative<std::string>(spec.usual) && !spec.choices.empty())
        return choiceField(spec, parent);
    if (!isOptional(spec)) {
        if (std::holds_alternative<std::int64_t>(spec.usual)) return integerField(spec, parent);
        if (std::holds_alternative<double>(spec.usual)) return numberField(spec, parent);
    }
    return lineField(spec, parent);
}

OptionForm::Field OptionForm::flagField(const OptionSpec& spec, QWidget* parent) {
    auto* box = new QCheckBox(text(spec.label), parent);
    connect(box, &QCheckBox::toggled, this, [this, key = spec.key](bool on) { edit(key, on); });
    return {box, nullptr, [box](const OptionValue& value) {
                const QSignalBlocker quiet(box);
                box->setChecked(std::get<bool>(value));
            }};
}

OptionForm::Field OptionForm::choiceField(const OptionSpec& spec, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    for (const std::string& choice : spec.choices) box->addItem(text(choice));
    connect(box, &QComboBox::currentIndexChanged, this,
            [this, box, key = spec.key] { edit(key, box->currentText().toStdString()); });
    return {box, nullptr, [box](const OptionValue& value) {
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
                [this, key = spec.key](double value) { edit(key, static_cast<std::int64_t>(value)); });
        return {box, nullptr, [box](const OptionValue& value) {
                    const QSignalBlocker quiet(box);
                    box->setValue(static_cast<double>(std::get<std::int64_t>(value)));
                }};
    }
    auto* box = new QSpinBox(parent);
    box->setRange(static_cast<int>(spec.least), static_cast<int>(spec.most));
    box->setValue(static_cast<int>(usual));
    prepare(box, spec);
    connect(box, &QSpinBox::valueChanged, this,
            [this, key = spec.key](int value) { edit(key, std::int64_t{value}); });
    return {box, nullptr, [box](const OptionValue& value) {
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
            [this, key = spec.key](double value) { edit(key, value); });
    return {box, nullptr, [box](const OptionValue& value) {
                const QSignalBlocker quiet(box);
                box->setValue(std::get<double>(value));
            }};
}

OptionForm::Field OptionForm::lineField(const OptionSpec& spec, QWidget* parent) {
    auto* line = new QLineEdit(parent);
    line->setPlaceholderText(text(usualText(spec)));
    if (lines_ == Lines::AsTyped) {
        connect(line, &QLineEdit::textChanged, this,
                [this, key = spec.key](const QString& typed) { read(key, typed); });
    } else {
        connect(line, &QLineEdit::editingFinished, this, [this, line, key = spec.key] {
            line->setModified(false);
            read(key, line->text());
        });
    }
    return {line, nullptr, [this, line, spec](const OptionValue& value) {
                if (line->hasFocus() && line->isModified()) return;
                const QSignalBlocker quiet(line);
                line->setText(lineText(spec, value));
            }};
}

// Lists of layers with ranges, lists of words with commas, numbers as they are shortest; not given: what that
// stands for.
QString OptionForm::lineText(const OptionSpec& spec, const OptionValue& value) const {
    if (value == spec.usual) return standIns_.value(text(spec.key));
    if (const auto* numbers = std::get_if<std::vector<int>>(&value)) return formatLayers(*numbers);
    return text(formatOption(value));
}

void OptionForm::edit(const std::string& key, const OptionValue& value) {
    values_.set(key, value);
    unread_.remove(text(key));
    showEffects();
    Q_EMIT valuesChanged();
}

void OptionForm::read(const std::string& key, const QString& typed) {
    const OptionSpec* spec = findSpec(specs_, key);
    QString compact = typed;
    compact.remove(QLatin1Char(' '));
    const bool none = compact.isEmpty() || compact == standIns_.value(text(key));
    try {
        const OptionValue value = none ? spec->usual : parseOption(*spec, compact.toStdString(), {});
        const OptionValue* present = values_.find(key);
        if (!unread_.contains(text(key)) && value == (present != nullptr ? *present : spec->usual)) return;
        edit(key, value);
    } catch (const Error& error) {
        unread_.insert(text(key), text(error.message()));
        Q_EMIT valuesChanged();
    }
}

void OptionForm::setSpecs(std::vector<OptionSpec> specs) {
    specs_ = std::move(specs);
    OptionValues known;
    for (const auto& [key, value] : values_.entries())
        if (findSpec(specs_, key) != nullptr) known.set(key, value);
    values_ = known;
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

void OptionForm::showValues() {
    for (const OptionSpec& spec : specs_) {
        const auto field = fields_.constFind(text(spec.key));
        if (field == fields_.constEnd()) continue;
        if (unread_.contains(text(spec.key))) continue;  // what was typed stays, to be mended
        const OptionValue* set = values_.find(spec.key);
        field->show(set != nullptr ? *set : spec.usual);
    }
    showEffects();
}

void OptionForm::setStandIn(const std::string& key, const QString& standIn) {
    standIns_.insert(text(key), standIn);
    showValues();
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
        const QString hint = error.hint().empty() ? QString() : QStringLiteral(": ") + text(error.hint());
        return text(error.message()) + hint + QLatin1Char('.');
    }
    return {};
}

void OptionForm::showEffects() {
    for (const OptionSpec& spec : specs_) {
        const auto field = fields_.constFind(text(spec.key));
        if (field == fields_.constEnd()) continue;
        const bool seen = hasEffect(spec, values_, specs_);
        field->widget->setVisible(seen);
        if (field->label != nullptr) field->label->setVisible(seen);
    }
}

void OptionForm::alignWith(QFormLayout* form) {
    int widest = 0;
    std::vector<QWidget*> labels;
    for (const QFormLayout* one : {form, form_, static_cast<QFormLayout*>(more_->layout())}) {
        for (int row = 0; row < one->rowCount(); ++row) {
            const QLayoutItem* item = one->itemAt(row, QFormLayout::LabelRole);
            if (item == nullptr || item->widget() == nullptr) continue;
            labels.push_back(item->widget());
            widest = std::max(widest, item->widget()->sizeHint().width());
        }
    }
    for (QWidget* label : labels) label->setMinimumWidth(widest);
}

// A wheel that scrolls the panel must not change what it passes over.
bool OptionForm::eventFilter(QObject* watched, QEvent* event) {
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::Wheel && widget != nullptr && !widget->hasFocus()) {
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace secateur
