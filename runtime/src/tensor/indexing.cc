// x[...]: TensorFlow's StridedSlice with its masks, its inputs made in the order of its Python.
#include <limits>
#include <string>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope {
namespace {

using runtime::op;
using runtime::OpCall;
using runtime::Ref;
using runtime::TensorRep;

// One of begin, end or strides before its entries become one vector.
using Parts = std::vector<IndexBound>;

constexpr std::int64_t kMostInt32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kLeastInt32 = std::numeric_limits<std::int32_t>::min();

void check_bound(const IndexBound& bound, Loc loc) {
  if (!bound.tensor()) return;
  const DType dtype = bound.tensor()->dtype();
  const Shape& shape = bound.tensor()->shape();
  const bool is_index = dtype == DType::int16 || dtype == DType::int32 || dtype == DType::int64;
  if (is_index && (!shape.has_rank() || shape.rank() == 0)) return;
  throw Error(ErrorCode::invalid_argument,
              "Only integers, slices, ellipsis, newaxis and scalar int32/int64 tensors are valid "
              "indices, got a tensor of dtype " +
                  std::string(dtype_name(dtype)) + " and shape " + shape.to_string() + " at " +
                  describe(loc));
}

// The type that bounds which are not given take from those that are Tensors.
std::optional<DType> dtype_of_bounds(const Slice& slice) {
  std::optional<DType> dtype;
  for (const IndexBound* bound : {&slice.start, &slice.stop, &slice.step}) {
    if (!bound->tensor()) continue;
    const DType own = bound->tensor()->dtype();
    if (!dtype || own == DType::int64 || (own == DType::int32 && *dtype == DType::int16)) {
      dtype = own;
    }
  }
  return dtype;
}

// The vectors of a slice and its masks.
class SliceSpec {
 public:
  void add(const Index& index) {
    const std::int64_t bit = std::int64_t{1} << begin.size();
    switch (index.kind()) {
      case Index::Kind::element:
        add_element(index);
        shrink_axis_mask |= bit;
        return;
      case Index::Kind::slice:
        add_slice(index, bit);
        return;
      case Index::Kind::new_axis:
        new_axis_mask |= bit;
        break;
      case Index::Kind::rest:
        ellipsis_mask |= bit;
        break;
    }
    push(0, 0, 1);
  }

  Parts begin, end, strides;
  std::int64_t begin_mask = 0;
  std::int64_t end_mask = 0;
  std::int64_t ellipsis_mask = 0;
  std::int64_t new_axis_mask = 0;
  std::int64_t shrink_axis_mask = 0;

 private:
  void push(const IndexBound& first, const IndexBound& last, const IndexBound& step) {
    begin.push_back(first);
    end.push_back(last);
    strides.push_back(step);
  }

  void add_element(const Index& index) {
    const IndexBound& at = index.slice().start;
    check_bound(at, index.loc());
    if (!at.tensor()) {
      const std::int64_t next = *at.number() == std::numeric_limits<std::int64_t>::max()
                                    ? *at.number()
                                    : *at.number() + 1;
      return push(at, next, 1);
    }
    const Tensor next = add_one(*at.tensor(), index.loc());
    const DType dtype = at.tensor()->dtype();
    const IndexBound step =
        dtype == DType::int32 ? IndexBound(1) : runtime::scalar_of(Operand(1, index.loc()), dtype);
    push(at, next, step);
  }

  static Tensor add_one(const Tensor& at, Loc loc) {
    return runtime::binary(op<"AddV2">(), "add", Operand(at, loc), Operand(1, loc));
  }

  void add_slice(const Index& index, std::int64_t bit) {
    const Slice& slice = index.slice();
    const std::optional<DType> dtype = dtype_of_bounds(slice);
    const auto take = [&](const IndexBound& bound, std::int64_t otherwise) -> IndexBound {
      if (bound.is_given()) return bound;
      return dtype ? IndexBound(runtime::scalar_of(Operand(otherwise, index.loc()), *dtype))
                   : IndexBound(otherwise);
    };
    for (const IndexBound* bound : {&slice.start, &slice.stop, &slice.step}) {
      check_bound(*bound, index.loc());
    }
    if (!slice.start.is_given()) begin_mask |= bit;
    if (!slice.stop.is_given()) end_mask |= bit;
    begin.push_back(take(slice.start, 0));
    end.push_back(take(slice.stop, 0));
    strides.push_back(take(slice.step, 1));
  }
};

Tensor pack_numbers(const Parts& parts, Loc loc) {
  std::vector<std::int64_t> wide;
  bool is_wide = false;
  for (const IndexBound& part : parts) {
    wide.push_back(*part.number());
    is_wide = is_wide || wide.back() > kMostInt32 || wide.back() < kLeastInt32;
  }
  auto rep = is_wide ? runtime::make_vector<std::int64_t>(wide) : runtime::int32_vector(wide);
  return Tensor(runtime::value_here(std::move(rep), loc, "stack").leak());
}

// A constant, or a Pack with constants where entries are numbers.
Tensor pack(const Parts& parts, Loc loc) {
  std::optional<DType> dtype;
  for (const IndexBound& part : parts) {
    if (part.tensor() && !dtype) dtype = part.tensor()->dtype();
  }
  if (!dtype) return pack_numbers(parts, loc);
  OpCall call(op<"Pack">(), "stack", loc);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].tensor()) {
      call.add(*parts[i].tensor());
    } else {
      call.add(Operand(*parts[i].number(), loc), *dtype, std::to_string(i));
    }
  }
  return call.attr("axis", std::int64_t{0}).run();
}

Tensor slice_of(const Tensor& x, const SliceSpec& spec, Loc loc) {
  const NameScope scope("strided_slice");
  std::array<Tensor, 3> vectors;
  if (spec.begin.empty()) {
    vectors.fill(Tensor(runtime::value_here(runtime::int32_vector({}), loc).leak()));
  } else {
    vectors = {pack(spec.begin, loc), pack(spec.end, loc), pack(spec.strides, loc)};
  }
  const auto is_wide = [](const Tensor& vector) { return vector.dtype() == DType::int64; };
  if (is_wide(vectors[0]) || is_wide(vectors[1]) || is_wide(vectors[2])) {
    for (Tensor& vector : vectors) vector = cast(Operand(vector, loc), DType::int64);
  }
  OpCall call(op<"StridedSlice">(), scope.name(), loc);
  call.add(Operand(x, loc));
  for (const Tensor& vector : vectors) call.add(vector);
  return call.attr("begin_mask", spec.begin_mask)
      .attr("end_mask", spec.end_mask)
      .attr("ellipsis_mask", spec.ellipsis_mask)
      .attr("new_axis_mask", spec.new_axis_mask)
      .attr("shrink_axis_mask", spec.shrink_axis_mask)
      .run();
}

Tensor select(const Tensor& x, std::span<const Index> indices) {
  const Loc loc = indices.empty() ? Loc{} : indices.front().loc();
  constexpr std::size_t kMostEntries = 62;  // bits of a mask
  if (indices.size() > kMostEntries) {
    throw Error(ErrorCode::invalid_argument, "too many indices at " + describe(loc));
  }
  SliceSpec spec;
  for (const Index& index : indices) spec.add(index);
  return slice_of(x, spec, loc);
}

}  // namespace

Tensor Tensor::operator[](const Index& index) const {
  const std::optional<Tensor>& at = index.slice().start.tensor();
  if (index.kind() == Index::Kind::element && at && at->dtype() == DType::boolean) {
    return boolean_mask(Operand(*this, index.loc()), Operand(*at, index.loc()));
  }
  return select(*this, {&index, 1});
}

Tensor Tensor::operator[](std::initializer_list<Index> indices) const {
  return select(*this, {indices.begin(), indices.size()});
}

}  // namespace opscope
