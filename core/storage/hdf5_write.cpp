// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

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

// UTF-8 of variable length, which h5py gives as str.
void writeTextTo(hid_t object, const std::string& place, const char* attribute, const std::string& text) {
    const Id type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), H5T_VARIABLE);
    H5Tset_cset(type.get(), H5T_CSET_UTF8);
    const char* data = text.c_str();
    writeAttribute(object, place, attribute, type.get(), scalarSpace(), &data);
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
    writeAttribute(group.id.get(), group.place, attribute, H5T_NATIVE_INT, space, values.data());
}

void writeFloats(const Group& group, const DatasetNote& note, const std::vector<float>& values,
                 const std::vector<hsize_t>& shape) {
    const std::string place = group.childPlace(note.name);
    const Id layout = chunkedLayout(shape, place);
    const Id space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
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
