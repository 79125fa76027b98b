#!/usr/bin/env python3
"""Prints layer_oracle.inc: what Keras 3 (TensorFlow 2.21) gives for the cases of
layer_values_test.cc.

    python3 make_layer_oracle.py > layer_oracle.inc

Every array is filled by 0.5 * sin(0.37 * i + seed): inputs with seed 1, the k-th weight with seed
k + 2 (moving variances plus 1), the factors of the outputs with seed 9. For each case: the output,
then the gradients of sum(output * factors) by the input and by the trainable weights, then the
other weights after the call.
"""

import numpy as np
import tensorflow as tf
from tensorflow import keras

L = keras.layers


def fill(shape, seed):
    size = int(np.prod(shape))
    return (0.5 * np.sin(0.37 * np.arange(size) + seed)).astype(np.float32).reshape(shape)


CASES = {
    "dense": (L.Dense(3, activation="relu"), (4, 5), False),
    "dense_of_sequences": (L.Dense(3, activation="tanh"), (2, 3, 4), False),
    "conv2d_valid": (L.Conv2D(3, 3, activation="relu"), (2, 5, 6, 2), False),
    "conv2d_same": (L.Conv2D(2, (3, 2), strides=2, padding="same"), (1, 6, 5, 3), False),
    "conv2d_dilated": (L.Conv2D(2, 2, dilation_rate=2), (1, 5, 5, 2), False),
    "max_pooling": (L.MaxPooling2D(), (1, 5, 6, 2), False),
    "max_pooling_same": (L.MaxPooling2D(3, strides=2, padding="same"), (1, 5, 5, 1), False),
    "average_pooling_same": (L.AveragePooling2D(2, strides=1, padding="same"), (1, 3, 4, 2), False),
    "global_average_pooling": (L.GlobalAveragePooling2D(), (2, 3, 3, 2), False),
    "batch_normalization_training": (L.BatchNormalization(), (4, 3), True),
    "batch_normalization_of_images": (L.BatchNormalization(), (2, 3, 2, 2), True),
    "batch_normalization_inference": (L.BatchNormalization(), (4, 3), False),
    "layer_normalization": (L.LayerNormalization(), (3, 4), False),
    "lstm": (L.LSTM(3), (2, 4, 3), False),
    "lstm_sequences": (L.LSTM(2, return_sequences=True), (2, 3, 2), False),
    "lstm_backwards": (L.LSTM(2, go_backwards=True), (2, 3, 2), False),
    "gru": (L.GRU(3), (2, 4, 3), False),
    "gru_sequences": (L.GRU(2, return_sequences=True), (2, 3, 2), False),
    "gru_reset_before": (L.GRU(2, reset_after=False), (2, 3, 2), False),
}
for name in ("relu6", "leaky_relu", "elu", "selu", "sigmoid", "hard_sigmoid", "softmax",
             "log_softmax", "softplus", "softsign", "silu", "gelu", "exponential"):
    CASES["activation_" + name] = (L.Activation(name), (3, 4), False)


def array(values):
    return "{" + ", ".join(f"{v:.9g}" for v in np.asarray(values).ravel()) + "}"


def is_weight(variable):
    return "seed" not in variable.path


def run(layer, shape, training):
    layer.build(shape)
    weights = [v for v in layer.trainable_variables if is_weight(v)]
    others = [v for v in layer.non_trainable_variables if is_weight(v)]
    for k, v in enumerate(weights + others):
        v.assign(fill(v.shape, k + 2) + ("variance" in v.path))
    x = tf.constant(fill(shape, 1))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=training) if training else layer(x)
        total = tf.reduce_sum(y * fill(y.shape, 9))
    gradients = tape.gradient(total, [x] + [v.value for v in weights])
    return [y] + gradients + [v.value for v in others]


for name, (layer, shape, training) in CASES.items():
    rows = [array(value) for value in run(layer, shape, training)]
    print(f'{{"{name}", {{' + ",\n  ".join(rows) + "}},")
