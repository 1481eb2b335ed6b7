// SPDX-License-Identifier: GPL-3.0-or-later
//
// Structs that declare their members as options. A struct has
//     template <class V> static void fields(V& visit) { visit(&T::member, OptionSpec{.key = "member", ...});
//     ... }
// and from that list follow specs, values and reading. The default and the type of an option are those of the
// member; int members are bounded by what an int holds. Members are bool, int, std::int64_t, std::uint64_t,
// double, std::optional<double> (nothing is 0, which must lie outside of the range), std::string, enums with
// name(E) (values 0, 1, ... in any order of the spec's choices), std::vector<int> and
// std::vector<std::string>. Included by the .cpp that serves a struct.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/data/options.h"

namespace secateur::fields {

template <class Member>
OptionValue optionOf(const Member& member) {
    if constexpr (std::is_same_v<Member, std::optional<double>>)
        return member.value_or(0.0);
    else if constexpr (std::is_enum_v<Member>)
        return std::string(name(member));
    else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>)
        return static_cast<std::int64_t>(member);
    else
        return member;
}

// `value` has been checked against `spec`.
template <class Member>
void assign(Member& member, const OptionValue& value, const OptionSpec& spec) {
    if constexpr (std::is_same_v<Member, std::optional<double>>) {
        const double number = std::get<double>(value);
        member = value == spec.usual ? std::nullopt : std::optional(number);
    } else if constexpr (std::is_enum_v<Member>) {
        for (std::size_t i = 0; i < spec.choices.size(); ++i)
            if (std::get<std::string>(value) == name(static_cast<Member>(i))) member = static_cast<Member>(i);
    } else if constexpr (std::is_integral_v<Member> && !std::is_same_v<Member, bool>) {
        member = static_cast<Member>(std::get<std::int64_t>(value));
    } else {
        member = std::get<Member>(value);
    }
}

// The spec of a member: what the struct says, and what the member says.
template <class T, class Member>
OptionSpec specOf(Member T::*member, OptionSpec spec) {
    spec.usual = optionOf(T{}.*member);
    if constexpr (std::is_same_v<Member, int>)
        spec.most = std::min(spec.most, static_cast<double>(std::numeric_limits<int>::max()));
    return spec;
}

template <class T>
std::vector<OptionSpec> specsOf() {
    std::vector<OptionSpec> specs;
    const auto visit = [&specs](auto member, OptionSpec spec) {
        specs.push_back(specOf<T>(member, std::move(spec)));
    };
    T::fields(visit);
    return specs;
}

// What differs from the defaults, in the order of the fields.
template <class T>
OptionValues valuesOf(const T& object) {
    OptionValues values;
    const auto visit = [&](auto member, const OptionSpec& spec) {
        const OptionValue value = optionOf(object.*member);
        if (value != optionOf(T{}.*member)) values.set(spec.key, value);
    };
    T::fields(visit);
    return values;
}

// Throws what checkOptions throws.
template <class T>
T read(OptionValues values, const std::string& where, Idle idle = Idle::Refused) {
    checkOptions(values, specsOf<T>(), where, idle);
    T object;
    const auto visit = [&](auto member, OptionSpec spec) {
        if (const OptionValue* value = values.find(spec.key))
            assign(object.*member, *value, specOf<T>(member, std::move(spec)));
    };
    T::fields(visit);
    return object;
}

}  // namespace secateur::fields
