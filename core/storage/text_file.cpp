// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/text_file.h"

#include <algorithm>

#include <zlib.h>

#include "core/base/error.h"
#include "core/storage/file_io.h"
#include "core/storage/hash.h"

namespace secateur {

namespace {

constexpr std::size_t kChunk = 1u << 18;

class Unpacker {
public:
    Unpacker(const std::filesystem::path& file, std::string_view packed, const TextLimits& limits)
        : file_(file),
          packed_(packed),
          limit_(std::min(limits.bytes, std::max(limits.packedFloor, limits.packedRatio * packed.size()))) {
        constexpr int kGzipOnly = 16;
        if (inflateInit2(&stream_, kGzipOnly + MAX_WBITS) != Z_OK)
            throw Error(ErrorCode::OutOfMemory, "no memory to unpack " + file_.string());
    }
    ~Unpacker() { inflateEnd(&stream_); }
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;

    std::string run() {
        if (packed_.empty()) damaged("is empty");
        do {
            member();
            // Padding with zeros is common on tapes and block devices.
            if (packed_.find_first_not_of('\0') == std::string_view::npos) packed_ = {};
        } while (!packed_.empty());
        return std::move(text_);
    }

private:
    // One of the gzip members that a file is a sequence of.
    void member() {
        if (inflateReset(&stream_) != Z_OK) damaged("cannot be unpacked");
        int state = Z_OK;
        while (state != Z_STREAM_END) {
            feed();
            const std::size_t before = text_.size();
            text_.resize(before + kChunk);
            stream_.next_out = reinterpret_cast<Bytef*>(text_.data() + before);
            stream_.avail_out = kChunk;
            state = inflate(&stream_, Z_NO_FLUSH);
            text_.resize(before + kChunk - stream_.avail_out);
            packed_.remove_prefix(given_ - stream_.avail_in);
            if (text_.size() > limit_) tooLarge();
            if (state == Z_BUF_ERROR || (state == Z_OK && packed_.empty() && stream_.avail_out > 0))
                damaged("is cut short");
            if (state != Z_OK && state != Z_STREAM_END) damaged("is damaged");
        }
    }

    void feed() {
        given_ = static_cast<uInt>(std::min<std::size_t>(packed_.size(), 1u << 30));
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed_.data()));
        stream_.avail_in = given_;
    }

    [[noreturn]] void damaged(const std::string& what) const {
        throw Error(
            ErrorCode::Corrupt,
            file_.string() + " " + what + " (gzip, after " + std::to_string(text_.size()) + " bytes of text)",
            "copy the file again, or unpack it with gunzip to see how far it is good");
    }
    [[noreturn]] void tooLarge() const {
        throw Error(ErrorCode::Corrupt,
                    file_.string() + " unpacks to more than " + std::to_string(limit_) + " bytes",
                    "unpack it first and give a part of the text");
    }

    const std::filesystem::path& file_;
    std::string_view packed_;
    std::uint64_t limit_;
    std::string text_;
    z_stream stream_{};
    uInt given_ = 0;
};

}  // namespace

bool isPacked(const std::filesystem::path& file) {
    const std::string extension = file.extension().string();
    return extension == ".gz" || extension == ".GZ";
}

FileText readTextFile(const std::filesystem::path& file, const TextLimits& limits) {
    const MappedFile mapped(file);
    const auto bytes = mapped.bytes();
    if (bytes.size() > limits.bytes) {
        throw Error(ErrorCode::InvalidArgument,
                    file.string() + " has " + std::to_string(bytes.size()) + " bytes, more than " +
                        std::to_string(limits.bytes),
                    "give a part of the text");
    }
    Sha256 sha256;
    sha256.add(bytes);
    const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {isPacked(file) ? Unpacker(file, content, limits).run() : std::string(content), sha256.hex()};
}

}  // namespace secateur
