// Shape functions of searches in sorted values, shuffles and draws, and characters of texts.
#include <string>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
void bound(ShapeContext& context) {
  static_cast<void>(context.with_rank(0, 2));
  static_cast<void>(context.with_rank(1, 2));
  context.set_output(0, context.input(1));
}

void stateless_shuffle(ShapeContext& context) {
  static_cast<void>(merge_checked(context, context.with_rank(1, 1), {1}));
  static_cast<void>(context.with_rank(2, 1));
  static_cast<void>(context.with_rank(3, 0));
  context.set_output(0, context.input(0));
}

void draws(ShapeContext& context) {
  const Shape logits = context.with_rank(0, 2);
  static_cast<void>(context.with_rank(1, 0));
  if (context.num_inputs() > 2) {
    static_cast<void>(merge_checked(context, context.with_rank(2, 1), {2}));
  }
  const auto samples = context.input_as_ints(1);
  if (samples && samples->front() < 0) {
    context.invalid("Dimension size, given by scalar input 1, must be non-negative but is " +
                    std::to_string(samples->front()));
  }
  context.set_output(
      0, {logits.has_rank() ? logits[0] : kAnyDim, samples ? samples->front() : kAnyDim});
}

void random_gamma(ShapeContext& context) {
  static_cast<void>(context.with_rank(0, 1));
  Shape shape = context.input_as_shape(0);
  const Shape& alpha = context.input(1);
  if (!shape.has_rank() || !alpha.has_rank()) return;
  for (const std::int64_t dim : alpha.dims()) shape.append(dim);
  context.set_output(0, shape);
}

// Only input 0 counts; input 1 must agree with it.
void approximate_equal(ShapeContext& context) {
  static_cast<void>(merge_checked(context, context.input(0), context.input(1)));
  context.set_output(0, context.input(0));
}

// A vector with one more than the elements of input 0.
Shape splits_shape(const Shape& texts) {
  const std::int64_t count = known_elements(texts);
  return {count == kAnyDim || count == INT64_MAX ? kAnyDim : count + 1};
}

void unicode_decode(ShapeContext& context) {
  context.set_output(0, splits_shape(context.input(0)));
  for (std::size_t i = 1; i < context.num_outputs(); ++i) context.set_output(i, {kAnyDim});
}

void unicode_encode(ShapeContext& context) {
  static_cast<void>(context.with_rank(0, 1));
  const Shape splits = context.with_rank(1, 1);
  const std::int64_t count = splits.has_rank() ? splits[0] : kAnyDim;
  context.set_output(0, {count == kAnyDim || count == 0 ? kAnyDim : count - 1});
}

void fake_param(ShapeContext& context) { context.set_output(0, context.attr_shape("shape")); }

constexpr ShapeBinding kBindings[] = {
    {"LowerBound", bound},
    {"UpperBound", bound},
    {"ApproximateEqual", approximate_equal},
    {"UnicodeDecode", unicode_decode},
    {"UnicodeDecodeWithOffsets", unicode_decode},
    {"UnicodeEncode", unicode_encode},
    {"StringToHashBucketFast", unchanged_shape},
    {"FakeParam", fake_param},
    {"StatelessShuffle", stateless_shuffle},
    {"Multinomial", draws},
    {"StatelessMultinomial", draws},
    {"RandomGamma", random_gamma},
};
}  // namespace

ShapeBindings sampling_shapes() { return kBindings; }

}  // namespace opscope::runtime
