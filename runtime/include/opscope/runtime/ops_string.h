// Operations on strings beyond those in ops.h, under the names of tf.strings; rules as in ops.h.
// Regular expressions have RE2's syntax; a bad one throws invalid_argument.
#pragma once

#include <cstdint>
#include <string_view>

#include "opscope/runtime/operand.h"
#include "opscope/runtime/reduce_options.h"
#include "opscope/runtime/tensor.h"

namespace opscope::strings {

// What a position and a length count.
enum class Unit : std::uint8_t { byte, utf8_char };

[[nodiscard]] Tensor lower(const Operand& x, std::string_view encoding = "");  // "" or "utf-8"
[[nodiscard]] Tensor upper(const Operand& x, std::string_view encoding = "");
[[nodiscard]] Tensor strip(const Operand& x);  // without blanks at both ends
// `length` units from `position`, a negative one from the end; broadcasting.
[[nodiscard]] Tensor substr(const Operand& x, const Operand& position, const Operand& length,
                            Unit unit = Unit::byte);

// Strings split at a separator, as a sparse matrix: the row and column of each part, the parts, and
// the size of the matrix.
struct SplitParts {
  Tensor indices;  // [count, 2] int64
  Tensor values;   // [count]
  Tensor shape;    // [2] int64: rows, the most parts of one row
};
// Without a separator at runs of blanks. At most maxsplit cuts unless it is -1.
[[nodiscard]] SplitParts split(const Operand& x, std::string_view separator = "",
                               std::int64_t maxsplit = -1);

struct ReduceJoinOptions : ReduceOptions {
  std::string_view separator = "";
};
// The strings along the axes (all, in order, without any) joined to one.
[[nodiscard]] Tensor reduce_join(const Operand& x, const ReduceJoinOptions& options = {});

// Every match (or the first) replaced; "\\1" in `rewrite` is the first group, "\\0" the match.
[[nodiscard]] Tensor regex_replace(const Operand& x, const Operand& pattern, const Operand& rewrite,
                                   bool replace_global = true);
// Whether the pattern matches all of each string.
[[nodiscard]] Tensor regex_full_match(const Operand& x, const Operand& pattern);

// Numbers from their text; a string that is none throws invalid_argument.
[[nodiscard]] Tensor to_number(const Operand& x, DType dtype = DType::float32);

// ---- Characters ----
// What becomes of bytes or numbers that are no character: an error, the replacement, nothing.
enum class CodingErrors : std::uint8_t { strict, replace, ignore };
struct CodingOptions {
  // "UTF-8", "UTF-16-BE" or "UTF-32-BE"; decoding knows "UTF-16-LE", "US-ASCII" and "ISO-8859-1"
  // too.
  std::string_view encoding = "UTF-8";
  CodingErrors errors = CodingErrors::replace;
  std::int32_t replacement_char = 0xFFFD;
};
// The characters of all strings in one vector, as a ragged tensor has them.
struct DecodedCharacters {
  Tensor row_splits;  // int64: string i has characters [row_splits[i], row_splits[i + 1])
  Tensor values;      // int32: code points
};
[[nodiscard]] DecodedCharacters unicode_decode(const Operand& x, const CodingOptions& options = {});
// The way back: a vector of strings.
[[nodiscard]] Tensor unicode_encode(const Operand& values, const Operand& row_splits,
                                    const CodingOptions& options = {});
// A hash of each string in [0, num_buckets), the same on every machine and in TensorFlow.
[[nodiscard]] Tensor to_hash_bucket_fast(const Operand& x, std::int64_t num_buckets);

}  // namespace opscope::strings

namespace opscope::io {

// The bytes of equally long strings as numbers along a new last dimension.
[[nodiscard]] Tensor decode_raw(const Operand& x, DType dtype, bool little_endian = true);

}  // namespace opscope::io
