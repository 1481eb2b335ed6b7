// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/heal/teacher_cache.h"

#include <cerrno>
#include <cstring>
#include <span>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "core/storage/event_file.h"
#include "core/storage/output_file.h"

namespace secateur {

namespace {

constexpr std::int64_t kAlignment = 64;

bool readAll(int fd, char* bytes, std::size_t count, std::int64_t offset) {
    while (count > 0) {
        const ssize_t some = ::pread(fd, bytes, count, offset);
        if (some <= 0) return false;
        bytes += some;
        offset += some;
        count -= static_cast<std::size_t>(some);
    }
    return true;
}

void writeAll(int fd, const std::string& bytes, std::int64_t offset, const std::filesystem::path& file) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t some =
            ::pwrite(fd, bytes.data() + done, bytes.size() - done, offset + static_cast<std::int64_t>(done));
        if (some < 0) throwWriteError(file, errno);
        done += static_cast<std::size_t>(some);
    }
}

}  // namespace

TeacherCache::TeacherCache(const std::filesystem::path& file, const std::string& key, Shape shape)
    : file_(file), shape_(shape) {
    const std::string head = "secateur teacher cache 1\n" + key + " top " + std::to_string(shape.topK) +
                             " of " + std::to_string(shape.positions) + "\n";
    begin_ = (static_cast<std::int64_t>(head.size()) + kAlignment - 1) / kAlignment * kAlignment;
    fd_ = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
    if (fd_ < 0) throwWriteError(file, errno);
    std::string found(head.size(), '\0');
    if (readAll(fd_, found.data(), found.size(), 0) && found == head) return;
    if (::ftruncate(fd_, 0) != 0) throwWriteError(file, errno);
    writeAll(fd_, head, 0, file);
}

TeacherCache::~TeacherCache() {
    ::close(fd_);
}

std::int64_t TeacherCache::recordBytes(const Shape& shape) noexcept {
    constexpr auto kEntry = static_cast<std::int64_t>(sizeof(std::int32_t) + sizeof(float));
    return shape.positions * shape.topK * kEntry + static_cast<std::int64_t>(sizeof(std::uint32_t));
}

std::size_t TeacherCache::recordBytes() const noexcept {
    return static_cast<std::size_t>(recordBytes(shape_));
}

std::int64_t TeacherCache::offsetOf(int window) const noexcept {
    return begin_ + window * static_cast<std::int64_t>(recordBytes());
}

bool TeacherCache::read(int window, Record& record) const {
    std::string bytes(recordBytes(), '\0');
    if (!readAll(fd_, bytes.data(), bytes.size(), offsetOf(window))) return false;
    const std::size_t payload = bytes.size() - sizeof(std::uint32_t);
    std::uint32_t stored = 0;
    std::memcpy(&stored, bytes.data() + payload, sizeof stored);
    if (stored != crc32c(std::as_bytes(std::span(bytes.data(), payload)))) return false;
    at::Tensor ids = at::empty({shape_.positions, shape_.topK}, at::kInt);
    record.logProbability = at::empty({shape_.positions, shape_.topK}, at::kFloat);
    const std::size_t half = payload / 2;
    std::memcpy(ids.mutable_data_ptr<std::int32_t>(), bytes.data(), half);
    std::memcpy(record.logProbability.mutable_data_ptr<float>(), bytes.data() + half, half);
    record.ids = ids.to(at::kLong);
    return true;
}

void TeacherCache::write(int window, const Record& record) {
    const at::Tensor ids = record.ids.to(at::kInt).contiguous();
    const at::Tensor logs = record.logProbability.contiguous();
    std::string bytes(recordBytes() - sizeof(std::uint32_t), '\0');
    const std::size_t half = bytes.size() / 2;
    std::memcpy(bytes.data(), ids.const_data_ptr<std::int32_t>(), half);
    std::memcpy(bytes.data() + half, logs.const_data_ptr<float>(), half);
    const std::uint32_t crc = crc32c(std::as_bytes(std::span(bytes.data(), bytes.size())));
    bytes.append(reinterpret_cast<const char*>(&crc), sizeof crc);
    writeAll(fd_, bytes, offsetOf(window), file_);
}

}  // namespace secateur
