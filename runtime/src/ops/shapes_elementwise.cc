// Shape functions of ops whose output has the shape of an input, or of the inputs broadcast.
#include <array>

#include "ops/bindings.h"
#include "ops/shape_util.h"

namespace opscope::runtime {
namespace {
void broadcast(ShapeContext& context) {
  context.set_output(0, broadcast_checked(context, context.input(0), context.input(1)));
}

// With incompatible_shape_error = false, shapes that do not broadcast give a scalar.
void equality(ShapeContext& context) {
  if (context.attr_bool("incompatible_shape_error")) return broadcast(context);
  const bool same = context.input(0).is_fully_defined() && context.input(0) == context.input(1);
  context.set_output(0, same ? context.input(0) : Shape::unknown());
}

void merge_all(ShapeContext& context) {
  Shape shape = context.input(0);
  for (std::size_t i = 1; i < context.num_inputs(); ++i) {
    shape = merge_checked(context, shape, context.input(i));
  }
  context.set_output(0, shape);
}

// The inputs' shapes are also told by an attribute.
void accumulate(ShapeContext& context) {
  Shape shape = context.attr_shape("shape");
  for (std::size_t i = 0; i < context.num_inputs(); ++i) {
    shape = merge_checked(context, shape, context.input(i));
  }
  context.set_output(0, shape);
}

void identity_n(ShapeContext& context) {
  for (std::size_t i = 0; i < context.num_inputs(); ++i) context.set_output(i, context.input(i));
}

// The condition is a scalar, has the values' shape, or is a vector that chooses whole rows.
void select_v1(ShapeContext& context) {
  const Shape& condition = context.input(0);
  const Shape values = merge_checked(context, context.input(1), context.input(2));
  context.set_output(0, values);
  if (!condition.has_rank() || condition.rank() == 0) return;
  if (condition.rank() != 1) {
    context.set_output(0, merge_checked(context, values, condition));
  } else if (values.rank() == 0) {
    context.invalid("the condition may not have more dimensions than the values");
  } else if (values.has_rank()) {
    Shape rows = values;
    rows.set_dim(0, merge_checked(context, {values[0]}, condition)[0]);
    if (values.rank() == 1) context.set_output(0, rows);
  }
}

void select_v2(ShapeContext& context) {
  const Shape values = broadcast_checked(context, context.input(1), context.input(2));
  context.set_output(0, broadcast_checked(context, context.input(0), values));
}

constexpr std::string_view kBroadcasting[] = {
    "AddV2",      "Add",         "Sub",         "Mul",
    "RealDiv",    "Div",         "FloorDiv",    "FloorMod",
    "Mod",        "TruncateDiv", "TruncateMod", "DivNoNan",
    "MulNoNan",   "Pow",         "Maximum",     "Minimum",
    "Less",       "LessEqual",   "Greater",     "GreaterEqual",
    "LogicalAnd", "LogicalOr",   "Xlogy",       "Xdivy",
    "Atan2",      "BitwiseAnd",  "BitwiseOr",   "BitwiseXor",
    "LeftShift",  "RightShift",  "NextAfter",   "SquaredDifference"};

constexpr std::string_view kUnchanged[] = {"Identity",
                                           "StopGradient",
                                           "PreventGradient",
                                           "Snapshot",
                                           "Cast",
                                           "Neg",
                                           "Abs",
                                           "Sign",
                                           "Square",
                                           "Sqrt",
                                           "Rsqrt",
                                           "Exp",
                                           "Expm1",
                                           "Log",
                                           "Log1p",
                                           "Reciprocal",
                                           "Floor",
                                           "Ceil",
                                           "Round",
                                           "Rint",
                                           "Sin",
                                           "Cos",
                                           "Tan",
                                           "Asin",
                                           "Acos",
                                           "Atan",
                                           "Sinh",
                                           "Cosh",
                                           "Asinh",
                                           "Acosh",
                                           "Atanh",
                                           "Tanh",
                                           "Sigmoid",
                                           "Erf",
                                           "Erfc",
                                           "Lgamma",
                                           "Digamma",
                                           "IsNan",
                                           "IsInf",
                                           "IsFinite",
                                           "LogicalNot",
                                           "Invert",
                                           "PopulationCount",
                                           "Bucketize",
                                           "Real",
                                           "Imag",
                                           "Conj",
                                           "Angle",
                                           "ComplexAbs",
                                           "Relu",
                                           "Relu6",
                                           "LeakyRelu",
                                           "Elu",
                                           "Selu",
                                           "Softplus",
                                           "Softsign",
                                           "ZerosLike",
                                           "OnesLike",
                                           "Cumsum",
                                           "Cumprod",
                                           "CumulativeLogsumexp",
                                           "CheckNumerics",
                                           "CheckNumericsV2",
                                           "RandomShuffle",
                                           "AsString",
                                           "StringToNumber",
                                           "StringLength",
                                           "StringLower",
                                           "StringUpper",
                                           "StringStrip",
                                           "RegexReplace",
                                           "RegexFullMatch",
                                           "StaticRegexFullMatch",
                                           "StaticRegexReplace",
                                           "Enter",
                                           "Exit",
                                           "NextIteration",
                                           "LoopCond",
                                           "Print",
                                           "Roll",
                                           "ClipByValue",
                                           "MatrixBandPart"};

// TensorFlow looks at the first input only.
constexpr std::string_view kGradients[] = {"TanhGrad",  "SigmoidGrad",    "SqrtGrad",
                                           "RsqrtGrad", "ReciprocalGrad", "InvGrad"};

constexpr std::string_view kMerged[] = {"ReluGrad",      "Relu6Grad",    "EluGrad",     "SeluGrad",
                                        "LeakyReluGrad", "SoftplusGrad", "SoftsignGrad"};

constexpr ShapeBinding kOthers[] = {
    {"Equal", equality},           {"NotEqual", equality},    {"AddN", merge_all},
    {"AccumulateNV2", accumulate}, {"IdentityN", identity_n}, {"Select", select_v1},
    {"SelectV2", select_v2},       {"Complex", broadcast},
};

constexpr auto make_bindings() {
  std::array<ShapeBinding, std::size(kBroadcasting) + std::size(kUnchanged) +
                               std::size(kGradients) + std::size(kMerged) + std::size(kOthers)>
      bindings{};
  std::size_t at = 0;
  for (const auto op : kBroadcasting) bindings[at++] = {op, broadcast};
  for (const auto op : kUnchanged) bindings[at++] = {op, unchanged_shape};
  for (const auto op : kGradients) bindings[at++] = {op, unchanged_shape};
  for (const auto op : kMerged) bindings[at++] = {op, merged_shape};
  for (const auto& binding : kOthers) bindings[at++] = binding;
  return bindings;
}
constexpr auto kBindings = make_bindings();
}  // namespace

ShapeBindings elementwise_shapes() { return kBindings; }

}  // namespace opscope::runtime
