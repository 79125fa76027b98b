// The operations of tf.strings.
#include <numeric>
#include <string>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::strings {
namespace {

using runtime::op;
using runtime::OpCall;
using runtime::Ref;
using runtime::TensorRep;

std::string text_of(const Operand& literal) {
  const auto value = Ref<TensorRep>::adopt(literal.literal(DType::string));
  return *value->data<std::string>();
}

// Of positions and lengths: a literal takes the other's type.
DType common_dtype(const Operand& a, const Operand& b) {
  return a.is_literal() && !b.is_literal() ? b.dtype() : a.dtype();
}

}  // namespace

Tensor lower(const Operand& x, std::string_view encoding) {
  return OpCall(op<"StringLower">(), "StringLower", x.loc())
      .add(x)
      .attr("encoding", encoding)
      .run();
}
Tensor upper(const Operand& x, std::string_view encoding) {
  return OpCall(op<"StringUpper">(), "StringUpper", x.loc())
      .add(x)
      .attr("encoding", encoding)
      .run();
}
Tensor strip(const Operand& x) { return runtime::unary(op<"StringStrip">(), "StringStrip", x); }

Tensor substr(const Operand& x, const Operand& position, const Operand& length, Unit unit) {
  const DType dtype = common_dtype(position, length);
  return OpCall(op<"Substr">(), "Substr", x.loc())
      .add(x)
      .add(position, dtype, "pos")
      .add(length, dtype, "len")
      .attr("unit", unit == Unit::byte ? "BYTE" : "UTF8_CHAR")
      .run();
}

SplitParts split(const Operand& x, std::string_view separator, std::int64_t maxsplit) {
  const NameScope scope("StringSplit");
  const std::vector<Tensor> parts =
      OpCall(op<"StringSplitV2">(), "StringSplitV2", x.loc())
          .add(x)
          .add_constant(runtime::make_scalar(std::string(separator)), "sep")
          .attr("maxsplit", maxsplit)
          .run_all();
  return {parts[0], parts[1], parts[2]};
}

Tensor reduce_join(const Operand& x, const ReduceJoinOptions& options) {
  const NameScope scope("ReduceJoin");
  OpCall call(op<"ReduceJoin">(), "ReduceJoin", x.loc());
  call.add(x);
  std::optional<Axes> axes = options.axes;
  if (!axes) {
    const int rank = call.input_shape(0).rank();
    if (rank < 0) runtime::refuse("reduce_join: without axes the rank must be known", x.loc());
    axes.emplace(static_cast<std::size_t>(rank));
    std::iota(axes->rbegin(), axes->rend(), 0);
  }
  return call.add_constant(runtime::int32_vector(*axes), "reduction_indices")
      .attr("keep_dims", options.keep_dims)
      .attr("separator", options.separator)
      .run();
}

Tensor regex_replace(const Operand& x, const Operand& pattern, const Operand& rewrite,
                     bool replace_global) {
  if (pattern.is_literal() && rewrite.is_literal()) {
    return OpCall(op<"StaticRegexReplace">(), "StaticRegexReplace", x.loc())
        .add(x)
        .attr("pattern", text_of(pattern))
        .attr("rewrite", text_of(rewrite))
        .attr("replace_global", replace_global)
        .run();
  }
  return OpCall(op<"RegexReplace">(), "RegexReplace", x.loc())
      .add(x)
      .add(pattern, DType::string, "pattern")
      .add(rewrite, DType::string, "rewrite")
      .attr("replace_global", replace_global)
      .run();
}

Tensor regex_full_match(const Operand& x, const Operand& pattern) {
  if (pattern.is_literal()) {
    return OpCall(op<"StaticRegexFullMatch">(), "StaticRegexFullMatch", x.loc())
        .add(x)
        .attr("pattern", text_of(pattern))
        .run();
  }
  return OpCall(op<"RegexFullMatch">(), "RegexFullMatch", x.loc()).add(x).add(pattern).run();
}

Tensor to_number(const Operand& x, DType dtype) {
  return OpCall(op<"StringToNumber">(), "StringToNumber", x.loc())
      .add(x)
      .attr("out_type", dtype)
      .run();
}

namespace {
std::string_view name_of(CodingErrors errors) {
  if (errors == CodingErrors::strict) return "strict";
  return errors == CodingErrors::ignore ? "ignore" : "replace";
}
}  // namespace

DecodedCharacters unicode_decode(const Operand& x, const CodingOptions& options) {
  const std::vector<Tensor> both = OpCall(op<"UnicodeDecode">(), "UnicodeDecode", x.loc())
                                       .add(x)
                                       .attr("input_encoding", options.encoding)
                                       .attr("errors", name_of(options.errors))
                                       .attr("replacement_char", options.replacement_char)
                                       .run_all();
  return {both[0], both[1]};
}

Tensor unicode_encode(const Operand& values, const Operand& row_splits,
                      const CodingOptions& options) {
  return OpCall(op<"UnicodeEncode">(), "UnicodeEncode", values.loc())
      .add(values)
      .add(row_splits)
      .attr("output_encoding", options.encoding)
      .attr("errors", name_of(options.errors))
      .attr("replacement_char", options.replacement_char)
      .run();
}

Tensor to_hash_bucket_fast(const Operand& x, std::int64_t num_buckets) {
  return OpCall(op<"StringToHashBucketFast">(), "StringToHashBucketFast", x.loc())
      .add(x)
      .attr("num_buckets", num_buckets)
      .run();
}

}  // namespace opscope::strings

namespace opscope::io {

Tensor decode_raw(const Operand& x, DType dtype, bool little_endian) {
  using runtime::op;
  return runtime::OpCall(op<"DecodeRaw">(), "DecodeRaw", x.loc())
      .add(x)
      .attr("out_type", dtype)
      .attr("little_endian", little_endian)
      .run();
}

}  // namespace opscope::io
