// The notebook "Autograph 的机制原理", cell by cell, in C++. It prints what the notebook prints, in
// the form of TensorFlow 2.21, which no longer shows the `id=...` of a Tensor.
//
//   notebook [LOGDIR]        (default: data/demomodule/<time>)
//
// The model is saved in data/demo/1, or in LOGDIR/demo/1.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <iostream>
#include <string>
#include <type_traits>
#include <vector>

#include "opscope/keras.h"
#include "opscope/profiler/profiler.h"
#include "opscope/runtime.h"
#include "opscope/runtime/saved_model.h"
#include "opscope/summary/file_writer.h"
#include "opscope/summary/trace.h"

namespace {

namespace keras = opscope::keras;
using opscope::constant;
using opscope::DType;
using opscope::print;
using opscope::Tensor;

// tf.print writes to stderr; here to stdout, so that the lines stay in order.
const opscope::PrintOptions kStdout = {.output_stream = "stdout"};

// Cell 6: as written, it runs eagerly. function(myadd) would trace it: "tracing" then comes first
// and once, and the loop becomes a While in the graph.
Tensor myadd(const Tensor& a, const Tensor& b) {
  for (Tensor i : opscope::range(4)) print(kStdout, i);
  const Tensor c = a + b;
  std::cout << "tracing\n";
  return c;
}

// Cell 20: a module owns and names its variable, its method is a traced function.
class DModule : public opscope::Module {
 public:
  explicit DModule(const Tensor& init_value = 0.f)
      : Module("DModule"),
        x_(add_variable(init_value)),
        addprint_(opscope::function(
            [this](const Tensor& a) {
              const opscope::NameScope scope = name_scope();
              x_.assign_add(a);
              print(kStdout, x_);
              return x_.read();
            },
            {{.shape = {}, .dtype = DType::float32, .name = "a"}}, {.name = "addprint"})) {}
  DModule(const DModule&) = delete;  // addprint_ holds on to this object
  DModule& operator=(const DModule&) = delete;

  Tensor addprint(const Tensor& a) const { return addprint_(a); }
  const opscope::Function<Tensor(const Tensor&)>& addprint() const { return addprint_; }

 private:
  opscope::Variable x_;
  opscope::Function<Tensor(const Tensor&)> addprint_;
};

std::string stamp() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d-%H%M%S", std::localtime(&now));
  return text;
}

const char* python_bool(bool value) { return value ? "True" : "False"; }

// As the notebook shows a list: each element on lines of its own, one column in.
void show_list(const std::vector<opscope::Variable>& variables) {
  std::string text = "[";
  for (const opscope::Variable& variable : variables) {
    if (text.size() > 1) text += ",\n";
    text += repr(variable);
  }
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) {
    text.insert(at + 1, " ");
  }
  std::cout << text << "]\n";
}

// As the notebook's "!command": `opscope show --dir FOLDER --all`, with opscope from the PATH.
void show_model(const std::string& folder) {
  std::cout.flush();
  std::fflush(stdout);
  std::vector<std::string> words = {"opscope", "show", "--dir", folder, "--all"};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, words[0].c_str(), nullptr, nullptr, arguments.data(), environ);
  if (failed == 0) {
    waitpid(child, nullptr, 0);
  } else {
    std::cerr << "`opscope show` was not run: opscope is not in the PATH\n";
  }
}

// Cells 29, 31 and 32
void save_load_show(const DModule& demo, const std::string& folder) {
  opscope::save(demo, folder,
                {.functions = {{"addprint", demo.addprint()}},
                 .signatures = {{"serving_default", demo.addprint()}}});
  const opscope::LoadedModel demo2 = opscope::load(folder);
  std::cout << repr(demo2("addprint", constant(5.0f))) << '\n';
  show_model(folder);
}

void run_keras() {
  // Cell 44
  std::cout << python_bool(std::is_base_of_v<opscope::Module, keras::Model>) << '\n'
            << python_bool(std::is_base_of_v<opscope::Module, keras::Layer>) << '\n'
            << python_bool(std::is_base_of_v<keras::Layer, keras::Model>) << '\n';

  // Cell 45; the seed makes the weights the same in each run.
  keras::clear_session();
  keras::set_random_seed(1);
  keras::Sequential model;
  model.add(keras::Dense(4, {.input_shape = opscope::Shape{10}}));
  model.add(keras::Dense(2));
  model.add(keras::Dense(1));
  std::cout << model.summary_text();

  // Cells 46 and 47
  show_list(model.variables());
  model.layers()[0]->set_trainable(false);  // 冻结第0层的变量,使其不可训练
  show_list(model.trainable_variables());

  // Cells 48 to 51
  std::cout << repr(model.submodules()) << '\n' << repr(model.layers()) << '\n';
  std::cout << model.name() << '\n';
}

void run(const std::string& logdir, const std::string& model_folder) {
  // Cell 12
  std::cout << myadd(constant("hello"), constant("world")) << '\n';

  // Cells 16 and 18
  const opscope::Variable x(1.0f);
  const auto add_print = opscope::function(
      [&](const Tensor& a) {
        x.assign_add(a);  // x 重新赋值
        print(kStdout, x);
        return x.read();
      },
      {{.shape = {}, .dtype = DType::float32, .name = "a"}}, {.name = "add_print"});
  std::cout << repr(add_print(constant(3.0f))) << '\n';
  // add_print(constant(3));  // 输入不符合张量签名的参数将报错

  // Cells 21 to 23
  const DModule demo(constant(1.0f));
  const Tensor result = demo.addprint(constant(5.0f));
  std::cout << repr(demo.variables()) << '\n' << repr(demo.trainable_variables()) << '\n';
  std::cout << repr(demo.submodules()) << '\n';

  save_load_show(demo, model_folder);

  // Cell 38: the notebook's trace_export failed with "Cannot stop profiling. No profiler is
  // running."; the folder may be given in either call here.
  opscope::summary::FileWriter writer = opscope::summary::create_file_writer(logdir);
  opscope::summary::trace_on({.graph = true, .profiler = true});
  const DModule traced(constant(0.0f));
  const Tensor traced_result = traced.addprint(constant(5.0f));
  opscope::summary::trace_export(writer,
                                 {.name = "demomodule", .step = 0, .profiler_outdir = logdir});
  writer.close();

  // Cells 39 to 41: `opscope LOGDIR` opens the log; `opscope tensorboard list` and
  // `opscope tensorboard start --logdir LOGDIR` are the notebook's TensorBoard commands.
  std::cerr << "The log is in " << logdir << '\n';

  run_keras();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc > 1) {
    run(argv[1], std::string(argv[1]) + "/demo/1");
  } else {
    run("data/demomodule/" + stamp(), "data/demo/1");
  }
  return 0;
} catch (const opscope::Error& error) {
  std::fprintf(stderr, "notebook: %s\n", error.what());
  return 1;
}
