// UnicodeDecode, UnicodeDecodeWithOffsets, UnicodeEncode, StringToHashBucketFast.
#include "kernels/unicode.h"

#include <string>
#include <vector>

#include "kernels/always.h"
#include "kernels/fingerprint.h"
#include "kernels/kernel_inputs.h"
#include "kernels/numeric.h"
#include "ops/bindings.h"

namespace opscope::runtime {
namespace {
struct ErrorPolicy {
  bool is_strict;
  bool is_ignoring;
  std::int32_t replacement;
};

ErrorPolicy read_policy(const KernelContext& context) {
  const std::string_view errors = context.attr_string("errors");
  const std::int64_t replacement = context.attr_int("replacement_char");
  context.require(errors == "strict" || errors == "replace" || errors == "ignore",
                  "errors policy must be one of 'strict', 'replace', or 'ignore'");
  context.require(replacement >= 0 && replacement <= kLastCodePoint,
                  "replacement_char out of unicode codepoint range");
  return {errors == "strict", errors == "ignore", static_cast<std::int32_t>(replacement)};
}

Encoding read_encoding(const KernelContext& context, std::string_view attr) {
  const auto encoding = find_encoding(context.attr_string(attr));
  if (!encoding) {
    context.fail(ErrorCode::unimplemented,
                 "encoding " + std::string(context.attr_string(attr)) +
                     " is not supported; UTF-8, UTF-16-BE, UTF-16-LE, UTF-32-BE, US-ASCII and "
                     "ISO-8859-1 are");
  }
  return *encoding;
}

template <typename T>
void give_vector(KernelContext& context, std::size_t output, const std::vector<T>& values) {
  context.set_output(output, make_vector<T>(values));
}

template <typename Split>
void decode(KernelContext& context) {
  const TensorRep& in = context.input(0);
  const ErrorPolicy policy = read_policy(context);
  const Encoding encoding = read_encoding(context, "input_encoding");
  const bool replaces_controls = context.attr_bool("replace_control_characters");
  std::vector<Split> splits = {0};
  std::vector<std::int64_t> starts;
  std::vector<std::int32_t> characters;
  for (const std::string& text : in.flat<std::string>()) {
    for (std::size_t at = 0; at < text.size();) {
      const Decoded decoded = decode_next(encoding, text, at);
      context.require(decoded.is_valid || !policy.is_strict, "Invalid formatting on input string");
      const bool is_bad = !decoded.is_valid || (replaces_controls && decoded.code_point <= 0x1f);
      if (!is_bad || !policy.is_ignoring) {
        characters.push_back(is_bad ? policy.replacement : decoded.code_point);
        starts.push_back(static_cast<std::int64_t>(at));
      }
      at += decoded.size;
    }
    splits.push_back(static_cast<Split>(characters.size()));
  }
  give_vector(context, 0, splits);
  give_vector(context, 1, characters);
  if (context.num_outputs() > 2) give_vector(context, 2, starts);
}

// The ends of the strings, checked to be ascending offsets into the characters.
IntList read_splits(const KernelContext& context) {
  context.require(context.input(0).rank() == 1 && context.input(1).rank() == 1,
                  "Both the input_tensor and input_splits should be of rank 1. ");
  const IntList splits = read_ints(context, 1);
  context.require(!splits.empty(), "Input_splits should contain elements");
  context.require(splits[0] == 0, "First value in input_splits must be zero.");
  for (std::size_t i = 1; i < splits.size(); ++i) {
    context.require(splits[i - 1] <= splits[i],
                    "Values in input_splits must be equal or in ascending order.");
  }
  context.require(splits[splits.size() - 1] == context.input(0).num_elements(),
                  "Last value in input_splits must be equal to length of input_tensor.");
  return splits;
}

void encode(KernelContext& context) {
  const ErrorPolicy policy = read_policy(context);
  const Encoding encoding = read_encoding(context, "output_encoding");
  const IntList splits = read_splits(context);
  const auto* characters = context.input(0).data<std::int32_t>();
  TensorRep& out =
      context.allocate_output(0, DType::string, {static_cast<std::int64_t>(splits.size()) - 1});
  for (std::size_t i = 1; i < splits.size(); ++i) {
    std::string& text = out.mutable_data<std::string>()[i - 1];
    for (std::int64_t at = splits[i - 1]; at < splits[i]; ++at) {
      std::int32_t character = characters[at];
      if (!is_code_point(character)) {
        context.require(!policy.is_strict,
                        "Code point is out of range for Unicode, or is a surrogate.");
        if (policy.is_ignoring) continue;
        character = policy.replacement;
      }
      append_encoded(encoding, character, text);
    }
  }
}

void hash_buckets(KernelContext& context) {
  const std::int64_t buckets = context.attr_int("num_buckets");
  context.require(buckets >= 1, "num_buckets must be at least 1");
  const TensorRep& in = context.input(0);
  TensorRep& out = context.allocate_output(0, DType::int64, in.shape());
  for (std::int64_t i = 0; i < in.num_elements(); ++i) {
    const std::uint64_t hash = fingerprint64(in.data<std::string>()[i]);
    out.mutable_data<std::int64_t>()[i] =
        static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(buckets));
  }
}

Kernel select_decode(const KernelKey& key) {
  return pick(IndexTypes{}, key.outputs[0], []<typename T>() -> Kernel { return decode<T>; });
}

constexpr KernelBinding kBindings[] = {
    {"UnicodeDecode", select_decode},
    {"UnicodeDecodeWithOffsets", select_decode},
    {"UnicodeEncode", always<encode>},
    {"StringToHashBucketFast", always<hash_buckets>},
};
}  // namespace

KernelBindings unicode_kernels() { return kBindings; }

}  // namespace opscope::runtime
