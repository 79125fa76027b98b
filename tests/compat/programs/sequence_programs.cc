// Recurrences, arrays, sorting and strings.
#include "user_programs.h"

namespace opscope::compat {
namespace {

// A recurrent network by hand: inputs [time, batch, 2], weights [5, 3].
Tensors recurrent(const Tensors& in) {
  const Tensor& x = in[0];
  const Tensor steps = shape(x)[0];
  TensorArray inputs(DType::float64, steps), outputs(DType::float64, steps);
  inputs.unstack(x);
  Tensor h = zeros({2, 3}, DType::float64);
  for (Tensor t : range(steps)) {
    h = tanh(matmul(concat({inputs.read(t), h}, 1), in[1]));
    outputs.write(t, h);
  }
  return {outputs.stack(), h};
}

// Sequences of unequal length: the state stands still when its sequence has ended.
Tensors masked_recurrent(const Tensors& in) {
  Tensor h = zeros({2, 3}, DType::float64), t = 0;
  for (Tensor step : rows(in[0])) {
    const Tensor next = tanh(matmul(concat({step, h}, 1), in[1]));
    h = where(expand_dims(t < in[2], 1), next, h);
    t += 1;
  }
  return {h};
}

Tensors fibonacci(const Tensors& in) {
  TensorArray numbers(DType::int64, 0, {.dynamic_size = true, .element_shape = Shape()});
  Tensor a = constant(std::int64_t{0}), b = constant(std::int64_t{1}), n = 0;
  for (auto _ : while_([&] { return a < in[0]; })) {
    numbers.write(n, a);
    std::tie(a, b) = std::pair(b, a + b);
    n += 1;
  }
  return {numbers.stack(), n};
}

Tensors bubble_sort(const Tensors& in) {
  Tensor x = in[0];
  const Tensor n = size(x);
  Tensor swaps = 0;
  for (Tensor i : range(n)) {
    for (Tensor j : range(n - i - 1)) {
      const Tensor a = x[j], b = x[j + 1];
      if_(a > b, [&] {
        x = tensor_scatter_nd_update(x, reshape(stack({j, j + 1}), {2, 1}), stack({b, a}));
        swaps += 1;
      });
    }
  }
  return {x, swaps};
}

// The network's comparisons are known: a plain C++ loop is unrolled.
Tensors sorting_network(const Tensors& in) {
  std::vector<Tensor> x = unstack(in[0]);
  constexpr int kPairs[5][2] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {1, 2}};
  for (const auto& pair : kPairs) {
    Tensor &a = x[static_cast<std::size_t>(pair[0])], &b = x[static_cast<std::size_t>(pair[1])];
    std::tie(a, b) = std::pair(minimum(a, b), maximum(a, b));
  }
  return {stack(x) * constant({1., 2., 3., 4.})};
}

Tensors binary_search(const Tensors& in) {
  Tensor low = 0, high = size(in[0]);
  for (auto _ : while_([&] { return low < high; })) {
    const Tensor middle = floordiv(low + high, 2);
    if_(
        in[0][middle] < in[1], [&] { low = middle + 1; }, else_, [&] { high = middle; });
  }
  return {low};
}

Tensors running_words(const Tensors& in) {
  Tensor text = "", longest = 0;
  for (Tensor word : rows(in[0])) {
    const Tensor length = string_length(word);
    if (continue_if(length == 0)) continue;
    text = cond(
        text == "", [&] { return strings::upper(word); },
        [&] {
          return string_join({text, word}, "-");
        });
    longest = maximum(longest, length);
    if (break_if(string_length(text) > 16)) break;
  }
  return {text, longest, strings::regex_replace(text, "[aeiou]", "_")};
}

Tensors number_words(const Tensors& in) {
  const strings::SplitParts parts = strings::split(reshape(in[0], {1}), ",");
  TensorArray squares(DType::float32, size(parts.values));
  Tensor i = 0;
  for (Tensor part : rows(parts.values)) {
    const Tensor x = strings::to_number(strings::strip(part));
    squares.write(i, x * x);
    i += 1;
  }
  const Tensor all = squares.stack();
  return {all, as_string(cast(reduce_sum(all), DType::int32))};
}

Tensors longest_common_subsequence(const Tensors& in) {
  const Tensor m = size(in[1]);
  Tensor row = zeros_like(concat({in[1], constant({0})}, 0));
  for (Tensor a : rows(in[0])) {
    TensorArray next(DType::int32, m + 1, {.clear_after_read = false, .element_shape = Shape()});
    next.write(0, 0);
    for (Tensor j : range(m)) {
      next.write(j + 1, cond(
                            a == in[1][j], [&] { return row[j] + 1; },
                            [&] { return maximum(row[j + 1], next.read(j)); }));
    }
    row = ensure_shape(next.stack(), row.shape());
  }
  return {row[m], row};
}

Tensors growing_list(const Tensors& in) {
  Tensor kept = zeros({0}, DType::float64);
  for (Tensor x : rows(in[0])) {
    shape_invariant(kept, {kAnyDim});
    if (continue_if(x < 0.)) continue;
    kept = concat({kept, reshape(x * x, {1})}, 0);
  }
  return {reduce_sum(kept), kept, size(kept)};
}

Tensors beam(const Tensors& in) {
  Tensor scores = zeros({2}, DType::float64), path = zeros({2, 3}, DType::int32);
  for (Tensor t : range(3)) {
    const Tensor all = reshape(expand_dims(scores, 1) + log_softmax(in[0][t]), {kAnyDim});
    const TopK best = top_k(all, 2);
    const Tensor from = floordiv(best.indices, 4);
    scores = best.values;
    path = gather(path, from) * 4 + expand_dims(best.indices % 4, 1) * one_hot(t, 3, DType::int32);
  }
  return {scores, path};
}

Tensors convolution_by_hand(const Tensors& in) {
  const Tensor n = size(in[0]) - 2;
  TensorArray out(DType::float64, n);
  for (Tensor i : range(n)) out.write(i, reduce_sum(in[0][Slice{i, i + 3}] * in[1]));
  return {out.stack()};
}

Tensors cumulative(const Tensors& in) {
  const Tensor sums = while_loop(
      [&](const Tensors& v) { return v[0] < size(in[0]); },
      [&](const Tensors& v) {
        return Tensors{v[0] + 1, v[1] + in[0][v[0]], concat({v[2], reshape(v[1], {1})}, 0)};
      },
      Tensors{Tensor(0), constant(0.), zeros({0}, DType::float64)},
      {.shape_invariants = {{}, {}, {kAnyDim}}})[2];
  return {sums * sums, cumsum(in[0], {.exclusive = true})};
}

}  // namespace

std::vector<UserProgram> sequence_programs() {
  const Tensor x = constant({{{0.1, -0.4}, {0.8, 0.3}},
                             {{-0.6, 0.2}, {0.5, 0.5}},
                             {{1.1, -0.9}, {-0.2, 0.7}},
                             {{0.4, 0.4}, {-0.3, -0.8}}});
  const Tensor weights = reshape(sin(cast(range(15), DType::float64)), {5, 3});
  const Tensor list = constant({3., -1., 2.5, 0.25, -7., 4.});
  const Tensor scores = reshape(cos(cast(range(12), DType::float64) * 3.), {3, 4});
  return {
      {"recurrent",
       {x, weights},
       recurrent,
       true,
       {{{kAnyDim, 2, 2}, DType::float64, ""}, {{5, 3}, DType::float64, ""}}},
      {"masked_recurrent", {x, weights, constant({2, 4})}, masked_recurrent, true},
      {"fibonacci", {constant(std::int64_t{400})}, fibonacci},
      {"bubble_sort", {list}, bubble_sort, true},
      {"sorting_network", {constant({3., -1., 2.5, 0.25})}, sorting_network, true},
      {"binary_search", {constant({1, 3, 5, 8, 13, 21}), 8}, binary_search},
      {"running_words", {constant({"alpha", "", "beta", "gamma", "delta", "x"})}, running_words},
      {"number_words", {Tensor("1.5, 2,3 ,-4")}, number_words},
      {"longest_common_subsequence",
       {constant({1, 2, 3, 4, 1, 5}), constant({3, 4, 1, 2, 1, 3})},
       longest_common_subsequence},
      {"growing_list", {list}, growing_list, true, {{{kAnyDim}, DType::float64, ""}}},
      {"beam", {scores}, beam, true},
      {"convolution_by_hand", {list, constant({0.5, -1., 2.})}, convolution_by_hand, true},
      {"cumulative", {list}, cumulative, true},
  };
}

}  // namespace opscope::compat
