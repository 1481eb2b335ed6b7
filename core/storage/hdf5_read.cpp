// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include <hdf5.h>

#include "core/storage/hdf5_common.h"

namespace secateur::h5 {
namespace {

constexpr std::size_t kMaxText = 1 << 16;
constexpr hsize_t kMaxIntegers = 100'000;

Id openAttribute(const Group& group, const char* attribute) {
    if (H5Aexists(group.id.get(), attribute) <= 0)
        failReading(group.place, "has no attribute \"" + std::string(attribute) + "\"");
    Id id(H5Aopen(group.id.get(), attribute, H5P_DEFAULT), H5Aclose);
    if (id.get() < 0)
        failReading(group.place, "has an attribute \"" + std::string(attribute) + "\" that cannot be read");
    return id;
}

std::string nameOf(const Group& group, const char* attribute) {
    return group.place + " attribute \"" + attribute + "\"";
}

// One value, or one dimension of values: their number. The class of their type is checked.
hsize_t checkedCount(const Id& attribute, H5T_class_t kind, const std::string& place) {
    const Id type(H5Aget_type(attribute.get()), H5Tclose);
    if (type.get() < 0 || H5Tget_class(type.get()) != kind) failReading(place, "has the wrong type");
    const Id space(H5Aget_space(attribute.get()), H5Sclose);
    const hssize_t count = space.get() < 0 ? -1 : H5Sget_simple_extent_npoints(space.get());
    if (count < 0 || static_cast<hsize_t>(count) > kMaxIntegers ||
        H5Sget_simple_extent_ndims(space.get()) > 1)
        failReading(place, "has the wrong shape");
    return static_cast<hsize_t>(count);
}

template <typename Number>
Number readScalar(const Group& group, const char* attribute, H5T_class_t kind, hid_t type) {
    const std::string place = nameOf(group, attribute);
    const Id id = openAttribute(group, attribute);
    if (checkedCount(id, kind, place) != 1) failReading(place, "is not one value");
    Number value{};
    if (H5Aread(id.get(), type, &value) < 0) failReading(place, "cannot be read");
    return value;
}

Shape shapeOf(const Id& dataset, int rank, std::uint64_t maxElements, const std::string& place) {
    const Id space(H5Dget_space(dataset.get()), H5Sclose);
    if (space.get() < 0 || H5Sget_simple_extent_ndims(space.get()) != rank)
        failReading(place, "does not have " + std::to_string(rank) + " dimensions");
    std::vector<hsize_t> shape(static_cast<std::size_t>(rank));
    if (H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr) < 0) failReading(place, "has no shape");
    std::uint64_t elements = 1;
    for (const std::uint64_t size : shape)
        if (__builtin_mul_overflow(elements, size, &elements)) elements = maxElements + 1;
    if (elements == 0 || elements > maxElements)
        failReading(place, "has a shape that is empty or larger than the file could hold");
    return {shape.begin(), shape.end()};
}

}  // namespace

Group openImage(std::span<const std::byte> image, const std::string& file) {
    const Id access = memoryAccess(file);
    // The library copies the image; its interface is not const-correct.
    if (H5Pset_file_image(access.get(), const_cast<std::byte*>(image.data()), image.size()) < 0)
        failReading(file, "cannot be read");
    Id id(H5Fopen("analysis in memory", H5F_ACC_RDONLY, access.get()), H5Fclose);
    if (id.get() < 0) failReading(file, "is not a HDF5 file");
    return {std::move(id), file, true};
}

bool hasGroup(const Group& parent, const std::string& name) {
    return H5Lexists(parent.id.get(), name.c_str(), H5P_DEFAULT) > 0;
}

Group openGroup(const Group& parent, const std::string& name) {
    const std::string place = parent.childPlace(name);
    if (!hasGroup(parent, name)) failReading(place, "is missing");
    Id id(H5Gopen2(parent.id.get(), name.c_str(), H5P_DEFAULT), H5Gclose);
    if (id.get() < 0) failReading(place, "is not a group");
    return {std::move(id), place};
}

std::string readText(const Group& group, const char* attribute) {
    const std::string place = nameOf(group, attribute);
    const Id id = openAttribute(group, attribute);
    if (checkedCount(id, H5T_STRING, place) != 1) failReading(place, "is not one text");
    const Id type(H5Aget_type(id.get()), H5Tclose);
    const std::size_t size = H5Tget_size(type.get());
    if (H5Tis_variable_str(type.get()) != 0 || size == 0 || size > kMaxText)
        failReading(place, "is not a text of fixed length, at most " + std::to_string(kMaxText) + " bytes");
    std::string text(size, '\0');
    if (H5Aread(id.get(), type.get(), text.data()) < 0) failReading(place, "cannot be read");
    text.resize(std::min(text.size(), text.find('\0')));
    return text;
}

std::int64_t readInteger(const Group& group, const char* attribute, std::int64_t least, std::int64_t most) {
    const auto value = readScalar<std::int64_t>(group, attribute, H5T_INTEGER, H5T_NATIVE_INT64);
    if (value < least || value > most)
        failReading(nameOf(group, attribute), "is " + std::to_string(value) + ", not from " +
                                                  std::to_string(least) + " to " + std::to_string(most));
    return value;
}

std::uint64_t readUnsigned(const Group& group, const char* attribute) {
    return readScalar<std::uint64_t>(group, attribute, H5T_INTEGER, H5T_NATIVE_UINT64);
}

double readNumber(const Group& group, const char* attribute) {
    return readScalar<double>(group, attribute, H5T_FLOAT, H5T_NATIVE_DOUBLE);
}

std::vector<int> readIntegers(const Group& group, const char* attribute, int most) {
    const std::string place = nameOf(group, attribute);
    const Id id = openAttribute(group, attribute);
    std::vector<std::int64_t> wide(checkedCount(id, H5T_INTEGER, place));
    if (!wide.empty() && H5Aread(id.get(), H5T_NATIVE_INT64, wide.data()) < 0)
        failReading(place, "cannot be read");
    std::vector<int> values;
    for (const std::int64_t value : wide) {
        if (value < 0 || value > most)
            failReading(place, "has an entry " + std::to_string(value) + " out of range");
        values.push_back(static_cast<int>(value));
    }
    return values;
}

FloatArray readFloats(const Group& group, const std::string& name, int rank, std::uint64_t maxElements) {
    const std::string place = group.childPlace(name);
    if (!hasGroup(group, name)) failReading(place, "is missing");
    const Id dataset(H5Dopen2(group.id.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
    if (dataset.get() < 0) failReading(place, "is not a dataset");
    const Id type(H5Dget_type(dataset.get()), H5Tclose);
    if (type.get() < 0 || H5Tget_class(type.get()) != H5T_FLOAT)
        failReading(place, "does not hold floating-point numbers");
    FloatArray array{shapeOf(dataset, rank, maxElements, place), {}};
    std::uint64_t elements = 1;
    for (const std::uint64_t size : array.shape) elements *= size;
    array.values.resize(elements);
    if (H5Dread(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
        failReading(place, "cannot be read; its checksum or structure is wrong");
    return array;
}

}  // namespace secateur::h5
