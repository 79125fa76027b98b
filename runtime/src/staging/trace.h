// The state of one thread's tracing: which graph is being built, and which Tensor handles it has
// touched. Handles are told apart by address: every special member of Tensor reports here.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/tensor_rep.h"
#include "graph/func_graph.h"
#include "opscope/runtime/loc.h"
#include "opscope/runtime/tensor.h"

namespace opscope::runtime {

using ValueRef = Ref<TensorRep>;

// A handle that lived before a scope and was touched in it.
struct HandleState {
  Tensor* handle = nullptr;
  ValueRef saved;     // what the handle held at the first touch
  ValueRef init;      // the same as a value of the parent scope; null: it had no value
  ValueRef argument;  // its placeholder in this scope's graph; null: not read
  ValueRef final_value;
  std::optional<Shape> invariant;  // body: the shape it keeps; none: that of `init`
  bool is_assigned = false;
  bool is_dead = false;  // destroyed inside the scope
};

// `rest` is what follows a break_if or continue_if in a loop body.
enum class ScopeKind : std::uint8_t { function, body, condition, branch, rest };

struct Scope {
  Scope(ScopeKind scope_kind, std::string graph_name, Loc where)
      : kind(scope_kind), graph(std::make_shared<FuncGraph>(std::move(graph_name))), loc(where) {}
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  [[nodiscard]] HandleState* find(const Tensor* handle);
  HandleState& add(const Tensor* handle);

  ScopeKind kind;
  std::shared_ptr<FuncGraph> graph;
  Scope* parent = nullptr;
  Loc loc;
  std::deque<HandleState> handles;  // in order of first touch
  std::unordered_map<const Tensor*, HandleState*> index;
  std::unordered_set<const Tensor*> locals;
  const void* loop = nullptr;  // body and rest: the loop they belong to
  Scope* body = nullptr;       // condition: the body, whose shape invariants hold here too
  ValueRef predicate;          // rest: the condition of its break_if
  bool is_break = false;
  std::string outer_name_scope;
  std::unordered_map<TensorRep*, ValueRef> constants;  // function: captured eager values
  std::vector<ValueRef> kept;         // function: keeps the keys of `constants` taken
  bool may_create_variables = false;  // function: this is its first trace
  bool made_variables = false;
};

class Trace {
 public:
  Trace();
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  [[nodiscard]] Scope& scope() noexcept { return *current_; }
  [[nodiscard]] FuncGraph& graph() noexcept { return *current_->graph; }
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  // Asks the innermost function being traced.
  [[nodiscard]] bool may_create_variables() const noexcept;
  // All functions being traced have made a Variable now.
  void note_variable_made() noexcept;

  void push(Scope& scope);
  // Leaves `scope` and everything still open in it; handles get back what they held before.
  void pop(Scope& scope) noexcept;

  // In a loop body: lets the shape of a loop variable vary. Throws if it comes too late for that.
  void set_shape_invariant(const Tensor& handle, const Shape& shape, Loc loc);

  // What the hooks report.
  void constructed(const Tensor* handle) { current_->locals.insert(handle); }
  void destroyed(const Tensor* handle) noexcept;
  void assign(Tensor& handle, ValueRef value);
  [[nodiscard]] ValueRef read(const Tensor& handle);
  [[nodiscard]] ValueRef move_out(Tensor& handle);

  // The value of a handle for an operation of the current scope. Throws if it cannot be used here.
  [[nodiscard]] ValueRef input(const Tensor& handle, Loc loc);
  // A captured eager value as a value of `scope`.
  [[nodiscard]] ValueRef constant_in(Scope& scope, const ValueRef& value);

  [[nodiscard]] ValueRef symbol(const FuncGraph& graph, Edge edge) const;
  // A value whose reading is an error with this message.
  [[nodiscard]] ValueRef poison(std::string message);
  [[nodiscard]] Edge edge_of(const ValueRef& value) const noexcept;
  [[nodiscard]] bool is_poison(const ValueRef& value) const noexcept;
  [[nodiscard]] Loc loc_of(const ValueRef& value) const;
  // Where the value comes from, for messages: "at model.cc:12 `Tensor x = 0.f;`", "by the argument
  // 'x' of '__inference_f_1'".
  [[nodiscard]] std::string describe_origin(const ValueRef& value) const;

  // An error found where throwing is not allowed (destructors, noexcept moves): thrown by the next
  // operation, loop end or trace end.
  void stick(std::string message) noexcept;
  void check();
  void note_operation(Loc loc) noexcept {
    if (loc.is_known()) last_operation_ = loc;
  }
  [[nodiscard]] Loc last_operation() const noexcept { return last_operation_; }

  // Emits the node for scopes that are popped, and assigns its outputs to the handles.
  void emit_while(Scope& condition, const ValueRef& predicate, Scope& body);
  void emit_branches(const ValueRef& index, std::vector<std::unique_ptr<Scope>>& branches,
                     bool is_case, Loc loc);

  // break_if and continue_if: the rest of the body of the innermost loop as an If.
  void open_rest(const ValueRef& predicate, bool is_break, Loc loc);
  void close_rests(const void* loop, Tensor& stop);

  // Graphs stay alive as long as values of them may be asked about.
  void keep(std::shared_ptr<FuncGraph> graph) { kept_.push_back(std::move(graph)); }

 private:
  // A handle in the union of several scopes, with its state in each of them (or null).
  struct Slot {
    Tensor* handle = nullptr;  // null: it died inside
    ValueRef init;
    std::vector<HandleState*> states;
  };
  struct Output {
    Tensor* handle;
    int output;  // of the emitted node; negative: poisoned
    ValueRef poison;
  };
  [[nodiscard]] bool is_open(const ValueRef& value, const Scope* from) const noexcept;
  [[nodiscard]] ValueRef resolve(Scope& scope, const Tensor* handle, const ValueRef& value);
  HandleState& touch(Scope& scope, const Tensor* handle, const ValueRef& value);
  [[nodiscard]] ValueRef placeholder(Scope& scope, const ValueRef& like, const Shape& shape);
  static std::vector<Slot> unite(std::span<Scope* const> scopes);
  void merge_branches(const Slot& slot, std::span<Scope* const> scopes, std::string_view what,
                      Node& node, std::vector<Output>& outputs);
  int argument_of(Scope& scope, HandleState* state, const ValueRef& init, const Shape& shape);
  void require_usable(const ValueRef& value, const ValueRef& init, std::string_view what,
                      Loc where) const;
  void require_invariant(const HandleState& state, const Shape& shape, Loc loop) const;
  void require_same_dtype(std::span<const ValueRef> values, std::string_view what, Loc where) const;
  // Gives all scopes placeholders for all variables that one of them uses, and the node their
  // resources as inputs.
  std::vector<VariableUse> unite_captures(std::span<Scope* const> scopes, Node& node);
  void assign_outputs(const std::vector<Output>& outputs, int node);

  std::uint64_t id_;
  Scope* current_ = nullptr;
  std::string sticky_;
  Loc last_operation_;
  int base_exceptions_;
  std::deque<std::string> poisons_;
  std::vector<std::unique_ptr<Scope>> rests_;
  std::vector<std::shared_ptr<FuncGraph>> kept_;
  // What the arguments of loop bodies and branches stand for.
  std::map<std::pair<const void*, int>, ValueRef> stands_for_;
};

// The condition of a loop or branch, or the index of a Case, as a scalar; a shape that only the run
// will know is checked there. Throws invalid_argument, naming the place, when it is no bool (int32)
// scalar. Eager and traced.
[[nodiscard]] ValueRef as_condition(ValueRef value, Loc loc);
[[nodiscard]] ValueRef as_case_index(ValueRef value, Loc loc);

}  // namespace opscope::runtime
