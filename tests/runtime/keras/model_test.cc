#include "opscope/keras/model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "opscope/keras.h"

namespace opscope::keras {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Session : public testing::Test {
 protected:
  Session() { clear_session(); }
};
using SequentialModel = Session;
using FunctionalModel = Session;
using OwnModel = Session;
using Summary = Session;
using Json = Session;

Sequential notebook_model() {
  Sequential model;
  model.add(Dense(4, {.input_shape = Shape{10}}));
  model.add(Dense(2));
  model.add(Dense(1));
  return model;
}

std::vector<std::string> names_of(const std::vector<Variable>& variables) {
  std::vector<std::string> names;
  for (const Variable& variable : variables) names.push_back(variable.name());
  return names;
}

std::vector<std::string> names_of(const std::vector<LayerPtr>& layers) {
  std::vector<std::string> names;
  for (const LayerPtr& layer : layers) names.push_back(layer->name());
  return names;
}

// The text of the notebook's cell.
constexpr const char* kNotebookSummary =
    "Model: \"sequential\"\n"
    "_________________________________________________________________\n"
    "Layer (type)                 Output Shape              Param #   \n"
    "dense (Dense)                (None, 4)                 44        \n"
    "_________________________________________________________________\n"
    "dense_1 (Dense)              (None, 2)                 10        \n"
    "_________________________________________________________________\n"
    "dense_2 (Dense)              (None, 1)                 3         \n"
    "Total params: 57\n"
    "Trainable params: 57\n"
    "Non-trainable params: 0\n"
    "_________________________________________________________________\n";

TEST_F(Summary, IsTheNotebooks) { EXPECT_EQ(notebook_model().summary_text(), kNotebookSummary); }

TEST_F(Summary, CountsWhatIsFrozen) {
  const Sequential model = notebook_model();
  model.get_layer(0).set_trainable(false);
  EXPECT_THAT(model.summary_text(), HasSubstr("Total params: 57\n"
                                              "Trainable params: 13\n"
                                              "Non-trainable params: 44\n"));
}

TEST_F(Summary, ShowsConnections) {
  const KerasTensor x = Input({8});
  const KerasTensor a = Dense(400, {.name = "left"})(x);
  const KerasTensor b = Dense(400)(x);
  const Model model(x, Add()({a, b}));
  const std::string text = model.summary_text();
  EXPECT_THAT(text, HasSubstr("Connected to"));
  EXPECT_THAT(text, HasSubstr("left (Dense)"));
  EXPECT_THAT(text, HasSubstr("[(None, 8)]"));
  EXPECT_THAT(text, HasSubstr("input_layer[0][0]"));
  EXPECT_THAT(text, HasSubstr("left[0][0]"));
  EXPECT_THAT(text, HasSubstr("dense[0][0]"));
  EXPECT_THAT(text, HasSubstr("Total params: 7,200\n"));
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    EXPECT_LE(end - begin, 98u);
    begin = end + 1;
  }
}

TEST_F(Summary, NeedsABuiltModel) {
  const Sequential model{Dense(2)};
  EXPECT_THROW((void)model.summary_text(), Error);
  (void)model(opscope::ones({1, 3}));
  EXPECT_THAT(model.summary_text(), HasSubstr("(None, 2)                 8"));
}

TEST_F(SequentialModel, NamesLayersAndVariablesAsKeras) {
  const Sequential model = notebook_model();
  EXPECT_EQ(model.name(), "sequential");
  EXPECT_THAT(names_of(model.layers()), ElementsAre("dense", "dense_1", "dense_2"));
  EXPECT_THAT(names_of(model.variables()),
              ElementsAre("dense/kernel:0", "dense/bias:0", "dense_1/kernel:0", "dense_1/bias:0",
                          "dense_2/kernel:0", "dense_2/bias:0"));
  EXPECT_EQ(model.weight_paths()[0], "sequential/dense/kernel");
  EXPECT_EQ(Sequential().name(), "sequential_1");
  clear_session();
  EXPECT_EQ(Dense(1).name(), "dense");
}

TEST_F(SequentialModel, ListsItsInputFirst) {
  const Sequential given = notebook_model();
  const Sequential deferred{Dense(2), Dense(1)};
  (void)deferred(opscope::ones({1, 3}));
  for (const Sequential& model : {given, deferred}) {
    ASSERT_GE(model.submodules().size(), 3u);
    EXPECT_THAT(repr(model.submodules()[0]), HasSubstr("<InputLayer name=input_layer"));
    EXPECT_THAT(repr(model.submodules()[1]), HasSubstr("<Dense name=dense"));
  }
}

TEST_F(SequentialModel, IsBuiltByItsFirstCall) {
  const Sequential model{Dense(4, {.activation = Activation::relu}), Dense(2)};
  EXPECT_FALSE(model.is_built());
  EXPECT_TRUE(model.variables().empty());
  EXPECT_THROW((void)model.count_params(), Error);
  const auto step = function([&](const Tensor& x) { return reduce_sum(model(x)); });
  EXPECT_TRUE(step(opscope::ones({5, 3})).shape() == Shape{});
  EXPECT_EQ(model.count_params(), 4 * 3 + 4 + 2 * 4 + 2);
  EXPECT_TRUE(model.get_layer("dense_1").is_built());
}

TEST_F(SequentialModel, RefusesWhatDoesNotFit) {
  Sequential model = notebook_model();
  EXPECT_THROW((void)model(opscope::ones({2, 9})), Error);
  EXPECT_THROW(model.add(Dense(2, {.name = "dense"})), Error);
  EXPECT_THROW(model.add(Input({3})), Error);
  EXPECT_THROW((void)model.get_layer("nothing"), Error);
  EXPECT_THROW((void)model.get_layer(3), Error);
  EXPECT_THROW(Dense(0), Error);
  EXPECT_THROW(Dropout(1.f), Error);
}

TEST_F(SequentialModel, FreezesLayers) {
  const Sequential model = notebook_model();
  model.layers()[0]->set_trainable(false);
  EXPECT_THAT(
      names_of(model.trainable_variables()),
      ElementsAre("dense_1/kernel:0", "dense_1/bias:0", "dense_2/kernel:0", "dense_2/bias:0"));
  EXPECT_THAT(names_of(model.non_trainable_variables()),
              ElementsAre("dense/kernel:0", "dense/bias:0"));
  const Module& module = model;
  EXPECT_EQ(module.trainable_variables().size(), 4u);
  EXPECT_EQ(module.variables().size(), 6u);
  model.set_trainable(true);
  EXPECT_EQ(model.trainable_variables().size(), 6u);
}

TEST_F(SequentialModel, IsTheSameAsAModel) {
  const Sequential sequential = notebook_model();
  const Model model = sequential;
  EXPECT_EQ(model.summary_text(), sequential.summary_text());
  const Tensor x = opscope::random_normal({3, 10});
  EXPECT_EQ(repr(model(x)), repr(sequential(x)));
}

TEST_F(SequentialModel, TakesAndGivesWeights) {
  const Sequential from = notebook_model();
  const Sequential to = notebook_model();
  to.set_weights(from.get_weights());
  const Tensor x = opscope::random_normal({3, 10});
  EXPECT_EQ(repr(from(x)), repr(to(x)));
  EXPECT_THROW(to.set_weights({x}), Error);
}

TEST_F(FunctionalModel, SharesLayersAndHasSeveralInputsAndOutputs) {
  const KerasTensor a = Input({4}, {.name = "a"});
  const KerasTensor b = Input({4}, {.name = "b"});
  const Dense shared(3, {.kernel_initializer = keras::ones()});
  const KerasTensor sum = Concatenate()({shared(a), shared(b)});
  const Model model({a, b}, {sum, shared(a)});
  EXPECT_EQ(model.count_params(), 15);
  EXPECT_THAT(names_of(model.layers()), ElementsAre("a", "b", "dense", "concatenate"));
  const std::vector<Tensor> outputs = model.apply({opscope::ones({2, 4}), opscope::zeros({2, 4})});
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(repr(outputs[0]),
            repr(constant({{4.f, 4.f, 4.f, 0.f, 0.f, 0.f}, {4.f, 4.f, 4.f, 0.f, 0.f, 0.f}})));
  EXPECT_THROW((void)model(opscope::ones({2, 4})), Error);
}

TEST_F(FunctionalModel, IsALayerOfAnother) {
  const KerasTensor x = Input({3});
  const Model inner(x, Dense(2)(x), {.name = "inner"});
  const KerasTensor y = Input({3});
  const Model outer(y, Activation(Activation::tanh)(inner(y)));
  EXPECT_EQ(outer.count_params(), 8);
  EXPECT_EQ(outer.get_layer("inner").sublayers().size(), 2u);
  EXPECT_TRUE(outer(opscope::ones({1, 3})).shape() == (Shape{1, 2}));
}

TEST_F(FunctionalModel, NeedsItsInputs) {
  const KerasTensor a = Input({4});
  const KerasTensor b = Input({4});
  EXPECT_THROW(Model(a, Add()({a, b})), Error);
}

class Scale : public LayerOf<Scale> {
 public:
  Scale() : LayerOf("Scale") {}

 protected:
  void build(const Shape& input) const override {
    add_weight(gain_, "gain", {input[input.rank() - 1]}, {.initializer = constant_value(2)});
  }
  [[nodiscard]] Tensor call(const Tensor& x, bool) const override { return x * gain_; }

 private:
  Weight gain_;
};

class Mlp : public LayerOf<Mlp, Model> {
 public:
  Mlp()
      : LayerOf("Mlp"),
        hidden_(add_layer(Dense(8, {.activation = Activation::relu}))),
        scale_(add_layer(Scale())),
        last_(add_layer(Dense(1))) {}

 protected:
  [[nodiscard]] Tensor call(const Tensor& x, bool) const override {
    return last_(scale_(hidden_(x)));
  }

 private:
  Dense hidden_;
  Scale scale_;
  Dense last_;
};

TEST_F(OwnModel, FindsItsLayersAndPaths) {
  const Mlp model;
  (void)model(opscope::ones({1, 3}));
  EXPECT_THAT(names_of(model.variables()),
              ElementsAre("dense/kernel:0", "dense/bias:0", "scale/gain:0", "dense_1/kernel:0",
                          "dense_1/bias:0"));
  EXPECT_EQ(model.weight_paths()[2], "mlp/scale/gain");
  EXPECT_THAT(names_of(model.layers()), ElementsAre("dense", "scale", "dense_1"));
}

TEST_F(OwnModel, LayersWorkInFunctionalModels) {
  const KerasTensor x = Input({3});
  const Model model(x, Scale()(x));
  EXPECT_EQ(model(opscope::ones({1, 3})).values<float>()[0], 2.f);
}

TEST_F(OwnModel, Trains) {
  Mlp model;
  model.compile({.optimizer = Adam({.learning_rate = 0.01}), .loss = {mean_squared_error()}});
  const Tensor x = stateless_random_normal({64, 3}, {1, 2});
  const Tensor y = reduce_sum(x, {.axes = Axes{1}, .keep_dims = true});
  const History history = model.fit(x, y, {.epochs = 20, .verbose = Verbose::silent});
  EXPECT_LT(history.at("loss").back(), history.at("loss").front() / 2);
}

TEST_F(Json, TellsLayersAndConnections) {
  const KerasTensor x = Input({8});
  const Model model(x, Add()({Dense(4)(x), Dense(4)(x)}));
  const std::string text = model.to_json();
  EXPECT_THAT(text, HasSubstr("\"class_name\": \"Functional\""));
  EXPECT_THAT(text, HasSubstr("\"batch_shape\": [null, 8]"));
  EXPECT_THAT(text, HasSubstr("\"keras_history\": [\"dense_1\", 0, 0]"));
  EXPECT_THAT(text, HasSubstr("\"output_layers\": [\"add\", 0, 0]"));
  EXPECT_FALSE(Mlp().has_json());
  EXPECT_THROW((void)Mlp().to_json(), Error);
}

TEST(Layers, ComputeShapes) {
  EXPECT_EQ(Flatten().compute_output_shapes({{kAnyDim, 2, 3}})[0].to_string(), "(None, 6)");
  EXPECT_EQ(Reshape({3, kAnyDim}).compute_output_shapes({{kAnyDim, 6}})[0].to_string(),
            "(None, 3, 2)");
  EXPECT_EQ(Conv2D(4, 3, {.strides = 2, .padding = Padding::same})
                .compute_output_shapes({{kAnyDim, 9, 8, 1}})[0]
                .to_string(),
            "(None, 5, 4, 4)");
  EXPECT_THROW((void)Reshape({4, 2}).compute_output_shapes({{kAnyDim, 6}}), Error);
}

TEST(Layers, EmbeddingLooksUp) {
  const Embedding layer(
      3, 2, {.embeddings_initializer = values(constant({{1.f, 2.f}, {3.f, 4.f}, {5.f, 6.f}}))});
  EXPECT_EQ(repr(layer(constant({2, 0}))), repr(constant({{5.f, 6.f}, {1.f, 2.f}})));
  EXPECT_EQ(repr(layer(constant({2.f, 0.f}))), repr(constant({{5.f, 6.f}, {1.f, 2.f}})));
}

TEST(Layers, DropoutOnlyDropsInTraining) {
  const Dropout layer(0.5f, {.seed = 3});
  const Tensor x = opscope::ones({100});
  EXPECT_EQ(reduce_sum(layer(x)).item(), 100);
  const Tensor dropped = layer(x, {.training = true});
  for (const float value : dropped.values<float>()) EXPECT_TRUE(value == 0 || value == 2);
  EXPECT_THAT(reduce_sum(dropped).item(), testing::AllOf(testing::Gt(40), testing::Lt(160)));
}

TEST(Layers, LambdaIsAFunction) {
  const Lambda twice([](const Tensor& x) { return x * 2; });
  EXPECT_EQ(twice(constant({3.f})).item(), 6);
}

}  // namespace
}  // namespace opscope::keras
