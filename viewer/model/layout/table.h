// Arrays of the layout engine. Everything in it is a dense int, so its arrays take ints.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace opscope::viewer::layered {

using Index = std::int32_t;

// std::vector with a signed index and a signed length.
template <typename T>
class Table : public std::vector<T> {
 public:
  using std::vector<T>::vector;
  explicit Table(Index count, const T& value = T{})
      : std::vector<T>(static_cast<std::size_t>(count), value) {}

  T& operator[](Index i) { return this->data()[i]; }
  const T& operator[](Index i) const { return this->data()[i]; }
  [[nodiscard]] Index count() const { return static_cast<Index>(this->size()); }
  void reset(Index count, const T& value = T{}) {
    this->assign(static_cast<std::size_t>(count), value);
  }
};

struct Arc {
  Index from = 0;
  Index to = 0;

  friend auto operator<=>(const Arc&, const Arc&) = default;
};

// The neighbours of each vertex in one array, in the order of the arcs.
class Adjacency {
 public:
  Adjacency() = default;
  // By first end; with `reverse`, by second end.
  Adjacency(Index vertex_count, std::span<const Arc> arcs, bool reverse) {
    begin_.reset(vertex_count + 1, 0);
    for (const Arc& arc : arcs) ++begin_[(reverse ? arc.to : arc.from) + 1];
    for (Index v = 0; v < vertex_count; ++v) begin_[v + 1] += begin_[v];
    neighbours_.reset(static_cast<Index>(arcs.size()));
    Table<Index> next(begin_);
    for (const Arc& arc : arcs) {
      neighbours_[next[reverse ? arc.to : arc.from]++] = reverse ? arc.from : arc.to;
    }
  }

  [[nodiscard]] std::span<const Index> operator[](Index v) const {
    return {neighbours_.data() + begin_[v], neighbours_.data() + begin_[v + 1]};
  }
  [[nodiscard]] Index degree(Index v) const { return begin_[v + 1] - begin_[v]; }

 private:
  Table<Index> begin_;
  Table<Index> neighbours_;
};

}  // namespace opscope::viewer::layered
