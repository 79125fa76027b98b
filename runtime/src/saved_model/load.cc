#include <algorithm>
#include <set>

#include "opscope/error.h"
#include "opscope/runtime/saved_model.h"
#include "saved_model/loaded_state.h"

namespace opscope {
namespace {

std::string list(const std::vector<TensorSpec>& specs) {
  std::string text = "(";
  for (const TensorSpec& spec : specs) text += (text.size() > 1 ? ", " : "") + spec.to_string();
  return text + ")";
}

std::string list(const std::vector<Tensor>& tensors) {
  std::vector<TensorSpec> specs;
  for (const Tensor& tensor : tensors) {
    if (!tensor.has_value()) {
      throw Error(ErrorCode::invalid_argument, "an argument is a Tensor without a value");
    }
    specs.push_back({tensor.shape(), tensor.dtype(), ""});
  }
  return list(specs);
}

template <typename Map>
std::string names_in(const Map& map) {
  std::string text;
  for (const auto& [name, value] : map) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

enum class Fit { none, accepts, exact };

Fit fit(const LoadedFunction::Trace& trace, const std::vector<Tensor>& arguments) {
  if (trace.inputs.size() != arguments.size()) return Fit::none;
  Fit result = Fit::exact;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TensorSpec& spec = trace.inputs[i];
    if (!arguments[i].has_value() || arguments[i].dtype() != spec.dtype ||
        !spec.shape.is_compatible_with(arguments[i].shape())) {
      return Fit::none;
    }
    if (!(spec.shape == arguments[i].shape())) result = Fit::accepts;
  }
  return result;
}

const proto::MetaGraphDef& choose(const saved_model::ModelGraph& graph,
                                  const std::vector<std::string>& tags) {
  const std::set<std::string> wanted(tags.begin(), tags.end());
  std::string known;
  for (const auto& meta : graph.model->meta_graphs()) {
    const auto& own = meta.meta_info_def().tags();
    const std::set<std::string> own_tags(own.begin(), own.end());
    const bool is_only = graph.model->meta_graphs_size() == 1 || own_tags.contains("serve");
    if (tags.empty() ? is_only : own_tags == wanted) return meta;
    std::string text;
    for (const std::string& tag : own_tags) text += (text.empty() ? "" : ",") + tag;
    known += (known.empty() ? "'" : ", '") + text + "'";
  }
  throw Error(ErrorCode::not_found, graph.path + ": no graph with these tags, there are: " + known);
}

}  // namespace

// ---- LoadedFunction ----

LoadedFunction::LoadedFunction(std::shared_ptr<runtime::LoadedState> state,
                               std::vector<std::string> traces)
    : state_(std::move(state)), traces_(std::move(traces)) {}

std::vector<LoadedFunction::Trace> LoadedFunction::traces() const {
  std::vector<Trace> traces;
  for (const std::string& name : traces_) traces.push_back(state_->describe(name));
  return traces;
}

std::vector<ConcreteFunction> LoadedFunction::concrete_functions() const {
  std::vector<ConcreteFunction> functions;
  for (const std::string& name : traces_) functions.push_back(state_->concrete(name));
  return functions;
}

std::vector<Tensor> LoadedFunction::operator()(const std::vector<Tensor>& arguments) const {
  const std::vector<Trace> described = traces();
  for (const Fit wanted : {Fit::exact, Fit::accepts}) {
    for (const Trace& trace : described) {
      if (fit(trace, arguments) == wanted) return state_->concrete(trace.name)(arguments);
    }
  }
  std::string message = "no trace of the loaded function takes " + list(arguments) + "; they take";
  for (const Trace& trace : described) message += " " + list(trace.inputs);
  throw Error(ErrorCode::invalid_argument, described.empty() ? message + " nothing" : message);
}

// ---- LoadedModel ----

LoadedModel::LoadedModel(std::shared_ptr<runtime::LoadedState> state) noexcept
    : state_(std::move(state)) {}

const std::map<std::string, Variable>& LoadedModel::variables() const noexcept {
  return state_->variables();
}

const Variable& LoadedModel::variable(const std::string& path) const {
  const auto found = variables().find(path);
  if (found != variables().end()) return found->second;
  throw Error(ErrorCode::not_found, "the loaded model has no variable '" + path +
                                        "', there are: " + names_in(variables()));
}

std::vector<std::string> LoadedModel::functions() const {
  std::vector<std::string> paths;
  for (const auto& [path, traces] : state_->functions()) paths.push_back(path);
  return paths;
}

LoadedFunction LoadedModel::function(const std::string& path) const {
  const auto found = state_->functions().find(path);
  if (found != state_->functions().end()) return LoadedFunction(state_, found->second);
  throw Error(ErrorCode::not_found, "the loaded model has no function '" + path +
                                        "', there are: " + names_in(state_->functions()));
}

const std::map<std::string, LoadedModel::Signature>& LoadedModel::signatures() const noexcept {
  return state_->signatures();
}

NamedTensors LoadedModel::run(const std::string& signature, const NamedTensors& inputs) const {
  const auto found = signatures().find(signature);
  if (found == signatures().end()) {
    throw Error(ErrorCode::not_found, "the loaded model has no signature '" + signature +
                                          "', there are: " + names_in(signatures()));
  }
  std::vector<Tensor> arguments;
  for (const TensorSpec& input : found->second.inputs) {
    const auto given = inputs.find(input.name);
    if (given == inputs.end()) {
      throw Error(ErrorCode::invalid_argument, "the signature '" + signature +
                                                   "' needs the input '" + input.name + "', " +
                                                   input.to_string());
    }
    arguments.push_back(given->second);
  }
  for (const auto& [name, tensor] : inputs) {
    const auto& known = found->second.inputs;
    if (std::none_of(known.begin(), known.end(),
                     [&](const TensorSpec& spec) { return spec.name == name; })) {
      throw Error(ErrorCode::invalid_argument, "the signature '" + signature + "' has no input '" +
                                                   name + "', it takes " + list(known));
    }
  }
  const std::vector<Tensor> results = state_->signature_function(signature)(arguments);
  NamedTensors named;
  for (std::size_t i = 0; i < results.size(); ++i) {
    named.emplace(found->second.outputs[i].name, results[i]);
  }
  return named;
}

std::vector<std::string> LoadedModel::missing_ops() const { return state_->missing_ops(); }

LoadedModel load(const std::string& folder, const std::vector<std::string>& tags) {
  const saved_model::ModelGraph graph = saved_model::read_model_graph(folder).value();
  const proto::MetaGraphDef& meta = choose(graph, tags);
  std::optional<saved_model::BundleReader> values;
  Result<saved_model::BundleReader> bundle =
      saved_model::BundleReader::open(saved_model::variables_prefix(folder));
  if (bundle) {
    values = std::move(*bundle);
  } else if (bundle.error().code() != ErrorCode::not_found) {
    throw bundle.error();
  }
  return LoadedModel(std::make_shared<runtime::LoadedState>(graph, meta, std::move(values)));
}

}  // namespace opscope
