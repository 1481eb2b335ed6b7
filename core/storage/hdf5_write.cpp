// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <bit>

#include <hdf5.h>

#include "core/storage/hdf5_common.h"

namespace secateur::h5 {
namespace {

void writeAttribute(hid_t object, const std::string& place, const char* attribute, hid_t type,
                    const Id& space, const void* data) {
    const Id id(H5Acreate2(object, attribute, type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    if (id.get() < 0 || H5Awrite(id.get(), type, data) < 0)
        failWriting(place, "attribute " + std::string(attribute));
}

Id scalarSpace() {
    return {H5Screate(H5S_SCALAR), H5Sclose};
}

// UTF-8 of fixed length: texts of variable length lie in a heap without checksums, damage to which can hang
// the library.
void writeTextTo(hid_t object, const std::string& place, const char* attribute, std::string text) {
    text.resize(std::max<std::size_t>(text.size(), 1), '\0');
    const Id type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), text.size());
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    writeAttribute(object, place, attribute, type.get(), scalarSpace(), text.data());
}

// Properties of a dataset: chunks of about a quarter of a megabyte, each with its checksum.
Id chunkedLayout(const std::vector<hsize_t>& shape, const std::string& place) {
    constexpr hsize_t kChunkElements = 1 << 16;
    std::vector<hsize_t> chunk = shape;
    hsize_t rowElements = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) rowElements *= shape[i];
    chunk[0] = std::clamp<hsize_t>(kChunkElements / std::max<hsize_t>(rowElements, 1), 1, shape[0]);
    Id layout(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    if (H5Pset_chunk(layout.get(), static_cast<int>(chunk.size()), chunk.data()) < 0 ||
        H5Pset_fletcher32(layout.get()) < 0)
        failWriting(place, "layout");
    return layout;
}

// Bob Jenkins' lookup3 hash of 44 bytes, which HDF5 checks its superblock with.
std::uint32_t superblockChecksum(const std::byte* bytes) {
    constexpr std::uint32_t kBytes = 44;
    const auto word = [&](std::uint32_t index) {
        std::uint32_t value = 0;
        for (std::uint32_t i = 4; i-- > 0;)
            value = value << 8 | std::to_integer<std::uint32_t>(bytes[4 * index + i]);
        return value;
    };
    std::uint32_t a = 0xdeadbeef + kBytes;
    std::uint32_t b = a;
    std::uint32_t c = a;
    for (std::uint32_t i = 0; i < 9; i += 3) {
        a += word(i);
        b += word(i + 1);
        c += word(i + 2);
        a -= c, a ^= std::rotl(c, 4), c += b;
        b -= a, b ^= std::rotl(a, 6), a += c;
        c -= b, c ^= std::rotl(b, 8), b += a;
        a -= c, a ^= std::rotl(c, 16), c += b;
        b -= a, b ^= std::rotl(a, 19), a += c;
        c -= b, c ^= std::rotl(b, 4), b += a;
    }
    a += word(9);
    b += word(10);
    c = (c ^ b) - std::rotl(b, 14);
    a = (a ^ c) - std::rotl(c, 11);
    b = (b ^ a) - std::rotl(a, 25);
    c = (c ^ b) - std::rotl(b, 16);
    a = (a ^ c) - std::rotl(c, 4);
    b = (b ^ a) - std::rotl(a, 14);
    return (c ^ b) - std::rotl(b, 24);
}

// HDF5 1.10 clears the "open for writing" mark in the images it gives away, but leaves the checksum over it
// as it was.
void sealSuperblock(std::vector<std::byte>& image) {
    constexpr std::size_t kVersionAt = 8;
    constexpr std::size_t kChecksumAt = 44;
    if (image.size() < kChecksumAt + 4 || image[kVersionAt] != std::byte{3}) return;
    const std::uint32_t sum = superblockChecksum(image.data());
    for (std::size_t i = 0; i < 4; ++i) image[kChecksumAt + i] = static_cast<std::byte>(sum >> (8 * i));
}

}  // namespace

Group createImage(const std::string& file) {
    const Id access = memoryAccess(file);
    // The newer structures carry checksums of their own, the older ones do not.
    if (H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110) < 0)
        failWriting(file, "format version");
    Id id(H5Fcreate("analysis in memory", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose);
    if (id.get() < 0) failWriting(file, "file");
    return {std::move(id), file, true};
}

std::vector<std::byte> takeImage(const Group& root) {
    const hid_t file = root.id.get();
    const ssize_t size = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, nullptr, 0);
    if (size < 0) failWriting(root.place, "image");
    std::vector<std::byte> image(static_cast<std::size_t>(size));
    if (H5Fget_file_image(file, image.data(), image.size()) != size) failWriting(root.place, "image");
    sealSuperblock(image);
    return image;
}

Group createGroup(const Group& parent, const std::string& name) {
    std::string place = parent.childPlace(name);
    Id id(H5Gcreate2(parent.id.get(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
    if (id.get() < 0) failWriting(place, "group");
    return {std::move(id), std::move(place)};
}

void writeText(const Group& group, const char* attribute, const std::string& text) {
    writeTextTo(group.id.get(), group.place, attribute, text);
}

void writeInteger(const Group& group, const char* attribute, std::int64_t value) {
    writeAttribute(group.id.get(), group.place, attribute, H5T_NATIVE_INT64, scalarSpace(), &value);
}

void writeUnsigned(const Group& group, const char* attribute, std::uint64_t value) {
    writeAttribute(group.id.get(), group.place, attribute, H5T_NATIVE_UINT64, scalarSpace(), &value);
}

void writeNumber(const Group& group, const char* attribute, double value) {
    writeAttribute(group.id.get(), group.place, attribute, H5T_NATIVE_DOUBLE, scalarSpace(), &value);
}

void writeIntegers(const Group& group, const char* attribute, const std::vector<int>& values) {
    const hsize_t count = values.size();
    const Id space(H5Screate_simple(1, &count, nullptr), H5Sclose);
    static constexpr int kNoValue = 0;  // HDF5 refuses a null buffer even when nothing is read from it
    const void* data = values.empty() ? &kNoValue : values.data();
    writeAttribute(group.id.get(), group.place, attribute, H5T_NATIVE_INT, space, data);
}

void writeFloats(const Group& group, const DatasetNote& note, const std::vector<float>& values,
                 const Shape& shape) {
    const std::string place = group.childPlace(note.name);
    const std::vector<hsize_t> extent(shape.begin(), shape.end());
    const Id layout = chunkedLayout(extent, place);
    const Id space(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
    const Id dataset(H5Dcreate2(group.id.get(), note.name, H5T_IEEE_F32LE, space.get(), H5P_DEFAULT,
                                layout.get(), H5P_DEFAULT),
                     H5Dclose);
    if (dataset.get() < 0 ||
        H5Dwrite(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
        failWriting(place, "dataset");
    writeTextTo(dataset.get(), place, "units", note.units);
    writeTextTo(dataset.get(), place, "meaning", note.meaning);
}

}  // namespace secateur::h5
