"""What the comparison leaves out, and why."""

from op_cases.values import FLOATS, INTS

NO_GENERATOR = (
    "Cholesky",
    "Einsum",
    "EmptyTensorList",
    "LogMatrixDeterminant",
    "MatrixDeterminant",
    "MatrixInverse",
    "MatrixSolve",
    "MatrixTriangularSolve",
    "OptionalFromValue",
    "OptionalGetValue",
    "OptionalHasValue",
    "OptionalNone",
    "Qr",
    "SelfAdjointEigV2",
    "Svd",
    "TensorListConcatV2",
    "TensorListElementShape",
    "TensorListFromTensor",
    "TensorListGetItem",
    "TensorListLength",
    "TensorListPopBack",
    "TensorListPushBack",
    "TensorListReserve",
    "TensorListResize",
    "TensorListSetItem",
    "TensorListSplit",
    "TensorListStack",
    "AvgPoolGrad",
    "Conv2DBackpropFilter",
    "Conv2DBackpropInput",
    "DepthwiseConv2dNativeBackpropFilter",
    "DepthwiseConv2dNativeBackpropInput",
    "FusedBatchNormGradV3",
    "FusedBatchNormV3",
    "LRN",
    "MaxPoolGrad",
    "ResourceApplyAdagradV2",
    "ResourceApplyRMSProp",
)

# Ops with a kernel but no cases.
NO_CASES = {
    "Assert": "fails or does nothing; tests/runtime/core runs it",
    "Const": "cannot be run eagerly in TensorFlow; the graphs of graph_compat_test.py hold it",
    "Print": "writes to the terminal; tests/runtime/core compares what it prints",
    "PrintV2": "writes to the terminal; tests/runtime/core compares what it prints",
    "Timestamp": "tells the time",
    **dict.fromkeys(NO_GENERATOR, "no random cases yet"),
}

# Ops whose errors may have another code than TensorFlow's.
OTHER_ERRORS = {"Softmax", "TruncateDiv", "TruncateMod"}

# Differences that are known and not mended; the tests of these ops are expected to fail.
KNOWN_DIFFERENCES = {
    "MatrixDiagV3": "TensorFlow counts a dimension that is not known as -1",
    "MatrixSetDiagV3": "TensorFlow refuses several diagonals of an input not fully known",
    "SplitV": "less is inferred for an axis that is not known",
    "Add": "strings broadcast only from scalars",
    "StringLower": "bytes only, no encodings",
    "StringUpper": "bytes only, no encodings",
    "Substr": "a shape of pos known better than that of len is merged with it, not refused",
}

# Types that TensorFlow's kernels take and ours leave out.
OTHER_TYPES = {
    # Integers where only floats are differentiable or meant.
    "Acos": {"int8", "int16", "int32", "int64"},
    "EuclideanNorm": set(INTS),
    "LeakyRelu": set(INTS),
    "LeakyReluGrad": set(INTS),
    "Conv2DBackpropInput": {"int32"},
    "MatMul": {"int16"},
    **dict.fromkeys(("MaxPool", "MaxPoolV2"), {"uint32", "uint64"}),
    "MatrixInverse": {"float16"},
    "Qr": {"float16"},
    # Narrow index types.
    "UnsortedSegmentMax": {"int16"},
    "UnsortedSegmentMin": {"int16"},
    "UnsortedSegmentProd": {"int16"},
    "ArgMax": {"int16", "uint16"},
    "TopKV2": {"int16"},
    "RandomGamma": {"bfloat16"},
    # Registered there with a type that its own checks refuse, or not reached by tf's functions.
    **dict.fromkeys(("Bincount", "DenseBincount"), {*FLOATS, *INTS} - {"float32", "float64", "int32",
                                                                       "int64"}),
    "BatchMatMul": {"int16"},
    "Gather": {"int16"},
    "TruncateDiv": set(FLOATS),
    "OneHot": {"string"},
    "ScatterNd": {"bool", "string"},
    "TensorScatterUpdate": {"bool", "string"},
}
