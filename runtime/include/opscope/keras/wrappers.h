// Layers around other layers.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "opscope/keras/layer.h"

namespace opscope::keras {

struct WrapperOptions {
  std::string name = {};
};

// A layer called on each step of [batch, steps, ...].
class TimeDistributed : public LayerOf<TimeDistributed> {
 public:
  template <std::derived_from<Layer> L>
  explicit TimeDistributed(L layer, const WrapperOptions& options = {})
      : TimeDistributed(std::make_shared<L>(std::move(layer)), options) {}
  TimeDistributed(LayerPtr layer, const WrapperOptions& options);
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  LayerPtr layer_;
};

// What becomes of the outputs of both directions.
enum class MergeMode : std::uint8_t { concat, sum, mul, ave };

struct BidirectionalOptions {
  MergeMode merge_mode = MergeMode::concat;
  std::string name = {};
};

// A layer over sequences that has a direction: LSTM, GRU and SimpleRNN.
template <typename L>
concept DirectedLayer = std::derived_from<L, Layer> && requires(const L& layer) {
  { layer.in_direction(std::string(), true) } -> std::same_as<L>;
  { layer.goes_backwards() } -> std::same_as<bool>;
  { layer.returns_sequences() } -> std::same_as<bool>;
};

// The layer from the first step to the last, and another like it from the last to the first.
class Bidirectional : public LayerOf<Bidirectional> {
 public:
  template <DirectedLayer L>
  explicit Bidirectional(const L& layer, const BidirectionalOptions& options = {})
      : Bidirectional(std::make_shared<L>(
                          layer.in_direction("forward_" + layer.name(), layer.goes_backwards())),
                      std::make_shared<L>(
                          layer.in_direction("backward_" + layer.name(), !layer.goes_backwards())),
                      layer.returns_sequences(), options) {}
  [[nodiscard]] LayerConfig config() const override;

 protected:
  void build(const Shape& input) const override;
  [[nodiscard]] Tensor call(const Tensor& input, bool training) const override;

 private:
  Bidirectional(LayerPtr forward, LayerPtr backward, bool returns_sequences,
                const BidirectionalOptions& options);

  LayerPtr forward_;
  LayerPtr backward_;
  bool returns_sequences_;
  MergeMode merge_mode_;
};

}  // namespace opscope::keras
