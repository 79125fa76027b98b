// SavedModels: a module with its functions and variables in a folder that TensorFlow loads, and
// models of TensorFlow loaded here.
//
//   save(demo, "data/demo/1", {.functions = {{"addprint", demo.addprint()}},
//                              .signatures = {{"serving_default", demo.addprint()}}});
//   const LoadedModel demo2 = load("data/demo/1");
//   demo2("addprint", 5.f);
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opscope/runtime/function.h"
#include "opscope/runtime/module.h"
#include "opscope/runtime/tensor.h"
#include "opscope/runtime/tensor_spec.h"
#include "opscope/runtime/variable.h"

namespace opscope {

// The traces of one function.
struct SavedFunction {
  // All traces of `function`; that of its input signature when it was never called.
  template <typename Signature>
  SavedFunction(const Function<Signature>& function)  // NOLINT(google-explicit-constructor)
      : traces(function.concrete_functions()) {}
  SavedFunction(const ConcreteFunction& trace) : traces{trace} {}  // NOLINT

  std::vector<ConcreteFunction> traces;
};

// What a client calls by name, with its inputs and outputs by name: the inputs are called as the
// function's arguments are, the outputs as here, or output_0, output_1, ... The function must have
// one trace.
struct SavedSignature {
  SavedSignature(SavedFunction of, std::vector<std::string> outputs = {})  // NOLINT
      : function(std::move(of)), output_names(std::move(outputs)) {}
  template <typename Signature>
  SavedSignature(const Function<Signature>& of)  // NOLINT(google-explicit-constructor)
      : function(of) {}
  SavedSignature(const ConcreteFunction& of) : function(of) {}  // NOLINT

  SavedFunction function;
  std::vector<std::string> output_names;
};

struct SaveOptions {
  std::map<std::string, SavedFunction> functions;    // attributes of the loaded object
  std::map<std::string, SavedSignature> signatures;  // "serving_default" is what servers call
  std::vector<std::string> assets;                   // files to copy into the assets folder
  bool is_durable =
      false;  // wait until everything is on the device, so that it survives a power cut
};

// Writes the model into `folder`: saved_model.pb, variables/, fingerprint.pb and assets/.
// Attributes of the loaded object are the module's variables (by the last part of their names), its
// submodules (by name) and the functions; a name that is taken gets a number. A SavedModel that is
// there is replaced at once: whoever looks sees the old model or the new one, also after a crash.
//
// Throws invalid_argument for a function without traces, a signature whose function has several, a
// Variable that a function uses and no module owns, or names that are taken twice; and what errno
// says.
void save(const Module& module, const std::string& folder, const SaveOptions& options = {});

namespace runtime {
class LoadedState;
}  // namespace runtime

// A function of a loaded model.
class LoadedFunction {
 public:
  // Runs the trace that takes these Tensors in order; an exact match of shapes wins. Throws
  // invalid_argument naming what was given and what the traces take, and unimplemented naming all
  // operations that are not known here, where the function needs one.
  [[nodiscard]] std::vector<Tensor> operator()(const std::vector<Tensor>& arguments) const;

  // The traces, as functions of Tensors. Fails as a call does where one cannot run here.
  [[nodiscard]] std::vector<ConcreteFunction> concrete_functions() const;

  // What each trace takes and gives, also where it cannot run here.
  struct Trace {
    std::string name;  // in the model's library
    std::vector<TensorSpec> inputs;
    std::vector<TensorSpec> outputs;
    std::vector<std::string> output_names;  // of dict results; else empty
  };
  [[nodiscard]] std::vector<Trace> traces() const;

  // For the runtime's own code.
  LoadedFunction(std::shared_ptr<runtime::LoadedState> state, std::vector<std::string> traces);

 private:
  std::shared_ptr<runtime::LoadedState> state_;
  std::vector<std::string> traces_;
};

// Tensors by the names of a signature.
using NamedTensors = std::map<std::string, Tensor>;

// A loaded model; a cheap handle. Thread-safe.
class LoadedModel {
 public:
  // Variables by their paths from the root object ("dense/kernel"), or by their names in a
  // TensorFlow 1 model. Live: functions see what is assigned here, and the other way round.
  [[nodiscard]] const std::map<std::string, Variable>& variables() const noexcept;
  // Throws not_found naming the ones that there are.
  [[nodiscard]] const Variable& variable(const std::string& path) const;

  // The paths of everything that can be called: "addprint", "dense/__call__".
  [[nodiscard]] std::vector<std::string> functions() const;
  [[nodiscard]] LoadedFunction function(const std::string& path) const;

  // model("addprint", 5.f): the first result of the function at that path.
  template <typename... Args>
  Tensor operator()(const std::string& path, const Args&... arguments) const {
    std::vector<Tensor> results = function(path)(std::vector<Tensor>{Tensor(arguments)...});
    return results.empty() ? Tensor() : results.front();
  }

  struct Signature {
    std::vector<TensorSpec> inputs;  // named, sorted by name
    std::vector<TensorSpec> outputs;
  };
  [[nodiscard]] const std::map<std::string, Signature>& signatures() const noexcept;
  // Runs a signature. Throws not_found for an unknown one, invalid_argument for inputs that are
  // missing, unknown or do not fit, unimplemented as LoadedFunction does.
  [[nodiscard]] NamedTensors run(const std::string& signature, const NamedTensors& inputs) const;

  // The ops of the model, also in functions that nobody calls, that are not known here; sorted.
  [[nodiscard]] std::vector<std::string> missing_ops() const;

  // For the runtime's own code.
  explicit LoadedModel(std::shared_ptr<runtime::LoadedState> state) noexcept;

 private:
  std::shared_ptr<runtime::LoadedState> state_;
};

// Reads a SavedModel; `tags` choose one of several graphs (empty: the only one, or the one tagged
// "serve"). The values of the variables are read with their checksums verified. Operations that are
// not known here are no failure: calling what needs them is. Throws not_found, data_loss (naming
// file and byte) and invalid_argument.
[[nodiscard]] LoadedModel load(const std::string& folder,
                               const std::vector<std::string>& tags = {});

}  // namespace opscope
