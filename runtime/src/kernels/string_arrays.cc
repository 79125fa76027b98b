// Strings joined along dimensions, and read as numbers.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/always.h"
#include "kernels/kernel_inputs.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
// The reduced dimensions, the slowest first: the one listed first varies fastest.
std::vector<int> joined_dims(const KernelContext& context, int rank) {
  context.require(context.input(1).rank() <= 1, "reduction_indices must be a scalar or a vector");
  std::vector<int> dims;
  for (const std::int64_t axis : read_ints(context, 1)) {
    if (axis < -rank || axis >= rank) {
      context.fail(ErrorCode::out_of_range, "Invalid reduction dimension " + std::to_string(axis) +
                                                " for input with " + std::to_string(rank) +
                                                " dimension(s)");
    }
    const auto at = static_cast<int>(axis < 0 ? axis + rank : axis);
    if (std::find(dims.begin(), dims.end(), at) != dims.end()) {
      context.invalid("Duplicate reduction dimension " + std::to_string(axis));
    }
    dims.insert(dims.begin(), at);
  }
  return dims;
}

// Where the elements that differ only in `dims` lie, the last of dims varying fastest.
std::vector<std::int64_t> offsets_over(const Shape& shape, const std::vector<int>& dims) {
  std::vector<std::int64_t> offsets = {0};
  for (const int dim : dims) {
    const std::int64_t stride = count_elements(shape, dim + 1, shape.rank());
    std::vector<std::int64_t> wider;
    for (const std::int64_t offset : offsets) {
      for (std::int64_t i = 0; i < shape[dim]; ++i) wider.push_back(offset + i * stride);
    }
    offsets = std::move(wider);
  }
  return offsets;
}

void reduce_join(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const Shape& shape = in.shape();
  if (context.input(1).num_elements() == 0) return context.set_output(0, context.input_ref(0));
  const bool keep = context.attr_bool("keep_dims");
  const std::string_view separator = context.attr_string("separator");
  const std::vector<int> joined = joined_dims(context, shape.rank());
  std::vector<int> kept;
  Shape out_shape;
  for (int d = 0; d < shape.rank(); ++d) {
    const bool is_joined = std::find(joined.begin(), joined.end(), d) != joined.end();
    if (!is_joined) kept.push_back(d);
    if (!is_joined || keep) out_shape.append(is_joined ? 1 : shape[d]);
  }
  TensorRep& out = context.allocate_output(0, DType::string, out_shape);
  if (in.num_elements() == 0) return;  // joined of nothing, or nothing at all
  const std::vector<std::int64_t> parts = offsets_over(shape, joined);
  const std::vector<std::int64_t> starts = offsets_over(shape, kept);
  for (std::size_t o = 0; o < starts.size(); ++o) {
    std::string& text = out.mutable_data<std::string>()[o];
    for (std::size_t p = 0; p < parts.size(); ++p) {
      if (p > 0) text.append(separator);
      text += in.data<std::string>()[starts[o] + parts[p]];
    }
  }
}

// The number of values of `size` bytes in each string, which are equally long.
std::int64_t raw_count(const KernelContext& context, std::size_t size) {
  const auto texts = context.input(0).flat<std::string>();
  if (texts.empty()) return 0;
  const std::size_t length = texts[0].size();
  for (const std::string& text : texts) {
    if (text.size() == length) continue;
    context.invalid(
        "DecodeRaw requires input strings to all be the same size, but element has "
        "size " +
        std::to_string(length) + " != " + std::to_string(text.size()));
  }
  if (length % size != 0) {
    context.invalid("Input to DecodeRaw has length " + std::to_string(length) +
                    " that is not a multiple of " + std::to_string(size) + ", the size of " +
                    std::string(dtype_name(context.attr_type("out_type"))));
  }
  return static_cast<std::int64_t>(length / size);
}

void decode_raw(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const DType dtype = context.attr_type("out_type");
  const std::size_t size = dtype_size(dtype);
  const std::int64_t count = raw_count(context, size);
  Shape shape = in.shape();
  shape.append(count);
  TensorRep& out = context.allocate_output(0, dtype, shape);
  const std::size_t bytes = static_cast<std::size_t>(count) * size;
  if (bytes == 0) return;
  auto* to = static_cast<unsigned char*>(out.mutable_raw_data());
  const bool is_swapped = !context.attr_bool("little_endian");
  for (const std::string& text : in.flat<std::string>()) {
    std::memcpy(to, text.data(), bytes);
    for (std::size_t at = 0; is_swapped && at < bytes; at += size) {
      std::reverse(to + at, to + at + size);
    }
    // Any other byte than 0 and 1 is no bool.
    for (std::size_t at = 0; dtype == DType::boolean && at < bytes; ++at) to[at] = to[at] != 0;
    to += bytes;
  }
}

// Of numbers whose bytes are one number, not a pair as those of complex ones.
Kernel select_decode(const KernelKey& key) {
  const DType dtype = key.outputs[0];
  return dtype == DType::complex64 || dtype == DType::complex128 ? nullptr : decode_raw;
}

constexpr KernelBinding kBindings[] = {
    {"ReduceJoin", always<reduce_join>},
    {"DecodeRaw", select_decode},
};
}  // namespace

KernelBindings string_array_kernels() { return kBindings; }

}  // namespace opscope::runtime
