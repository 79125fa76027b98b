// Joining, cutting and measuring strings.
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
void string_join(KernelContext& context) {
  const std::string_view separator = context.attr_string("separator");
  Shape shape;
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    const Shape& other = context.input(i).shape();
    if (other.rank() == 0) continue;
    if (shape.rank() != 0 && shape != other) {
      context.invalid("Input shapes do not match: " + shape.to_bracket_string() + " vs. " +
                      other.to_bracket_string());
    }
    shape = other;
  }
  TensorRep& out = context.allocate_output(0, DType::string, shape);
  for (std::int64_t e = 0; e < out.num_elements(); ++e) {
    std::string& text = out.mutable_data<std::string>()[e];
    for (std::size_t i = 0; i < context.num_inputs(); ++i) {
      if (i > 0) text.append(separator);
      text += context.input(i).data<std::string>()[context.input(i).rank() == 0 ? 0 : e];
    }
  }
}

bool starts_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

bool is_utf8_unit(const KernelContext& context) {
  return context.attr_string("unit") == "UTF8_CHAR";
}

void string_length(KernelContext& context) {
  const bool characters = is_utf8_unit(context);
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, DType::int32, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    const std::string& text = in.data<std::string>()[i];
    const auto size = characters ? std::count_if(text.begin(), text.end(), starts_character)
                                 : static_cast<std::ptrdiff_t>(text.size());
    out.mutable_data<std::int32_t>()[i] = static_cast<std::int32_t>(size);
  }
}

// The string's units: bytes, or where each character starts. Ends with the string's size.
std::vector<std::size_t> unit_starts(const std::string& text, bool characters) {
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!characters || starts_character(text[i])) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

// For each element of `out` in order, the element of a tensor of shape `in` broadcast to it.
class BroadcastIndex {
 public:
  BroadcastIndex(const Shape& in, const Shape& out) : out_(out), strides_(out.dims().size(), 0) {
    std::int64_t stride = 1;
    for (int d = in.rank() - 1, o = out.rank() - 1; d >= 0; --d, --o) {
      strides_[static_cast<std::size_t>(o)] = in[d] == 1 ? 0 : stride;
      stride *= in[d];
    }
  }
  [[nodiscard]] std::int64_t at(std::int64_t element) const noexcept {
    std::int64_t index = 0;
    for (int d = out_.rank() - 1; d >= 0; --d) {
      index += element % out_[d] * strides_[static_cast<std::size_t>(d)];
      element /= out_[d];
    }
    return index;
  }

 private:
  const Shape& out_;
  std::vector<std::int64_t> strides_;
};

std::string part_of(const KernelContext& context, const std::string& text, std::int64_t position,
                    std::int64_t length, bool characters, std::int64_t index) {
  const std::vector<std::size_t> starts = unit_starts(text, characters);
  const auto size = static_cast<std::int64_t>(starts.size()) - 1;
  if (position < -size || position > size) {
    context.invalid("pos " + std::to_string(position) + " out of range for string of " +
                    std::to_string(size) + " units at index " + std::to_string(index));
  }
  const std::int64_t begin = position < 0 ? position + size : position;
  // A negative number of bytes is all of them, one of characters none, as in TensorFlow.
  const std::int64_t wanted = length < 0 && !characters ? size : length;
  const std::int64_t count = std::clamp<std::int64_t>(wanted, 0, size - begin);
  const std::size_t first = starts[static_cast<std::size_t>(begin)];
  return text.substr(first, starts[static_cast<std::size_t>(begin + count)] - first);
}

void substr(KernelContext& context) {
  const bool characters = is_utf8_unit(context);
  const TensorRep& in = context.input(0);
  const IntList positions = read_ints(context, 1);
  const IntList lengths = read_ints(context, 2);
  const Shape& where = context.input(1).shape();
  context.require(where == context.input(2).shape(), "pos and len should have the same shape");
  const Shape shape = broadcast_shapes(in.shape(), where);
  const BroadcastIndex texts(in.shape(), shape);
  const BroadcastIndex places(where, shape);
  TensorRep& out = context.allocate_output(0, DType::string, shape);
  for (std::int64_t i = 0; i < out.num_elements(); ++i) {
    const auto at = static_cast<std::size_t>(places.at(i));
    out.mutable_data<std::string>()[i] = part_of(context, in.data<std::string>()[texts.at(i)],
                                                 positions[at], lengths[at], characters, i);
  }
}

std::vector<std::string> split_blank(const std::string& text, std::int64_t most) {
  if (most == 0) return {text};
  std::vector<std::string> parts;
  std::size_t at = 0;
  const auto is_blank = [&](std::size_t i) {
    return std::isspace(static_cast<unsigned char>(text[i])) != 0;
  };
  while (true) {
    while (at < text.size() && is_blank(at)) ++at;
    if (most > 0 && static_cast<std::int64_t>(parts.size()) == most) break;
    if (at == text.size()) return parts;
    const std::size_t begin = at;
    while (at < text.size() && !is_blank(at)) ++at;
    parts.push_back(text.substr(begin, at - begin));
  }
  parts.push_back(text.substr(at));
  return parts;
}

std::vector<std::string> split_at(const std::string& text, const std::string& separator,
                                  std::int64_t most) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (most < 0 || static_cast<std::int64_t>(parts.size()) < most) {
    const std::size_t found = text.find(separator, at);
    if (found == std::string::npos) break;
    parts.push_back(text.substr(at, found - at));
    at = found + separator.size();
  }
  parts.push_back(text.substr(at));
  return parts;
}

void string_split(KernelContext& context) {
  const TensorRep& in = context.input(0);
  context.require(in.rank() == 1, "input must be a vector");
  context.require(context.input(1).rank() == 0, "sep must be a scalar");
  const std::string& separator = *context.input(1).data<std::string>();
  const std::int64_t most = context.attr_int("maxsplit");
  std::vector<std::vector<std::string>> rows;
  std::int64_t total = 0;
  std::int64_t widest = 0;
  for (const std::string& text : in.flat<std::string>()) {
    rows.push_back(separator.empty() ? split_blank(text, most) : split_at(text, separator, most));
    const auto count = static_cast<std::int64_t>(rows.back().size());
    total += count;
    widest = std::max(widest, count);
  }
  TensorRep& indices = context.allocate_output(0, DType::int64, {total, 2});
  TensorRep& values = context.allocate_output(1, DType::string, {total});
  TensorRep& shape = context.allocate_output(2, DType::int64, {2});
  auto* index = indices.mutable_data<std::int64_t>();
  auto* value = values.mutable_data<std::string>();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      *index++ = static_cast<std::int64_t>(r);
      *index++ = static_cast<std::int64_t>(i);
      *value++ = std::move(rows[r][i]);
    }
  }
  shape.mutable_data<std::int64_t>()[0] = in.num_elements();
  shape.mutable_data<std::int64_t>()[1] = widest;
}

std::string lowered(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}
std::string raised(const std::string& text) {
  std::string out = text;
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}
std::string stripped(const std::string& text) {
  constexpr std::string_view kBlank = " \t\n\v\f\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

template <std::string (*kChange)(const std::string&)>
void change(KernelContext& context) {
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, DType::string, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    out.mutable_data<std::string>()[i] = kChange(in.data<std::string>()[i]);
  }
}

constexpr KernelBinding kBindings[] = {
    {"StringJoin", always<string_join>},
    {"StringLength", always<string_length>},
    {"Substr", always<substr>},
    {"StringSplitV2", always<string_split>},
    {"StringLower", always<change<lowered>>},
    {"StringUpper", always<change<raised>>},
    {"StringStrip", always<change<stripped>>},
};
}  // namespace

KernelBindings string_kernels() { return kBindings; }

}  // namespace opscope::runtime
