#include "core/numpy_elements.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "core/number_format.h"

namespace opscope::runtime {
namespace {
constexpr int kPrecision = 8;

std::string bytes_repr(const std::string& text) {
  const bool has_single = text.find('\'') != std::string::npos;
  const char quote = has_single && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out = "b";
  out += quote;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte >= 0x7f) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", byte);
      out += hex.data();
    } else {
      out += c;
    }
  }
  return out + quote;
}

struct Split {
  std::string whole;     // with the sign
  std::string fraction;  // without the point, no trailing zeros
};

std::string without_trailing_zeros(std::string digits) {
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits;
}

// Ten to the number of decimal digits that the type holds for certain, as NumPy 2.4 counts them.
double digits_limit(DType dtype) {
  if (dtype == DType::half) return 1e3;
  return dtype == DType::float32 ? 1e6 : 1e15;
}

// Shortest digits, at most kPrecision of them after the point.
Split positional(double value, DType dtype) {
  const ShortestDigits shortest = shortest_digits(value, dtype);
  Split split{.whole = shortest.is_negative ? "-" : "", .fraction = {}};
  const int count = static_cast<int>(shortest.digits.size());
  if (count - 1 - shortest.exponent > kPrecision) {
    std::array<char, 400> text{};
    std::snprintf(text.data(), text.size(), "%.*f", kPrecision, std::abs(value));
    const std::string all = text.data();
    split.whole += all.substr(0, all.find('.'));
    split.fraction = without_trailing_zeros(all.substr(all.find('.') + 1));
    return split;
  }
  if (shortest.exponent < 0) {
    split.whole += '0';
    split.fraction.assign(static_cast<std::size_t>(-shortest.exponent - 1), '0');
    split.fraction += shortest.digits;
    split.fraction = without_trailing_zeros(split.fraction);
    return split;
  }
  const auto whole = static_cast<std::size_t>(shortest.exponent) + 1;
  std::string digits = shortest.digits;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  split.whole += digits.substr(0, whole);
  split.fraction = without_trailing_zeros(digits.substr(whole));
  return split;
}

// Mantissa digits after the point, at most kPrecision, and the exponent.
struct Scientific {
  std::string whole;
  std::string fraction;
  int exponent;
};

Scientific scientific(double value, DType dtype) {
  ShortestDigits shortest = shortest_digits(value, dtype);
  if (shortest.digits.size() > kPrecision + 1) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*e", kPrecision, std::abs(value));
    const std::string all = text.data();
    shortest.digits = all.substr(0, 1) + all.substr(2, kPrecision);
    shortest.exponent = std::atoi(all.c_str() + all.find('e') + 1);
  }
  return {.whole = (shortest.is_negative ? "-" : "") + shortest.digits.substr(0, 1),
          .fraction = without_trailing_zeros(shortest.digits.substr(1)),
          .exponent = shortest.exponent};
}

std::string exponent_text(int exponent, std::size_t digits) {
  std::string text = std::to_string(std::abs(exponent));
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return (exponent < 0 ? "e-" : "e+") + text;
}

std::string left_padded(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

class FloatFormat {
 public:
  FloatFormat(const std::vector<double>& values, DType dtype) : dtype_(dtype) {
    choose_exponential(values);
    for (const double value : values) {
      if (std::isfinite(value)) measure(value);
    }
    for (const double value : values) {
      if (std::isfinite(value)) continue;
      const std::size_t size = std::isinf(value) && value < 0 ? 4 : 3;
      const std::size_t right = right_width() + 1;
      if (size > right) left_ = std::max(left_, size - right);
    }
  }

  [[nodiscard]] std::string format(double value) const {
    if (!std::isfinite(value)) {
      return left_padded(std::isnan(value) ? "nan" : (value < 0 ? "-inf" : "inf"),
                         left_ + right_width() + 1);
    }
    if (exponential_) {
      return exponential(value);
    }
    Split parts = positional(value, dtype_);
    parts.fraction.resize(right_, ' ');
    return left_padded(parts.whole, left_) + "." + parts.fraction;
  }

 private:
  // Where another element needs more digits than this one, NumPy shows this one's true digits, not
  // zeros: 1e-05 in float32 is 9.9999997e-06.
  [[nodiscard]] std::string exponential(double value) const {
    Scientific parts = scientific(value, dtype_);
    if (parts.fraction.size() < right_) {
      std::array<char, 64> text{};
      std::snprintf(text.data(), text.size(), "%.*e", static_cast<int>(right_), std::abs(value));
      const std::string all = text.data();
      parts.whole = (std::signbit(value) ? "-" : "") + all.substr(0, 1);
      parts.fraction = all.substr(2, right_);
      parts.exponent = std::atoi(all.c_str() + all.find('e') + 1);
    }
    return left_padded(parts.whole, left_) + "." + parts.fraction +
           exponent_text(parts.exponent, exponent_digits_);
  }

  [[nodiscard]] std::size_t right_width() const {
    return exponential_ ? right_ + 2 + exponent_digits_ : right_;
  }

  void choose_exponential(const std::vector<double>& values) {
    double largest = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (const double value : values) {
      if (!std::isfinite(value) || value == 0) continue;
      largest = std::max(largest, std::abs(value));
      smallest = std::min(smallest, std::abs(value));
    }
    const double least = dtype_ == DType::float64 ? 0.0001 : static_cast<double>(0.0001f);
    exponential_ = largest > 0 && (largest >= std::min(1e8, digits_limit(dtype_)) ||
                                   smallest < least || largest / smallest > 1000);
  }

  void measure(double value) {
    if (exponential_) {
      const Scientific parts = scientific(value, dtype_);
      left_ = std::max(left_, parts.whole.size());
      right_ = std::max(right_, parts.fraction.size());
      exponent_digits_ =
          std::max(exponent_digits_, std::to_string(std::abs(parts.exponent)).size());
      return;
    }
    const Split parts = positional(value, dtype_);
    left_ = std::max(left_, parts.whole.size());
    right_ = std::max(right_, parts.fraction.size());
  }

  DType dtype_;
  bool exponential_ = false;
  std::size_t left_ = 0;
  std::size_t right_ = 0;
  std::size_t exponent_digits_ = 2;
};

// NumPy has no bfloat16 of its own: the type that TensorFlow adds is written like this everywhere.
std::string bfloat16_text(double value) {
  if (std::isnan(value)) return "nan";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

// Positional from 1e-4 up to the type's limit, else scientific, always the shortest digits.
std::string scalar_float(double value, DType dtype) {
  if (dtype == DType::bfloat16) return bfloat16_text(value);
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  const ShortestDigits shortest = shortest_digits(value, dtype);
  const std::string sign = shortest.is_negative ? "-" : "";
  std::string digits = shortest.digits;
  const double limit = dtype == DType::float64 ? 1e16 : digits_limit(dtype);
  if (value != 0 && (std::abs(value) < 1e-4 || std::abs(value) >= limit)) {
    const std::string fraction = digits.substr(1);
    return sign + digits.substr(0, 1) + (fraction.empty() ? "" : "." + fraction) +
           exponent_text(shortest.exponent, 2);
  }
  if (shortest.exponent < 0) {
    return sign + "0." + std::string(static_cast<std::size_t>(-shortest.exponent - 1), '0') +
           digits;
  }
  const auto whole = static_cast<std::size_t>(shortest.exponent) + 1;
  if (digits.size() <= whole) digits.append(whole - digits.size() + 1, '0');
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::string scalar_text(const TensorRep& tensor, DType float_dtype) {
  if (tensor.dtype() == DType::string) return bytes_repr(*tensor.data<std::string>());
  if (tensor.dtype() == DType::boolean) return *tensor.data<bool>() ? "True" : "False";
  if (is_floating(tensor.dtype())) return scalar_float(float_element(tensor, 0), float_dtype);
  if (dtype_size(tensor.dtype()) > 0) return integer_element(tensor, 0);
  const auto& handle = *tensor.data<Ref<Resource>>();
  return "<" + (handle ? handle->describe() : std::string("none")) + ">";
}
}  // namespace

std::vector<std::string> numpy_elements(const TensorRep& tensor,
                                        const std::vector<std::int64_t>& elements) {
  std::vector<std::string> texts;
  if (tensor.dtype() == DType::bfloat16) {
    for (const std::int64_t i : elements) texts.push_back(bfloat16_text(float_element(tensor, i)));
    return texts;
  }
  if (is_floating(tensor.dtype())) {
    std::vector<double> values;
    for (const std::int64_t i : elements) values.push_back(float_element(tensor, i));
    const FloatFormat format(values, tensor.dtype());
    for (const double value : values) texts.push_back(format.format(value));
    return texts;
  }
  std::size_t width = 0;
  for (const std::int64_t i : elements) {
    if (tensor.dtype() == DType::string) {
      texts.push_back(bytes_repr(tensor.data<std::string>()[i]));
    } else if (tensor.dtype() == DType::boolean) {
      texts.push_back(tensor.data<bool>()[i] ? " True" : "False");
    } else if (dtype_size(tensor.dtype()) > 0) {
      texts.push_back(integer_element(tensor, i));
      width = std::max(width, texts.back().size());
    } else {
      const auto& handle = tensor.data<Ref<Resource>>()[i];
      texts.push_back("<" + (handle ? handle->describe() : std::string("none")) + ">");
    }
  }
  for (std::string& text : texts) text = left_padded(text, width);
  return texts;
}

std::string numpy_scalar(const TensorRep& tensor) { return scalar_text(tensor, tensor.dtype()); }

std::string python_scalar(const TensorRep& tensor) { return scalar_text(tensor, DType::float64); }

}  // namespace opscope::runtime
