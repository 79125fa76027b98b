"""Ops of neural networks."""

import numpy as np
import tensorflow as tf

from op_cases import Case, Tolerance, cases_of
from op_cases.elementwise import loosened
from op_cases.reductions import summing


def window_attrs(values):
    return {"strides": [1, values.between(1, 2), values.between(1, 2), 1],
            "padding": values.pick(["SAME", "VALID"])}


def image(values, dtype, channels=3):
    return values.plain(dtype, (values.between(1, 2), values.between(4, 6), values.between(4, 7),
                                channels))


def filters(values, dtype, out):
    return values.plain(dtype, (values.between(1, 3), values.between(1, 3), 3, out))


@cases_of("Conv2D", "DepthwiseConv2dNative")
def convolution(op, gen, values):
    for dtype in gen.dtypes():
        if dtype not in ("float32", "float64"):
            continue
        for _ in range(8):
            attrs = window_attrs(values)
            if op != "Conv2D":
                attrs["strides"][2] = attrs["strides"][1]
            x, weights = image(values, dtype), filters(values, dtype, values.between(1, 4))
            yield Case(op, [x, weights], attrs, summing(dtype, np.full(27, 16.0), 2))
        yield Case(op, [image(values, dtype, 2), filters(values, dtype, 2)], window_attrs(values))


@cases_of("MaxPool", "AvgPool")
def pooling(op, gen, values):
    for dtype in gen.dtypes():
        if dtype not in ("float32", "float64"):
            continue
        for _ in range(8):
            attrs = {**window_attrs(values), "ksize": [1, values.between(1, 3), values.between(1, 3), 1]}
            tolerance = Tolerance() if op == "MaxPool" else Tolerance(4, scale=4, zero_sign=False)
            yield Case(op, [image(values, dtype)], attrs, tolerance)
        yield Case(op, [values.plain(dtype, (2, 3))], {**window_attrs(values), "ksize": [1, 2, 2, 1]})


@cases_of("MaxPoolV2", "MaxPoolGradV2", "MaxPoolGradGrad", "MaxPoolGradGradV2")
def other_pooling(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4 if dtype in ("float32", "float64") else 1):
            attrs = window_attrs(values)
            strides = attrs.pop("strides")
            ksize = [1, values.between(1, 3), values.between(1, 3), 1]
            x = image(values, dtype)
            y = tf.raw_ops.MaxPool(input=tf.constant(x.astype(np.float64)), ksize=ksize, strides=strides,
                                   **attrs).numpy().astype(x.dtype)
            windows = [np.array(ksize, np.int32), np.array(strides, np.int32)]
            if not op.endswith("V2"):
                windows, attrs = [], {**attrs, "ksize": ksize, "strides": strides}
            if op == "MaxPoolV2":
                given = [x]
            elif op == "MaxPoolGradV2":
                given = [x, y, values.plain(dtype, y.shape)]
            else:
                given = [x, y, values.plain(dtype, x.shape)]
            yield Case(op, [*given, *windows], attrs, Tolerance(4, scale=8, zero_sign=False))
    if op == "MaxPoolV2":
        x = image(values, "float32")
        for ksize, strides in (([1, 2, 2], [1, 1, 1, 1]), ([1, 0, 2, 1], [1, 1, 1, 1])):
            yield Case(op, [x, np.array(ksize, np.int32), np.array(strides, np.int32)],
                       {"padding": "VALID"}, values_only=True)


@cases_of("LRNGrad")
def response_gradient(op, gen, values):
    for dtype in ("float32", "float16"):
        for _ in range(5):
            shape = values.full_shape(4, 4)
            attrs = {"depth_radius": values.below(4), "bias": 1.5, "alpha": 0.3, "beta": 0.6}
            x = values.plain(dtype, shape)
            y = tf.raw_ops.LRN(input=x, **attrs).numpy()
            yield Case(op, [values.plain(dtype, shape), x, y], attrs,
                       loosened(Tolerance(64, scale=4), dtype, 4))
    x = values.plain("float32", (1, 1, 1, 3))
    yield Case(op, [x, x[0], x])
    yield Case(op, [x, x, x[..., :2]])


@cases_of("InTopKV2")
def in_top_k(op, gen, values):
    for kind in gen.dtypes():
        for _ in range(4):
            yield Case(op, [values.plain("float32", (4, 5)), values.plain(kind, (4,), 0, 4),
                            np.array(values.between(1, 5), kind)])


@cases_of("BiasAdd", "BiasAddV1")
def bias_add(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            shape = values.shape(2, 5)
            first = values.chance(0.4) and op == "BiasAdd" and len(shape) > 2
            channels = shape[1 if first else -1]
            if values.chance(0.08):
                channels += 1
            attrs = {"data_format": "NCHW" if first else "NHWC"} if op == "BiasAdd" else {}
            yield Case(op, [values.array(dtype, shape), values.array(dtype, (channels,))], attrs)
        yield Case(op, [values.array(dtype, (3,)), values.array(dtype, (3,))])
        yield Case(op, [values.array(dtype, (2, 3)), values.array(dtype, (1, 3))])


@cases_of("BiasAddGrad")
def bias_add_grad(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            shape = values.shape(2, 5)
            first = values.chance(0.4) and len(shape) > 2
            x = values.plain(dtype, shape)
            yield Case(op, [x], {"data_format": "NCHW" if first else "NHWC"}, summing(dtype, x, 8))
        yield Case(op, [values.plain(dtype, (3,))])


@cases_of("Softmax", "LogSoftmax")
def softmax(op, gen, values):
    for dtype in gen.dtypes():
        for _ in range(4):
            x = values.plain(dtype, values.shape(1, 4), -10, 10)
            yield Case(op, [x], {}, loosened(Tolerance(16, scale=0.1), dtype, 4))
        x = values.plain(dtype, (2, 4))
        x[0, 1] = -np.inf  # of infinity and NaN TensorFlow's vector code makes zeros
        yield Case(op, [x], {}, loosened(Tolerance(16, scale=0.1), dtype, 4))
        yield Case(op, [values.plain(dtype, ())])


@cases_of("SoftmaxCrossEntropyWithLogits")
def cross_entropy(op, gen, values):
    for dtype in gen.dtypes():
        tolerance = loosened(Tolerance(32, scale=4), dtype, 32)
        for rows, classes in ((3, 4), (1, 4), (0, 3), (2, 0), (5, 1)):
            logits = values.plain(dtype, (rows, classes), -6, 6)
            yield Case(op, [logits, values.plain(dtype, (rows, classes), 0, 1)], {}, tolerance)
        yield Case(op, [values.plain(dtype, (3, 4)), values.plain(dtype, (1, 4), 0, 1)], {},
                   tolerance)
        yield Case(op, [values.plain(dtype, (3, 4)), values.plain(dtype, (3, 3), 0, 1)])


@cases_of("SparseSoftmaxCrossEntropyWithLogits")
def sparse_cross_entropy(op, gen, values):
    for dtype in gen.dtypes():
        tolerance = loosened(Tolerance(32, scale=4), dtype, 32)
        for labels in gen.dtypes("Tlabels"):
            for rows, classes in ((3, 4), (1, 4), (0, 3), (5, 1)):
                yield Case(op, [values.plain(dtype, (rows, classes), -6, 6),
                                values.plain(labels, (rows,), 0, classes - 1)], {}, tolerance)
            yield Case(op, [values.plain(dtype, (2, 3)), np.array([0, 3], labels)])
            yield Case(op, [values.plain(dtype, (2, 3)), np.array([-1, 2], labels)])
            yield Case(op, [values.plain(dtype, (2, 3)), np.array([1], labels)])
            yield Case(op, [values.plain(dtype, (3,)), np.array([1], labels)])
            yield Case(op, [values.plain(dtype, (2, 0)), np.array([0, 0], labels)])
