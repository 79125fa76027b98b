// Random numbers, as TensorFlow's Python composes them.
#include "opscope/runtime/ops_random.h"

#include <algorithm>
#include <limits>
#include <string>

#include "opscope/error.h"
#include "opscope/runtime/ops.h"
#include "tensor/op_call.h"

namespace opscope::random {
namespace {

using runtime::binary;
using runtime::int32_vector;
using runtime::op;
using runtime::OpCall;
using runtime::scalar_of;

constexpr std::int64_t kDefaultGraphSeed = 87654321;  // of TensorFlow, where no global seed is set
constexpr std::int64_t kAnyAlgorithm = 3;

// The attrs that TensorFlow derives from an op's seed.
OpCall& add_seed(OpCall& call, const Seed& seed) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const std::int64_t own = seed ? (*seed % kMost + kMost) % kMost : 0;
  return call.attr("seed", seed ? kDefaultGraphSeed : 0).attr("seed2", own);
}

// raw * spread + offset as the scope's own node.
Tensor scaled(const NameScope& scope, const Tensor& raw, const Tensor& spread, const Tensor& offset,
              Loc loc) {
  const Tensor product = binary(op<"Mul">(), "mul", Operand(raw, loc), Operand(spread, loc));
  return binary(op<"AddV2">(), scope.name(), Operand(product, loc), Operand(offset, loc));
}

// The type of a range: that of the end which is no literal.
DType dtype_of_range(const Operand& minval, const Operand& maxval) {
  return minval.is_literal() ? maxval.dtype() : minval.dtype();
}

Tensor bound(const Operand& value, DType dtype, std::string_view name) {
  return value.is_literal() ? scalar_of(value, dtype, name) : runtime::tensor_of(value);
}

struct Keys {
  Tensor key;
  Tensor counter;
};
Keys keys_of(const SeedPair& seed, Loc loc) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  const bool fits = std::max(seed[0], seed[1]) <= kMost && std::min(seed[0], seed[1]) >= -kMost - 1;
  const std::vector<Tensor> both =
      OpCall(op<"StatelessRandomGetKeyCounter">(), "StatelessRandomGetKeyCounter", loc)
          .add_constant(fits ? int32_vector(seed) : runtime::make_vector<std::int64_t>(seed),
                        "seed")
          .run_all();
  return {both[0], both[1]};
}

OpCall& add_keys(OpCall& call, const Keys& keys) {
  return call.add(keys.key)
      .add(keys.counter)
      .add_constant(runtime::int32_scalar(kAnyAlgorithm), "alg");
}

Tensor stateless_normal_of(const runtime::OpSpec& spec, std::string_view scope_name,
                           const Shape& shape, const SeedPair& seed,
                           const StatelessNormalOptions& options, Loc loc) {
  const NameScope scope(scope_name);
  const Tensor mean = scalar_of(Operand(options.mean, loc), options.dtype, "mean");
  const Tensor stddev = scalar_of(Operand(options.stddev, loc), options.dtype, "stddev");
  const Keys keys = keys_of(seed, loc);
  OpCall call(spec, spec.name, loc);
  call.add_constant(int32_vector(shape.dims()), "shape");
  const Tensor raw = add_keys(call, keys).attr("dtype", options.dtype).run();
  return scaled(scope, raw, stddev, mean, loc);
}

}  // namespace

Tensor truncated_normal(const Shape& shape, const NormalOptions& options, Loc loc) {
  const NameScope scope("truncated_normal");
  const Tensor mean = scalar_of(Operand(options.mean, loc), options.dtype, "mean");
  const Tensor stddev = scalar_of(Operand(options.stddev, loc), options.dtype, "stddev");
  OpCall call(op<"TruncatedNormal">(), "TruncatedNormal", loc);
  call.add_constant(int32_vector(shape.dims()), "shape").attr("dtype", options.dtype);
  return scaled(scope, add_seed(call, options.seed).run(), stddev, mean, loc);
}

Tensor uniform(const Shape& shape, const Operand& minval, const Operand& maxval, Seed seed) {
  const Loc loc = minval.loc();
  const DType dtype = dtype_of_range(minval, maxval);
  const NameScope scope("random_uniform");
  const Tensor low = bound(minval, dtype, "min");
  const Tensor high = bound(maxval, dtype, "max");
  if (is_integer(dtype)) {
    OpCall call(op<"RandomUniformInt">(), scope.name(), loc);
    call.add_constant(int32_vector(shape.dims()), "shape").add(low).add(high);
    return add_seed(call, seed).run();
  }
  OpCall call(op<"RandomUniform">(), "RandomUniform", loc);
  call.add_constant(int32_vector(shape.dims()), "shape").attr("dtype", dtype);
  const Tensor raw = add_seed(call, seed).run();
  const Tensor spread = binary(op<"Sub">(), "sub", Operand(high, loc), Operand(low, loc));
  return scaled(scope, raw, spread, low, loc);
}

Tensor shuffle(const Operand& x, Seed seed) {
  OpCall call(op<"RandomShuffle">(), "RandomShuffle", x.loc());
  return add_seed(call.add(x), seed).run();
}

Tensor categorical(const Operand& logits, const Operand& num_samples, Seed seed, DType dtype) {
  const NameScope scope("categorical");
  OpCall call(op<"Multinomial">(), "Multinomial", logits.loc());
  call.add(logits).add(num_samples, DType::int32, "num_samples").attr("output_dtype", dtype);
  return add_seed(call, seed).run();
}

Tensor gamma(const Shape& shape, const Operand& alpha, Seed seed) {
  const NameScope scope("random_gamma");
  OpCall call(op<"RandomGamma">(), "RandomGamma", alpha.loc());
  call.add_constant(int32_vector(shape.dims()), "shape").add(alpha);
  return add_seed(call, seed).run();
}

Tensor stateless_uniform(const Shape& shape, const SeedPair& seed, const Operand& minval,
                         const Operand& maxval) {
  const Loc loc = minval.loc();
  const DType dtype = dtype_of_range(minval, maxval);
  const NameScope scope("stateless_random_uniform");
  const Tensor low = bound(minval, dtype, "min");
  const Tensor high = bound(maxval, dtype, "max");
  const Keys keys = keys_of(seed, loc);
  if (is_integer(dtype)) {
    OpCall call(op<"StatelessRandomUniformIntV2">(), scope.name(), loc);
    call.add_constant(int32_vector(shape.dims()), "shape");
    return add_keys(call, keys).add(low).add(high).attr("dtype", dtype).run();
  }
  OpCall call(op<"StatelessRandomUniformV2">(), "StatelessRandomUniformV2", loc);
  call.add_constant(int32_vector(shape.dims()), "shape");
  const Tensor raw = add_keys(call, keys).attr("dtype", dtype).run();
  const Tensor spread = binary(op<"Sub">(), "sub", Operand(high, loc), Operand(low, loc));
  return scaled(scope, raw, spread, low, loc);
}

Tensor stateless_normal(const Shape& shape, const SeedPair& seed,
                        const StatelessNormalOptions& options, Loc loc) {
  return stateless_normal_of(op<"StatelessRandomNormalV2">(), "stateless_random_normal", shape,
                             seed, options, loc);
}
Tensor stateless_truncated_normal(const Shape& shape, const SeedPair& seed,
                                  const StatelessNormalOptions& options, Loc loc) {
  return stateless_normal_of(op<"StatelessTruncatedNormalV2">(), "stateless_truncated_normal",
                             shape, seed, options, loc);
}

Tensor stateless_shuffle(const Operand& x, const SeedPair& seed) {
  const NameScope scope("stateless_shuffle");
  const Keys keys = keys_of(seed, x.loc());
  OpCall call(op<"StatelessShuffle">(), "StatelessShuffle", x.loc());
  return add_keys(call.add(x), keys).run();
}

Tensor stateless_categorical(const Operand& logits, const Operand& num_samples,
                             const SeedPair& seed, DType dtype) {
  const NameScope scope("stateless_categorical");
  return OpCall(op<"StatelessMultinomial">(), "StatelessMultinomial", logits.loc())
      .add(logits)
      .add(num_samples, DType::int32, "num_samples")
      .add_constant(runtime::make_vector<std::int64_t>(seed), "seed")
      .attr("output_dtype", dtype)
      .run();
}

}  // namespace opscope::random
