// AsString and StringToNumber.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/number_format.h"
#include "kernels/always.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
// The printf flags of an AsString.
struct Style {
  int width;
  int precision;
  char fill;
  char conversion;
};

Style read_style(const KernelContext& context, DType dtype) {
  const std::string_view fill = context.attr_string("fill");
  const bool scientific = context.attr_bool("scientific");
  const bool shortest = context.attr_bool("shortest");
  constexpr std::int64_t kMost = 1000;
  const std::int64_t width = context.attr_int("width");
  const std::int64_t precision = context.attr_int("precision");
  context.require(!(scientific && shortest), "Cannot select both scientific and shortest notation");
  context.require(fill.empty() || (fill.size() == 1 && std::string_view(" +-0#").find(fill[0]) !=
                                                           std::string_view::npos),
                  "fill must be one of ' ', '+', '-', '0', '#'");
  context.require(width <= kMost && precision <= kMost, "width and precision must be at most 1000");
  if (!is_floating(dtype) && dtype != DType::string) {
    context.require(!scientific && !shortest && precision < 0,
                    "scientific, shortest and precision are for floating-point types only");
  }
  return {.width = static_cast<int>(width < 0 ? 0 : width),
          .precision = static_cast<int>(precision < 0 ? -1 : precision),
          .fill = fill.empty() ? '\0' : fill[0],
          .conversion = scientific ? 'e' : (shortest ? 'g' : 'f')};
}

std::string format_float(const Style& style, double value) {
  std::string pattern = "%";
  if (style.fill != '\0') pattern += style.fill;
  if (style.width > 0) pattern += std::to_string(style.width);
  if (style.precision >= 0) pattern += "." + std::to_string(style.precision);
  pattern += style.conversion;
  std::string text(2048, '\0');
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const int size = std::snprintf(text.data(), text.size(), pattern.c_str(), value);
#pragma GCC diagnostic pop
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string pad(const Style& style, std::string text) {
  const auto width = static_cast<std::size_t>(style.width);
  if (style.fill == '+' && !text.starts_with('-')) text.insert(0, 1, '+');
  if (text.size() >= width) return text;
  const std::size_t missing = width - text.size();
  if (style.fill == '-') return text + std::string(missing, ' ');
  if (style.fill == '0') {
    text.insert(text.starts_with('-') ? 1 : 0, missing, '0');
    return text;
  }
  return std::string(missing, ' ') + text;
}

void as_string(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const DType dtype = in.dtype();
  if (is_complex(dtype) || dtype == DType::variant) {
    context.fail(ErrorCode::unimplemented, "no text form for this type");
  }
  const Style style = read_style(context, dtype);
  TensorRep& out = context.allocate_output(0, DType::string, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    std::string& text = out.mutable_data<std::string>()[i];
    if (dtype == DType::string) {
      const std::string& value = in.data<std::string>()[i];
      text = style.fill == '0' ? pad({.width = style.width}, value) : pad(style, value);
    } else if (is_floating(dtype)) {
      text = format_float(style, float_element(in, i));
    } else if (dtype == DType::boolean) {
      text = in.data<bool>()[i] ? "true" : "false";  // of bools the width does not count
    } else {
      text = pad(style, integer_element(in, i));
    }
  }
}

bool parse(const char* begin, char** end, float& value) {
  value = std::strtof(begin, end);
  return true;
}
bool parse(const char* begin, char** end, double& value) {
  value = std::strtod(begin, end);
  return true;
}
template <std::integral T>
bool parse(const char* begin, char** end, T& value) {
  if (*begin == '+') {  // from_chars takes no sign but '-'
    ++begin;
    if (*begin == '-') return false;
  }
  const char* last = begin + std::char_traits<char>::length(begin);
  const auto result = std::from_chars(begin, last, value);
  *end = const_cast<char*>(result.ptr);
  return result.ec == std::errc();
}

template <typename T>
void string_to_number(KernelContext& context) {
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, dtype_of<T>, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    const std::string& whole = in.data<std::string>()[i];
    const std::size_t first = whole.find_first_not_of(" \t\n\v\f\r");
    const std::size_t last = whole.find_last_not_of(" \t\n\v\f\r");
    const std::string text =
        first == std::string::npos ? std::string() : whole.substr(first, last - first + 1);
    char* end = nullptr;
    T value{};
    if (text.empty() || !parse(text.c_str(), &end, value) || end != text.c_str() + text.size()) {
      context.invalid("StringToNumberOp could not correctly convert string: " + whole);
    }
    out.mutable_data<T>()[i] = value;
  }
}

constexpr KernelBinding kBindings[] = {
    {"AsString", always<as_string>},
    {"StringToNumber",
     [](const KernelKey& key) {
       using Types =
           TypeList<float, double, std::int32_t, std::int64_t, std::uint32_t, std::uint64_t>;
       return pick(Types{}, key.outputs[0],
                   []<typename T>() -> Kernel { return string_to_number<T>; });
     }},
};
}  // namespace

KernelBindings string_number_kernels() { return kBindings; }

}  // namespace opscope::runtime
