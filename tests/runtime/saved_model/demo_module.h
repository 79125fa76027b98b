// The module of the notebook, with its functions.
#pragma once

#include "opscope/runtime.h"
#include "opscope/runtime/saved_model.h"

namespace opscope::testing {

inline const PrintOptions kQuiet = {.output_stream = "file:///dev/null"};

class DemoModule : public Module {
 public:
  explicit DemoModule(const Tensor& initial = 0.f)
      : Module("DModule"),
        x_(add_variable("x", initial)),
        addprint_(opscope::function(
            [this](const Tensor& a) {
              x_.assign_add(a);
              print(kQuiet, x_);
              return x_.read();
            },
            {{.shape = {}, .dtype = DType::float32, .name = "a"}}, {.name = "addprint"})) {}

  [[nodiscard]] const Variable& x() const { return x_; }
  [[nodiscard]] const Function<Tensor(const Tensor&)>& addprint() const { return addprint_; }

 private:
  Variable x_;
  Function<Tensor(const Tensor&)> addprint_;
};

}  // namespace opscope::testing
