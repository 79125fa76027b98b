// Writes SavedModels for TensorFlow, and says what there is in those that TensorFlow wrote.
//
//   compat_saved_models write FOLDER          FOLDER/demo, FOLDER/loops
//   compat_saved_models variables MODEL       {path: tensor}
//   compat_saved_models call MODEL FUNCTION NUMBER...
//                                             {"results": [tensor], "variables": {path: tensor}}
//   compat_saved_models save_checkpoint PREFIX     of the module in FOLDER/loops, below "model"
//   compat_saved_models restore_checkpoint PREFIX  {path: tensor}
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "opscope/runtime.h"
#include "opscope/runtime/checkpoint.h"
#include "opscope/runtime/saved_model.h"
#include "tensor_json.h"

namespace {

using opscope::constant;
using opscope::DType;
using opscope::kAnyDim;
using opscope::Tensor;
using opscope::Variable;
using Json = nlohmann::ordered_json;

class DModule : public opscope::Module {
 public:
  DModule() : Module("DModule"), x_(add_variable("x", 1.f)) {}
  [[nodiscard]] const Variable& x() const { return x_; }

 private:
  Variable x_;
};

// Submodules, a variable that is not trained, two traces, loops and branches on variables.
class Loops : public opscope::Module {
 public:
  Loops()
      : Module("Loops"),
        inner_(add_module(DModule())),
        table_(add_variable("table", constant({{1, 2}, {3, 4}}), false)),
        names_(add_variable("names", constant({"a", "bc"}))) {}
  [[nodiscard]] const Variable& x() const { return inner_.x(); }
  [[nodiscard]] const Variable& names() const { return names_; }

 private:
  DModule inner_;
  Variable table_;
  Variable names_;
};

void write_demo(const std::string& folder) {
  const DModule demo;
  const auto addprint = opscope::function(
      [&](const Tensor& a) {
        const opscope::NameScope scope = demo.name_scope();
        demo.x().assign_add(a);
        opscope::print(demo.x());
        return demo.x().read();
      },
      {{.shape = {}, .dtype = DType::float32, .name = "a"}}, {.name = "addprint"});
  (void)addprint(5.f);
  opscope::save(
      demo, folder,
      {.functions = {{"addprint", addprint}}, .signatures = {{"serving_default", addprint}}});
}

void write_loops(const std::string& folder) {
  const Loops loops;
  const auto run = opscope::function(
      [&](const Tensor& n, const Tensor& v) {
        Tensor total = v;
        for (Tensor i : opscope::range(n)) {
          opscope::if_(
              i % 2 == 0, [&] { loops.x().assign_add(1.f); }, opscope::else_,
              [&] { total = total * 2.f; });
          total = total + loops.x();
        }
        return std::pair<Tensor, Tensor>(total, opscope::reduce_sum(total));
      },
      {}, {.name = "run"});
  (void)run.get_concrete_function({{{}, DType::int32, "n"}, {{kAnyDim}, DType::float32, "v"}});
  (void)run.get_concrete_function({{{}, DType::int32, "n"}, {{}, DType::float32, "v"}});
  const auto vector_run =
      run.get_concrete_function({{{}, DType::int32, "n"}, {{kAnyDim}, DType::float32, "v"}});
  const auto join = opscope::function(
      [&](const Tensor& text) {
        return opscope::string_join({text, loops.names()}, "-");
      },
      {{{}, DType::string, "text"}}, {.name = "join"});
  opscope::save(
      loops, folder,
      {.functions = {{"run", run}, {"join", join}},
       .signatures = {{"serving_default", {vector_run, {"total", "sum"}}}, {"join", join}}});
}

Json variables_json(const opscope::LoadedModel& model) {
  Json json = Json::object();
  for (const auto& [path, variable] : model.variables()) {
    json[path] = opscope::compat::tensor_json(variable.read());
  }
  return json;
}

Json call(const std::string& folder, const std::string& function,
          const std::vector<std::string>& numbers) {
  const opscope::LoadedModel model = opscope::load(folder);
  const auto trace = model.function(function).traces().at(0);
  std::vector<Tensor> arguments;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const DType dtype = trace.inputs.at(i).dtype;
    if (dtype == DType::string) {
      arguments.emplace_back(numbers[i]);
    } else if (dtype == DType::int32) {
      arguments.emplace_back(std::stoi(numbers[i]));
    } else {
      arguments.emplace_back(std::stof(numbers[i]));
    }
  }
  Json results = Json::array();
  for (const Tensor& result : model.function(function)(arguments)) {
    results.push_back(opscope::compat::tensor_json(result));
  }
  return {{"results", results}, {"variables", variables_json(model)}};
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 2 && args[0] == "write") {
    write_demo(args[1] + "/demo");
    write_loops(args[1] + "/loops");
    return 0;
  }
  if (args.size() == 2 && args[0] == "variables") {
    std::cout << variables_json(opscope::load(args[1])).dump() << '\n';
    return 0;
  }
  if (args.size() == 2 && args[0] == "save_checkpoint") {
    const Loops loops;
    loops.x().assign(2.5f);
    std::cout << opscope::Checkpoint(loops, "model").save(args[1]) << '\n';
    return 0;
  }
  if (args.size() == 2 && args[0] == "restore_checkpoint") {
    const Loops loops;
    opscope::Checkpoint(loops, "model").restore(args[1]);
    std::cout << opscope::compat::tensor_json(loops.x().read()).dump() << '\n';
    return 0;
  }
  if (args.size() >= 3 && args[0] == "call") {
    std::cout << call(args[1], args[2], {args.begin() + 3, args.end()}).dump() << '\n';
    return 0;
  }
  std::fprintf(stderr, "usage: see the head of saved_models.cc\n");
  return 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
