// SPDX-License-Identifier: GPL-3.0-or-later
//
// The teacher's k most probable tokens at every position of the training windows, on disk, so that a window
// that comes again needs no teacher. One record a window, at a fixed place, with a checksum: a record that
// was being written when the run was killed counts as missing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <ATen/ATen.h>

namespace secateur {

class TeacherCache {
public:
    struct Shape {
        std::int64_t positions = 0;  // of a window
        std::int64_t topK = 0;
    };
    struct Record {
        at::Tensor ids;             // [positions, k] int64, on the host
        at::Tensor logProbability;  // [positions, k] f32
    };

    // A file made for something else (`key` differs) is begun again. Throws OutOfDisk.
    TeacherCache(const std::filesystem::path& file, const std::string& key, Shape shape);
    ~TeacherCache();
    TeacherCache(const TeacherCache&) = delete;
    TeacherCache& operator=(const TeacherCache&) = delete;

    [[nodiscard]] bool read(int window, Record& record) const;
    void write(int window, const Record& record);
    [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
    // On disk, of one window.
    [[nodiscard]] static std::int64_t recordBytes(const Shape& shape) noexcept;

private:
    [[nodiscard]] std::size_t recordBytes() const noexcept;
    [[nodiscard]] std::int64_t offsetOf(int window) const noexcept;

    std::filesystem::path file_;
    Shape shape_;
    std::int64_t begin_ = 0;  // of the first record
    int fd_ = -1;
};

}  // namespace secateur
