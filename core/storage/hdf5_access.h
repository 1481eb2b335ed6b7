// SPDX-License-Identifier: GPL-3.0-or-later
//
// The little of HDF5's C API that the analysis file needs, with RAII ids and checked shapes. Files are images
// in memory: they are read from and written to disk by our own code, whose errors are better. HDF5 prints
// nothing; what it says goes into Error. Internal to storage. Thread rule: one thread at a time in the
// process (the analysis store holds the lock).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace secateur::h5 {

using Handle = std::int64_t;  // HDF5's hid_t
using Shape = std::vector<std::uint64_t>;

// Owns an id; closes it with the function that goes with it.
class Id {
public:
    using Close = int (*)(Handle);
    Id() = default;
    Id(Handle id, Close close) noexcept : id_(id), close_(close) {}
    ~Id() { reset(); }
    Id(Id&& other) noexcept;
    Id& operator=(Id&& other) noexcept;
    Id(const Id&) = delete;
    Id& operator=(const Id&) = delete;
    [[nodiscard]] Handle get() const noexcept { return id_; }
    void reset() noexcept;

private:
    Handle id_ = -1;
    Close close_ = nullptr;
};

// A group and how messages call it: "FILE" for the root, "FILE: /layers/3" below.
struct Group {
    Id id;
    std::string place;
    bool root = false;
    [[nodiscard]] std::string childPlace(const std::string& name) const {
        return place + (root ? ": /" : "/") + name;
    }
};

struct FloatArray {
    Shape shape;
    std::vector<float> values;
};

// Stops HDF5 from printing anything, for good. To be called before anything else, each time the lock was
// taken.
void silence();

// Reading. All throw Corrupt naming the place.
[[nodiscard]] Group openImage(std::span<const std::byte> image, const std::string& file);
[[nodiscard]] bool hasGroup(const Group& parent, const std::string& name);
[[nodiscard]] Group openGroup(const Group& parent, const std::string& name);
[[nodiscard]] std::string readText(const Group& group, const char* attribute);
[[nodiscard]] std::int64_t readInteger(const Group& group, const char* attribute, std::int64_t least,
                                       std::int64_t most);
[[nodiscard]] std::uint64_t readUnsigned(const Group& group, const char* attribute);
[[nodiscard]] double readNumber(const Group& group, const char* attribute);
[[nodiscard]] std::vector<int> readIntegers(const Group& group, const char* attribute, int most);
// A float dataset of the given rank with at most `maxElements`.
[[nodiscard]] FloatArray readFloats(const Group& group, const std::string& name, int rank,
                                    std::uint64_t maxElements);

// Writing. All throw Internal.
[[nodiscard]] Group createImage(const std::string& file);
[[nodiscard]] std::vector<std::byte> takeImage(const Group& root);
[[nodiscard]] Group createGroup(const Group& parent, const std::string& name);
void writeText(const Group& group, const char* attribute, const std::string& text);
void writeInteger(const Group& group, const char* attribute, std::int64_t value);
void writeUnsigned(const Group& group, const char* attribute, std::uint64_t value);
void writeNumber(const Group& group, const char* attribute, double value);
void writeIntegers(const Group& group, const char* attribute, const std::vector<int>& values);

struct DatasetNote {
    const char* name;
    const char* units;
    const char* meaning;
};
// Chunked, with Fletcher-32 checksums and the note as attributes.
void writeFloats(const Group& group, const DatasetNote& note, const std::vector<float>& values,
                 const Shape& shape);

}  // namespace secateur::h5
