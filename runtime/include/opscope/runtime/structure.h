// Structures of Tensors: a Tensor or TensorArray, or a pair, tuple, array, vector, optional or
// plain struct of structures. Traced functions take and give them; branches and loops carry them.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

struct AnyField {
  template <typename T>
  operator T() const;  // NOLINT(google-explicit-constructor): only asked about, never run
};

template <typename T, std::size_t... I>
constexpr bool is_braced_by(std::index_sequence<I...>) {
  return requires { T{((void)I, AnyField{})...}; };
}

// The number of members of a plain struct (at most 8).
template <typename T, std::size_t N = 8>
constexpr std::size_t field_count() {
  if constexpr (N == 0 || is_braced_by<T>(std::make_index_sequence<N>{})) {
    return N;
  } else {
    return field_count<T, N - 1>();
  }
}

template <typename T>
concept PlainStruct = std::is_class_v<T> && std::is_aggregate_v<T>;

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};

template <typename T>
struct IsOptional : std::false_type {};
template <typename T>
struct IsOptional<std::optional<T>> : std::true_type {};

// TensorArray: its list is a Tensor.
template <typename T>
concept HasFlow = requires(T& value) {
  value.flow().rep();
};

template <typename T>
concept TupleLike = requires {
  std::tuple_size<T>::value;
};

template <typename T>
auto fields_of(T& value) {
  constexpr std::size_t count = field_count<std::remove_const_t<T>>();
  if constexpr (count == 0) {
    return std::tie();
  } else if constexpr (count == 1) {
    auto& [a] = value;
    return std::tie(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = value;
    return std::tie(a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = value;
    return std::tie(a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = value;
    return std::tie(a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = value;
    return std::tie(a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, f] = value;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    return std::tie(a, b, c, d, e, f, g);
  } else {
    auto& [a, b, c, d, e, f, g, h] = value;
    return std::tie(a, b, c, d, e, f, g, h);
  }
}

// Walks a structure in order: visitor.tensor(t) for each Tensor, array(a) for each TensorArray,
// size(n) before the n elements of a vector or optional, and other(v) for everything else.
template <typename T, typename Visitor>
void walk_structure(T& value, const Visitor& visitor) {
  using Plain = std::remove_const_t<T>;
  if constexpr (std::is_same_v<Plain, Tensor>) {
    visitor.tensor(value);
  } else if constexpr (HasFlow<Plain>) {
    visitor.array(value);
  } else if constexpr (IsVector<Plain>::value) {
    visitor.size(value.size());
    for (auto& element : value) walk_structure(element, visitor);
  } else if constexpr (IsOptional<Plain>::value) {
    visitor.size(value.has_value() ? 1 : 0);
    if (value.has_value()) walk_structure(*value, visitor);
  } else if constexpr (TupleLike<Plain>) {
    std::apply([&](auto&... element) { (walk_structure(element, visitor), ...); }, value);
  } else if constexpr (PlainStruct<Plain>) {
    std::apply([&](auto&... field) { (walk_structure(field, visitor), ...); }, fields_of(value));
  } else {
    visitor.other(value);
  }
}

template <typename OnTensor, typename OnOther>
struct LeafVisitor {
  OnTensor& tensor;
  OnOther& other;
  void array(auto& value) const { tensor(value.flow()); }
  void size(std::size_t) const {}
};

// Calls tensor(t) for each Tensor of the structure and other(v) for everything else, in order.
template <typename T, typename OnTensor, typename OnOther>
void visit_structure(T& value, OnTensor&& tensor, OnOther&& other) {
  walk_structure(value,
                 LeafVisitor<std::remove_reference_t<OnTensor>, std::remove_reference_t<OnOther>>{
                     tensor, other});
}

// As above for structures that hold nothing but Tensors.
template <typename T, typename OnTensor>
void visit_tensors(T& value, OnTensor&& tensor) {
  visit_structure(value, tensor, [](auto& leaf) {
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(leaf)>, Tensor>,
                  "only Tensors, and pairs, tuples, arrays, vectors or plain structs of them, can "
                  "be given here");
  });
}

}  // namespace opscope::runtime
