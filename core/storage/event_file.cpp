// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/event_file.h"

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <unistd.h>

#include "core/storage/output_file.h"

namespace secateur {

namespace {

static_assert(std::endian::native == std::endian::little, "records are written in memory order");

constexpr std::uint32_t kPolynomial = 0x82F63B78u;  // Castagnoli, reflected

constexpr std::array<std::uint32_t, 256> crcTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1u) != 0 ? kPolynomial : 0u);
        table[byte] = crc;
    }
    return table;
}

std::uint32_t maskedCrc(std::string_view bytes) {
    const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes)));
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}

template <typename T>
std::string raw(T value) {
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

// Protocol buffers, the four kinds of field that an event needs.
std::string varint(std::uint64_t value) {
    std::string bytes;
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    return bytes + static_cast<char>(value);
}
std::string key(int field, int wireType) {
    return varint(static_cast<std::uint64_t>(field) << 3 | static_cast<unsigned>(wireType));
}
std::string doubleField(int field, double value) {
    return key(field, 1) + raw(value);
}
std::string floatField(int field, float value) {
    return key(field, 5) + raw(value);
}
std::string integerField(int field, std::int64_t value) {
    return key(field, 0) + varint(static_cast<std::uint64_t>(value));
}
std::string bytesField(int field, const std::string& value) {
    return key(field, 2) + varint(value.size()) + value;
}

constexpr std::int64_t kSessionStart = 1;  // SessionLog.SessionStatus.START

double wallTime() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// events.out.tfevents.<time>.<host>.<process>.<file>; the host is of no use here.
std::filesystem::path nextName(const std::filesystem::path& folder) {
    std::array<char, 16> time{};
    std::snprintf(time.data(), time.size(), "%010lld", static_cast<long long>(wallTime()));
    for (int file = 0;; ++file) {
        std::filesystem::path path =
            folder / ("events.out.tfevents." + std::string(time.data()) + ".secateur." +
                      std::to_string(::getpid()) + "." + std::to_string(file));
        if (!std::filesystem::exists(path)) return path;
    }
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes) noexcept {
    static constexpr std::array<std::uint32_t, 256> kTable = crcTable();
    std::uint32_t crc = 0xFFFFFFFFu;
    for (const std::byte byte : bytes)
        crc = kTable[(crc ^ static_cast<std::uint32_t>(byte)) & 0xFFu] ^ (crc >> 8);
    return ~crc;
}

EventFile::EventFile(const std::filesystem::path& folder)
    : path_(nextName(folder)), out_(path_, std::ios::binary) {
    writeRecord(doubleField(1, wallTime()) + bytesField(3, "brain.Event:2"));
}

void EventFile::add(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars) {
    // A session starts: what other files of the folder hold of this step and later ones no longer counts.
    if (!started_) {
        writeRecord(doubleField(1, wallTime()) + integerField(2, step) +
                    bytesField(7, integerField(1, kSessionStart)));
        started_ = true;
    }
    std::string summary;
    for (const auto& [tag, value] : scalars)
        summary += bytesField(1, bytesField(1, tag) + floatField(2, static_cast<float>(value)));
    writeRecord(doubleField(1, wallTime()) + integerField(2, step) + bytesField(5, summary));
}

void EventFile::writeRecord(const std::string& event) {
    const std::string length = raw(static_cast<std::uint64_t>(event.size()));
    out_ << length << raw(maskedCrc(length)) << event << raw(maskedCrc(event));
    out_.flush();
    if (!out_) throwWriteError(path_, errno);
}

}  // namespace secateur
