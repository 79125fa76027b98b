#include "model/values.h"

#include <cstdlib>
#include <cstring>

#include "model/file_bytes.h"
#include "model/tensor_value.h"
#include "model/wire.h"

namespace opscope::viewer {
namespace {

constexpr std::uint32_t kValueImage = 4, kValueHisto = 5, kValueAudio = 6, kValueTensor = 8;

Error wrong_kind(const char* wanted) {
  return Error(ErrorCode::data_loss, std::string("the value holds no ") + wanted);
}

// The bytes of the value's member `field`.
Result<std::string> load_member(const Run& run, const ValueRef& ref, std::uint32_t field,
                                const char* wanted) {
  Result<std::string> value = load_value(run, ref);
  if (!value) return value.error();
  WireReader reader(*value);
  while (reader.next()) {
    if (reader.is(field, WireType::length)) return std::string(reader.bytes());
  }
  return wrong_kind(wanted);
}

// The doubles of a repeated field, packed or not.
void append_doubles(const WireReader& reader, std::vector<double>& values) {
  if (reader.type() == WireType::fixed64) values.push_back(reader.double_value());
  if (reader.type() != WireType::length) return;
  for (std::size_t at = 0; at + 8 <= reader.bytes().size(); at += 8) {
    double value = 0;
    std::memcpy(&value, reader.bytes().data() + at, sizeof value);
    values.push_back(value);
  }
}

// HistogramProto has right edges only: the first bucket begins at the minimum, and the last ends at
// the maximum, as TensorBoard's data server has it.
std::vector<HistogramBucket> legacy_histogram(std::string_view histo) {
  double min = 0;
  double max = 0;
  std::vector<double> limits;
  std::vector<double> counts;
  WireReader reader(histo);
  while (reader.next()) {
    if (reader.is(1, WireType::fixed64)) min = reader.double_value();
    if (reader.is(2, WireType::fixed64)) max = reader.double_value();
    if (reader.field() == 6) append_doubles(reader, limits);
    if (reader.field() == 7) append_doubles(reader, counts);
  }
  std::vector<HistogramBucket> buckets;
  const std::size_t count = std::min(limits.size(), counts.size());
  for (std::size_t i = 0; i < count; ++i) {
    buckets.push_back({i == 0 ? min : limits[i - 1], i + 1 == count ? max : limits[i], counts[i]});
  }
  return buckets;
}

ImageSet legacy_image(std::string_view image) {
  ImageSet set;
  WireReader reader(image);
  while (reader.next()) {
    if (reader.is(1, WireType::varint)) set.height = static_cast<int>(reader.value());
    if (reader.is(2, WireType::varint)) set.width = static_cast<int>(reader.value());
    if (reader.is(4, WireType::length)) set.encoded.emplace_back(reader.bytes());
  }
  return set;
}

}  // namespace

Result<std::string> load_value(const Run& run, const ValueRef& ref) {
  if (ref.file >= run.files.size()) {
    return Error(ErrorCode::invalid_argument, "the value is of another run than " + run.name);
  }
  return read_file_range(run.files[ref.file].path, ref.offset, ref.size);
}

Result<StringTensor> load_strings(const Run& run, const ValueRef& ref) {
  const Result<std::string> tensor = load_member(run, ref, kValueTensor, "tensor");
  if (!tensor) return tensor.error();
  return strings_of_tensor(*tensor);
}

Result<NumberTensor> load_numbers(const Run& run, const ValueRef& ref) {
  const Result<std::string> tensor = load_member(run, ref, kValueTensor, "tensor");
  if (!tensor) return tensor.error();
  return numbers_of_tensor(*tensor);
}

Result<std::vector<HistogramBucket>> load_histogram(const Run& run, const ValueRef& ref) {
  if (ref.kind == ValueKind::histo) {
    const Result<std::string> histo = load_member(run, ref, kValueHisto, "histogram");
    if (!histo) return histo.error();
    return legacy_histogram(*histo);
  }
  const Result<NumberTensor> tensor = load_numbers(run, ref);
  if (!tensor) return tensor.error();
  if (tensor->shape.size() != 2 || tensor->shape[1] != 3) {
    return Error(ErrorCode::data_loss, "a histogram must have the shape [k, 3]");
  }
  std::vector<HistogramBucket> buckets;
  for (std::size_t i = 0; i + 2 < tensor->values.size(); i += 3) {
    buckets.push_back({tensor->values[i], tensor->values[i + 1], tensor->values[i + 2]});
  }
  return buckets;
}

Result<ImageSet> load_images(const Run& run, const ValueRef& ref) {
  if (ref.kind == ValueKind::image) {
    const Result<std::string> image = load_member(run, ref, kValueImage, "image");
    if (!image) return image.error();
    return legacy_image(*image);
  }
  Result<StringTensor> tensor = load_strings(run, ref);
  if (!tensor) return tensor.error();
  if (tensor->values.size() < 2) {
    return Error(ErrorCode::data_loss, "images must have the shape [2 + n]: width, height, images");
  }
  ImageSet set;
  set.width = std::atoi(tensor->values[0].c_str());
  set.height = std::atoi(tensor->values[1].c_str());
  set.encoded.assign(std::make_move_iterator(tensor->values.begin() + 2),
                     std::make_move_iterator(tensor->values.end()));
  return set;
}

Result<AudioSet> load_audio(const Run& run, const ValueRef& ref) {
  AudioSet set;
  if (ref.kind == ValueKind::audio) {
    const Result<std::string> audio = load_member(run, ref, kValueAudio, "audio");
    if (!audio) return audio.error();
    WireReader reader(*audio);
    while (reader.next()) {
      if (reader.is(4, WireType::length)) set.encoded.emplace_back(reader.bytes());
    }
    return set;
  }
  const Result<StringTensor> tensor = load_strings(run, ref);
  if (!tensor) return tensor.error();
  const bool has_labels = tensor->shape.size() == 2 && tensor->shape[1] == 2;
  for (std::size_t i = 0; i < tensor->values.size(); ++i) {
    (has_labels && i % 2 == 1 ? set.labels : set.encoded).push_back(tensor->values[i]);
  }
  return set;
}

}  // namespace opscope::viewer
