// Einsum of one or two inputs, as a batch of matrix products.
#include <algorithm>
#include <array>
#include <type_traits>

#include "kernels/gemm.h"
#include "kernels/numeric.h"
#include "kernels/scratch.h"
#include "ops/bindings.h"
#include "ops/einsum_equation.h"
#include "ops/kernel_context.h"

namespace opscope::runtime {
namespace {
// How far apart neighbours along a label are, 0 where a dimension is repeated.
using Strides = std::map<EinsumLabel, std::int64_t>;

// Of a dense tensor. Equal labels add up: that walks the diagonal.
Strides dense_strides(const EinsumLabels& labels, const Shape& shape,
                      const EinsumEquation& equation) {
  Strides strides;
  std::int64_t stride = 1;
  for (std::size_t axis = labels.size(); axis-- > 0;) {
    const std::int64_t size = shape[static_cast<int>(axis)];
    const bool is_repeated = size == 1 && equation.sizes.at(labels[axis]) != 1;
    strides[labels[axis]] += is_repeated ? 0 : stride;
    stride *= size;
  }
  return strides;
}

std::int64_t count_of(const EinsumEquation& equation, const EinsumLabels& labels) {
  std::int64_t count = 1;
  for (const EinsumLabel label : labels) count *= equation.sizes.at(label);
  return count;
}

// visit(offset in a, offset in b) for every combination of the labels, the last the fastest.
template <typename Visit>
void walk(const EinsumEquation& equation, const EinsumLabels& labels, const Strides& a,
          const Strides& b, const Visit& visit) {
  const auto stride = [](const Strides& strides, EinsumLabel label) {
    const auto at = strides.find(label);
    return at == strides.end() ? std::int64_t{0} : at->second;
  };
  std::vector<std::array<std::int64_t, 3>> axes;  // size, stride in a, stride in b
  for (const EinsumLabel label : labels) {
    axes.push_back({equation.sizes.at(label), stride(a, label), stride(b, label)});
  }
  const auto step = [&](const auto& self, std::size_t axis, std::int64_t at_a,
                        std::int64_t at_b) -> void {
    if (axis == axes.size()) return visit(at_a, at_b);
    const auto [size, step_a, step_b] = axes[axis];
    for (std::int64_t i = 0; i < size; ++i) {
      self(self, axis + 1, at_a + i * step_a, at_b + i * step_b);
    }
  };
  step(step, 0, 0, 0);
}

bool contains(const EinsumLabels& labels, EinsumLabel label) {
  return std::ranges::find(labels, label) != labels.end();
}

EinsumLabels joined(std::initializer_list<const EinsumLabels*> parts) {
  EinsumLabels labels;
  for (const EinsumLabels* part : parts) labels.insert(labels.end(), part->begin(), part->end());
  return labels;
}

// The labels of two inputs by where they are; each label once.
struct Roles {
  EinsumLabels batch;     // in both and in the output
  EinsumLabels contract;  // in both, not in the output
  EinsumLabels left;      // in the first and the output
  EinsumLabels right;     // in the second and the output
};

Roles find_roles(const EinsumEquation& equation) {
  Roles roles;
  const bool has_right = equation.inputs.size() > 1;
  for (const auto& [label, size] : equation.sizes) {
    const bool in_left = contains(equation.inputs[0], label);
    const bool in_right = has_right && contains(equation.inputs[1], label);
    const bool in_output = contains(equation.output, label);
    if (in_left && in_right) (in_output ? roles.batch : roles.contract).push_back(label);
    if (in_output && in_left && !in_right) roles.left.push_back(label);
    if (in_output && in_right && !in_left) roles.right.push_back(label);
  }
  return roles;
}

// Input i in the order `labels`, summed over the labels that are not among them.
template <typename T>
void arrange(const KernelContext& context, const EinsumEquation& equation, std::size_t i,
             const EinsumLabels& labels, Compute<T>* to) {
  const Strides from = dense_strides(equation.inputs[i], context.input(i).shape(), equation);
  Strides target;
  std::int64_t stride = 1;
  for (std::size_t axis = labels.size(); axis-- > 0;) {
    target[labels[axis]] = stride;
    stride *= equation.sizes.at(labels[axis]);
  }
  std::fill_n(to, stride, Compute<T>{0});
  EinsumLabels all = labels;
  for (const auto& [label, unused] : from) {
    if (!contains(all, label)) all.push_back(label);
  }
  const T* values = context.input(i).data<T>();
  walk(equation, all, from, target, [&](std::int64_t at, std::int64_t at_target) {
    to[at_target] = add_wrapping(to[at_target], load(values[at]));
  });
}

template <typename C>
void multiply(std::int64_t m, std::int64_t n, std::int64_t k, const C* a, const C* b, C* c,
              ThreadPool* pool) {
  if constexpr (std::is_floating_point_v<C>) {
    gemm<C>(m, n, k, {a, k, 1}, {b, n, 1}, c, n, pool);
  } else {
    std::fill_n(c, m * n, C{0});
    for (std::int64_t i = 0; i < m; ++i) {
      for (std::int64_t p = 0; p < k; ++p) {
        for (std::int64_t j = 0; j < n; ++j) {
          c[i * n + j] = add_wrapping(c[i * n + j], mul_wrapping(a[i * k + p], b[p * n + j]));
        }
      }
    }
  }
}

// `values`, dense in the order `labels`, to the output; off the diagonals of repeated labels it is
// zero.
template <typename T>
void write_output(KernelContext& context, const EinsumEquation& equation,
                  const EinsumLabels& labels, const Compute<T>* values) {
  Shape shape;
  for (const EinsumLabel label : equation.output) shape.append(equation.sizes.at(label));
  TensorRep& out = context.allocate_output(0, dtype_of<T>, shape);
  T* to = out.mutable_data<T>();
  if (out.num_elements() == 0) return;
  std::fill_n(to, out.num_elements(), T(Compute<T>{0}));
  const Strides target = dense_strides(equation.output, shape, equation);
  std::int64_t next = 0;
  walk(equation, labels, target, {}, [&](std::int64_t at, std::int64_t) {
    to[at] = static_cast<T>(values[next]);
    ++next;
  });
}

EinsumEquation read_equation(const KernelContext& context) {
  std::vector<const Shape*> shapes;
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    shapes.push_back(&context.input(i).shape());
  }
  try {
    return read_einsum(context.attr_string("equation"), shapes);
  } catch (const Error& error) {
    context.invalid(error.what());
  }
}

template <typename T>
void einsum(KernelContext& context) {
  using C = Compute<T>;
  const EinsumEquation equation = read_equation(context);
  const Roles roles = find_roles(equation);
  const auto room = [&](const EinsumLabels& labels) {
    return std::max<std::int64_t>(1, count_of(equation, labels));
  };
  if (equation.inputs.size() == 1) {
    const Scratch<C> values(room(roles.left));
    arrange<T>(context, equation, 0, roles.left, values.get());
    return write_output<T>(context, equation, roles.left, values.get());
  }
  const EinsumLabels left = joined({&roles.batch, &roles.left, &roles.contract});
  const EinsumLabels right = joined({&roles.batch, &roles.contract, &roles.right});
  const EinsumLabels result = joined({&roles.batch, &roles.left, &roles.right});
  const Scratch<C> a(room(left));
  const Scratch<C> b(room(right));
  const Scratch<C> c(room(result));
  arrange<T>(context, equation, 0, left, a.get());
  arrange<T>(context, equation, 1, right, b.get());
  const std::int64_t m = count_of(equation, roles.left);
  const std::int64_t n = count_of(equation, roles.right);
  const std::int64_t k = count_of(equation, roles.contract);
  for (std::int64_t i = 0; i < count_of(equation, roles.batch); ++i) {
    multiply<C>(m, n, k, a.get() + i * m * k, b.get() + i * k * n, c.get() + i * m * n,
                context.pool());
  }
  write_output<T>(context, equation, result, c.get());
}

constexpr KernelBinding kBindings[] = {
    {"Einsum",
     [](const KernelKey& key) {
       return pick(Numbers{}, key.inputs[0], []<typename T>() -> Kernel { return einsum<T>; });
     }},
};
}  // namespace

KernelBindings einsum_kernels() { return kBindings; }

}  // namespace opscope::runtime
