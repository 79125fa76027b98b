// The gradients of ops that run graphs, and which ops have none.
#include "gradients/graph_recording.h"
#include "gradients/registry.h"
#include "gradients/while_gradient.h"

namespace opscope::runtime {
namespace {

void identity_n(GradientCall& c) {
  if (c.recording != nullptr) {
    if (const auto custom = c.recording->graph().node(c.node).custom_gradient) {
      custom_node_gradient(*custom, c);
      return;
    }
  }
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    c.give(i, [&] { return c.output_gradients[i]; });
  }
}

constexpr std::pair<std::string_view, GradientFn> kTable[] = {
    {"IdentityN", identity_n},
    {"While", while_gradient},
    {"StatelessWhile", while_gradient},
    {"If", branch_gradient},
    {"StatelessIf", branch_gradient},
    {"Case", branch_gradient},
    {"StatelessCase", branch_gradient},
    {"PartitionedCall", function_call_gradient},
    {"StatefulPartitionedCall", function_call_gradient},
};

// No derivative: whole numbers, truth values, texts, steps; numbers that depend on nothing;
// effects.
constexpr std::string_view kWithoutGradient[] = {
    "All",
    "Any",
    "ApproximateEqual",
    "ArgMax",
    "ArgMin",
    "AsString",
    "Assert",
    "AssignAddVariableOp",
    "AssignSubVariableOp",
    "AssignVariableOp",
    "Bincount",
    "BitwiseAnd",
    "BitwiseOr",
    "BitwiseXor",
    "BroadcastArgs",
    "BroadcastGradientArgs",
    "Bucketize",
    "Ceil",
    "ConcatOffset",
    "Const",
    "ControlTrigger",
    "DecodePng",
    "DecodeRaw",
    "DenseBincount",
    "DestroyResourceOp",
    "DisableCopyOnRead",
    "Empty",
    "EmptyTensorList",
    "EncodeJpeg",
    "EncodePng",
    "Equal",
    "FakeParam",
    "Floor",
    "FloorDiv",
    "Greater",
    "GreaterEqual",
    "InTopKV2",
    "Invert",
    "InvertPermutation",
    "IsFinite",
    "IsInf",
    "IsNan",
    "LeftShift",
    "Less",
    "LessEqual",
    "LinSpace",
    "LogicalAnd",
    "LogicalNot",
    "LogicalOr",
    "LowerBound",
    "MergeV2Checkpoints",
    "Multinomial",
    "NoOp",
    "NotEqual",
    "OneHot",
    "OnesLike",
    "OptionalHasValue",
    "OptionalNone",
    "Placeholder",
    "PopulationCount",
    "PrintV2",
    "RandomShuffle",
    "RandomStandardNormal",
    "RandomUniform",
    "RandomUniformInt",
    "Range",
    "Rank",
    "ReadFile",
    "ReduceJoin",
    "RegexFullMatch",
    "RegexReplace",
    "ResourceApplyAdagradV2",
    "ResourceApplyAdam",
    "ResourceApplyGradientDescent",
    "ResourceApplyKerasMomentum",
    "ResourceApplyMomentum",
    "ResourceApplyRMSProp",
    "ResourceScatterAdd",
    "ResourceScatterNdAdd",
    "ResourceScatterNdUpdate",
    "ResourceScatterSub",
    "ResourceScatterUpdate",
    "RestoreV2",
    "RightShift",
    "Rint",
    "Round",
    "SaveV2",
    "Shape",
    "ShapeN",
    "ShardedFilename",
    "Size",
    "StatelessMultinomial",
    "StatelessRandomGetAlg",
    "StatelessRandomGetKeyCounter",
    "StatelessRandomNormal",
    "StatelessRandomNormalV2",
    "StatelessRandomUniform",
    "StatelessRandomUniformFullInt",
    "StatelessRandomUniformFullIntV2",
    "StatelessRandomUniformInt",
    "StatelessRandomUniformIntV2",
    "StatelessRandomUniformV2",
    "StatelessShuffle",
    "StatelessTruncatedNormal",
    "StatelessTruncatedNormalV2",
    "StaticRegexFullMatch",
    "StaticRegexReplace",
    "StopGradient",
    "StringFormat",
    "StringJoin",
    "StringLength",
    "StringLower",
    "StringSplit",
    "StringSplitV2",
    "StringStrip",
    "StringToHashBucketFast",
    "StringToNumber",
    "StringUpper",
    "Substr",
    "TensorListConcatLists",
    "TensorListElementShape",
    "TensorListLength",
    "TensorListReserve",
    "Timestamp",
    "TruncateDiv",
    "TruncatedNormal",
    "UnicodeDecode",
    "UnicodeDecodeWithOffsets",
    "UnicodeEncode",
    "UpperBound",
    "VarHandleOp",
    "VarIsInitializedOp",
    "VariableShape",
    "Where",
    "WriteFile",
    "ZerosLike",
};

// TensorFlow has no gradient for them either, or one that this runtime does not have yet.
constexpr std::string_view kUnknown[] = {
    "Angle",
    "Betainc",
    "Bitcast",
    "Complex",
    "ComplexAbs",
    "Conj",
    "IgammaGradA",
    "Imag",
    "LRNGrad",
    "ListDiff",
    "Lu",
    "MatrixExponential",
    "MaxPoolGradGradV2",
    "Mod",
    "RandomGamma",
    "Real",
    "TruncateMod",
    "Unique",
    "UniqueV2",
    "UniqueWithCounts",
    "UniqueWithCountsV2",
};

}  // namespace

GradientTable graph_call_gradients() noexcept { return kTable; }

std::span<const std::string_view> ops_without_gradient() noexcept { return kWithoutGradient; }

std::span<const std::string_view> ops_of_unknown_gradient() noexcept { return kUnknown; }

}  // namespace opscope::runtime
