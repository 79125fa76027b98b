// Sequential: a Model whose layers follow each other.
#pragma once

#include <concepts>
#include <memory>
#include <string_view>
#include <vector>

#include "opscope/keras/layers.h"
#include "opscope/keras/model.h"

namespace opscope::keras {

// Built at once when the first layer tells its input_shape (or is an InputLayer or Input()), else
// by the first call or fit(). A copy as a Model is the same model.
class Sequential : public LayerOf<Sequential, Model> {
 public:
  Sequential() : Sequential(ModelOptions{}) {}
  explicit Sequential(const ModelOptions& options);
  template <std::derived_from<Layer>... L>
  requires(sizeof...(L) > 0 &&
           !(sizeof...(L) == 1 &&
             (std::same_as<L, Sequential> && ...))) explicit Sequential(const L&... layers)
      : Sequential() {
    (add(layers), ...);
  }

  // Throws invalid_argument for a layer that is there, or of a name that is.
  template <std::derived_from<Layer> L>
  void add(const L& layer) {
    append(std::make_shared<L>(layer));
  }
  void add(const KerasTensor& input);

 private:
  void append(const LayerPtr& layer) const;
};

}  // namespace opscope::keras
