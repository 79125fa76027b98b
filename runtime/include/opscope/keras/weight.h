// Weight: a member of a layer that becomes a Variable when the layer is built.
#pragma once

#include <memory>
#include <optional>

#include "opscope/error.h"
#include "opscope/runtime/operand.h"
#include "opscope/runtime/variable.h"

namespace opscope::keras {

// Copies share what they become, so that copies of a layer do. Used like a Variable; before the
// layer is built that throws failed_precondition.
class Weight {
 public:
  Weight() : slot_(std::make_shared<std::optional<Variable>>()) {}

  [[nodiscard]] bool is_built() const noexcept { return slot_->has_value(); }
  [[nodiscard]] const Variable& operator*() const {
    if (!is_built()) {
      throw Error(ErrorCode::failed_precondition, "the weight is used before its layer is built");
    }
    return **slot_;
  }
  [[nodiscard]] const Variable* operator->() const { return &**this; }
  operator const Variable&() const { return **this; }       // NOLINT(google-explicit-constructor)
  operator Operand() const { return Operand(**this, {}); }  // NOLINT(google-explicit-constructor)

  // For Layer::add_weight.
  void emplace(const Variable& variable) const { slot_->emplace(variable); }

 private:
  std::shared_ptr<std::optional<Variable>> slot_;
};

}  // namespace opscope::keras
