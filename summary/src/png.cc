#include "png.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <span>

#include "opscope/error.h"
#include "png_filter.h"

namespace opscope::summary {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
// Colour types for 1 to 4 channels.
constexpr char kColorTypes[] = {0, 4, 2, 6};

void append_big_endian(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void append_chunk(std::string& out, std::string_view type, std::string_view content) {
  append_big_endian(out, static_cast<std::uint32_t>(content.size()));
  const std::size_t begin = out.size();
  out.append(type).append(content);
  const auto* checked = reinterpret_cast<const Bytef*>(out.data() + begin);
  append_big_endian(
      out, static_cast<std::uint32_t>(crc32(0, checked, static_cast<uInt>(out.size() - begin))));
}

// A stream of compressed data that becomes IDAT chunks.
class Deflater {
 public:
  Deflater(std::string& out, int compression) : out_(out) {
    const int status = deflateInit2(&stream_, compression, Z_DEFLATED, 15, 8, Z_FILTERED);
    if (status != Z_OK) throw Error(ErrorCode::resource_exhausted, "zlib has no memory for a PNG");
    rewind();
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void write(std::span<const std::uint8_t> bytes, int flush) {
    stream_.next_in = const_cast<Bytef*>(bytes.data());
    stream_.avail_in = static_cast<uInt>(bytes.size());
    int status = Z_OK;
    do {
      status = deflate(&stream_, flush);
      if (stream_.avail_out == 0 || status == Z_STREAM_END) end_chunk();
    } while (stream_.avail_in > 0 || (flush == Z_FINISH && status != Z_STREAM_END));
  }

 private:
  void rewind() {
    stream_.next_out = buffer_.get();
    stream_.avail_out = kBufferBytes;
  }
  void end_chunk() {
    const std::size_t size = kBufferBytes - stream_.avail_out;
    if (size > 0) append_chunk(out_, "IDAT", {reinterpret_cast<char*>(buffer_.get()), size});
    rewind();
  }

  static constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
  std::string& out_;
  std::unique_ptr<Bytef[]> buffer_ = std::make_unique<Bytef[]>(kBufferBytes);
  z_stream stream_{};
};

}  // namespace

std::string write_png(const PngImage& image, int compression) {
  std::string out(kSignature);
  std::string header;
  append_big_endian(header, image.width);
  append_big_endian(header, image.height);
  header.push_back(static_cast<char>(image.bit_depth));
  header.push_back(kColorTypes[image.channels - 1]);
  header.append(3, '\0');  // deflate, the five filters, not interlaced
  append_chunk(out, "IHDR", header);

  const std::size_t pixel_bytes =
      static_cast<std::size_t>(image.channels) * static_cast<std::size_t>(image.bit_depth) / 8;
  const std::size_t row_bytes = image.width * pixel_bytes;
  PngFilter filter(row_bytes, pixel_bytes);
  Deflater deflater(out, compression);
  const auto* row = reinterpret_cast<const std::uint8_t*>(image.bytes.data());
  for (std::uint32_t y = 0; y < image.height; ++y, row += row_bytes) {
    deflater.write(filter.next(row), y + 1 == image.height ? Z_FINISH : Z_NO_FLUSH);
  }
  append_chunk(out, "IEND", {});
  return out;
}

}  // namespace opscope::summary
