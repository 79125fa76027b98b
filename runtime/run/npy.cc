#include "run/npy.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "core/tensor_rep.h"
#include "run/literal.h"
#include "run/numeric_cast.h"

namespace opscope::run {
namespace {

using runtime::Ref;
using runtime::TensorRep;

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr std::size_t kHeaderAlignment = 64;

Error damage(const std::string& path, const std::string& what) {
  return Error(ErrorCode::invalid_argument, path + ": " + what);
}

struct Header {
  std::string descr;
  bool is_fortran = false;
  std::vector<std::int64_t> shape;
  std::string_view data;
};

// The text after "'key':".
std::string_view field(std::string_view header, std::string_view key) {
  const std::size_t at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return {};
  const std::size_t colon = header.find(':', at);
  return colon == std::string_view::npos ? std::string_view() : header.substr(colon + 1);
}

bool read_shape(std::string_view text, std::vector<std::int64_t>& shape) {
  const std::size_t end = text.find(')');
  if (end == std::string_view::npos) return false;
  const Result<Literal> literal = parse_literal(text.substr(0, end + 1));
  const auto* list = literal ? std::get_if<LiteralList>(&literal->value) : nullptr;
  if (list == nullptr || list->size() > static_cast<std::size_t>(kMaxRank)) return false;
  for (const Literal& element : *list) {
    const auto* size = std::get_if<std::int64_t>(&element.value);
    if (size == nullptr || *size < 0) return false;
    shape.push_back(*size);
  }
  return true;
}

std::optional<Header> read_header(std::string_view bytes) {
  if (bytes.size() < 10 || bytes.substr(0, 6) != kMagic) return std::nullopt;
  const auto byte = [&](std::size_t i) {
    return std::size_t{static_cast<unsigned char>(bytes[i])};
  };
  std::size_t size = byte(8) | byte(9) << 8;
  std::size_t begin = 10;
  if (byte(6) > 1) {
    if (bytes.size() < 12) return std::nullopt;
    size |= byte(10) << 16 | byte(11) << 24;
    begin = 12;
  }
  if (size > bytes.size() - begin) return std::nullopt;
  const std::string_view text = bytes.substr(begin, size);
  Header header;
  std::string_view descr = field(text, "descr");
  const std::size_t quote = descr.find_first_of("'\"[");
  if (quote == std::string_view::npos || descr[quote] == '[') return std::nullopt;
  descr.remove_prefix(quote + 1);
  header.descr = descr.substr(0, descr.find_first_of("'\""));
  header.is_fortran = field(text, "fortran_order").substr(0, 6).find("True") != std::string::npos;
  if (!read_shape(field(text, "shape"), header.shape)) return std::nullopt;
  header.data = bytes.substr(begin + size);
  return header;
}

// "<f4" gives float32.
DType plain_type(const std::string& descr) {
  static const std::map<std::string, DType> kTypes = {
      {"f2", DType::half},   {"f4", DType::float32}, {"f8", DType::float64},
      {"i1", DType::int8},   {"i2", DType::int16},   {"i4", DType::int32},
      {"i8", DType::int64},  {"u1", DType::uint8},   {"u2", DType::uint16},
      {"u4", DType::uint32}, {"u8", DType::uint64},  {"b1", DType::boolean}};
  const auto type = kTypes.find(descr.substr(std::min<std::size_t>(1, descr.size())));
  return type == kTypes.end() ? DType::invalid : type->second;
}

std::optional<std::size_t> count_of(const std::vector<std::int64_t>& shape, std::size_t element,
                                    std::size_t available) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) {
    if (__builtin_mul_overflow(count, static_cast<std::size_t>(size), &count)) return std::nullopt;
  }
  if (element != 0 && count > available / element) return std::nullopt;
  return count;
}

// Fortran's order to ours: element i of the result is at the place that its indices have there.
std::vector<std::size_t> element_order(const Header& header, std::size_t count) {
  std::vector<std::size_t> order(count);
  std::vector<std::size_t> strides(header.shape.size(), 1);
  for (std::size_t d = 1; d < strides.size(); ++d) {
    strides[d] = strides[d - 1] * static_cast<std::size_t>(header.shape[d - 1]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!header.is_fortran) {
      order[i] = i;
      continue;
    }
    std::size_t rest = i;
    for (std::size_t d = strides.size(); d-- > 0;) {
      const auto size = static_cast<std::size_t>(header.shape[d]);
      order[i] += rest % size * strides[d];
      rest /= size;
    }
  }
  return order;
}

void copy_elements(const Header& header, std::size_t element, std::size_t count, char* out) {
  const bool is_swapped = !header.descr.empty() && header.descr[0] == '>';
  if (!header.is_fortran && !is_swapped) {
    if (count > 0) std::memcpy(out, header.data.data(), count * element);
    return;
  }
  const std::vector<std::size_t> order = element_order(header, count);
  for (std::size_t i = 0; i < count; ++i) {
    char* to = out + i * element;
    std::memcpy(to, header.data.data() + order[i] * element, element);
    if (is_swapped) std::reverse(to, to + element);
  }
}

void append_code(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
  } else if (code < 0x10000) {
    out += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
  } else {
    out +=
        {static_cast<char>(0xF0 | (code >> 18 & 7)), static_cast<char>(0x80 | (code >> 12 & 0x3F)),
         static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
  }
}

std::string text_element(std::string_view bytes, bool is_unicode) {
  std::string text;
  if (is_unicode) {
    for (std::size_t i = 0; i + 4 <= bytes.size(); i += 4) {
      std::uint32_t code = 0;
      std::memcpy(&code, bytes.data() + i, 4);
      append_code(text, code);
    }
  } else {
    text = bytes;
  }
  text.erase(text.find_last_not_of('\0') + 1);
  return text;
}

Result<Tensor> read_strings(const Header& header, const std::string& path) {
  const bool is_unicode = header.descr[1] == 'U';
  if (is_unicode && header.descr[0] == '>') return damage(path, "text of a big-endian machine");
  const std::size_t width = static_cast<std::size_t>(std::atoi(header.descr.c_str() + 2));
  const std::size_t element = width * (is_unicode ? 4 : 1);
  const auto count = count_of(header.shape, std::max<std::size_t>(element, 1),
                              element == 0 ? (1U << 20) : header.data.size());
  if (!count || width > header.data.size()) return damage(path, "the array is cut short");
  Ref<TensorRep> rep = TensorRep::make(DType::string, Shape(header.shape));
  const std::vector<std::size_t> order = element_order(header, *count);
  for (std::size_t i = 0; i < *count; ++i) {
    rep->mutable_data<std::string>()[i] =
        text_element(header.data.substr(order[i] * element, element), is_unicode);
  }
  return Tensor(rep.leak());
}

std::string descr_of(const TensorRep& rep) {
  switch (rep.dtype()) {
    case DType::boolean:
      return "|b1";
    case DType::int8:
      return "|i1";
    case DType::uint8:
      return "|u1";
    case DType::half:
      return "<f2";
    case DType::float32:
      return "<f4";
    case DType::float64:
      return "<f8";
    default:
      break;
  }
  const std::string size = std::to_string(dtype_size(rep.dtype()));
  const bool is_unsigned =
      rep.dtype() == DType::uint16 || rep.dtype() == DType::uint32 || rep.dtype() == DType::uint64;
  return (is_unsigned ? "<u" : "<i") + size;
}

std::string with_header(const std::string& descr, const Shape& shape, std::string data) {
  std::string text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (";
  for (const std::int64_t size : shape.dims()) text += std::to_string(size) + ", ";
  if (shape.rank() > 1) text.erase(text.size() - 2);
  if (shape.rank() == 1) text.pop_back();
  text += "), }";
  const std::size_t unpadded = kMagic.size() + 4 + text.size() + 1;
  text.append((kHeaderAlignment - unpadded % kHeaderAlignment) % kHeaderAlignment, ' ');
  text += '\n';
  std::string file(kMagic);
  file += {'\1', '\0', static_cast<char>(text.size() & 0xFF), static_cast<char>(text.size() >> 8)};
  return file + text + data;
}

}  // namespace

Result<Tensor> parse_npy(std::string_view bytes, const std::string& path) {
  const std::optional<Header> header = read_header(bytes);
  if (!header) return damage(path, "no .npy file, or one of a form that is not known here");
  if (header->descr.size() > 1 && (header->descr[1] == 'S' || header->descr[1] == 'U')) {
    return read_strings(*header, path);
  }
  const DType dtype = plain_type(header->descr);
  if (dtype == DType::invalid) {
    return Error(ErrorCode::unimplemented,
                 path + ": an array of the type '" + header->descr + "', which is not read here");
  }
  const std::size_t element = dtype_size(dtype);
  const auto count = count_of(header->shape, element, header->data.size());
  if (!count) return damage(path, "the array is cut short");
  Ref<TensorRep> rep = TensorRep::make(dtype, Shape(header->shape));
  copy_elements(*header, element, *count, static_cast<char*>(rep->mutable_raw_data()));
  if (dtype == DType::boolean) {
    auto* flags = static_cast<unsigned char*>(rep->mutable_raw_data());
    for (std::size_t i = 0; i < *count; ++i) flags[i] = flags[i] != 0 ? 1 : 0;
  }
  return Tensor(rep.leak());
}

std::string format_npy(const Tensor& tensor) {
  const TensorRep& rep = *tensor.rep();
  if (rep.dtype() != DType::string) {
    if (rep.dtype() == DType::bfloat16) return format_npy(convert(tensor, DType::float32).value());
    return with_header(descr_of(rep), rep.shape(),
                       std::string(static_cast<const char*>(rep.raw_data()), rep.size_bytes()));
  }
  std::size_t width = 1;
  for (const std::string& text : rep.flat<std::string>()) width = std::max(width, text.size());
  std::string data;
  for (const std::string& text : rep.flat<std::string>()) {
    data += text;
    data.append(width - text.size(), '\0');
  }
  return with_header("|S" + std::to_string(width), rep.shape(), std::move(data));
}

Result<Tensor> convert(const Tensor& tensor, DType dtype) {
  if (tensor.dtype() == dtype) return tensor;
  Ref<TensorRep> out = TensorRep::make(dtype, tensor.shape());
  const TensorRep& in = *tensor.rep();
  bool fits = true;
  const bool is_number = with_number_type(in.dtype(), [&]<typename T>() {
    for (std::size_t i = 0; i < static_cast<std::size_t>(in.num_elements()); ++i) {
      if constexpr (std::is_same_v<T, half> || std::is_same_v<T, bfloat16>) {
        fits = fits && store_number(static_cast<float>(in.data<T>()[i]), *out, i);
      } else if constexpr (std::is_same_v<T, bool>) {
        fits = fits && store_number(in.data<T>()[i] ? 1 : 0, *out, i);
      } else {
        fits = fits && store_number(in.data<T>()[i], *out, i);
      }
    }
  });
  if (!is_number || !fits) {
    return Error(ErrorCode::invalid_argument,
                 "an array of " + std::string(dtype_name(tensor.dtype())) + " cannot become " +
                     std::string(dtype_name(dtype)));
  }
  return Tensor(out.leak());
}

}  // namespace opscope::run
