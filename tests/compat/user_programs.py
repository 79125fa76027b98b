"""The programs of programs/{numeric,sequence,stateful}_programs.cc, in Python.

Each takes what the C++ program takes and gives what it gives, in a list."""

import numpy as np
import tensorflow as tf

F64 = tf.float64


def const(*values):
    return tf.constant(values, F64)


# ---- Numbers ----

def newton(a):
    t, steps = tf.ones_like(a), 0
    f = lambda at: at * at * at - a
    while tf.reduce_max(tf.abs(f(t))) > 1e-9 and steps < 50:
        with tf.GradientTape() as tape:
            tape.watch(t)
            y = f(t)
        t = t - y / tape.gradient(y, t)
        steps += 1
    return [t, steps]


def babylonian(a):
    guess = a
    for _ in tf.range(12):
        guess = 0.5 * (guess + a / guess)
    return [guess]


def mandelbrot(x, y):
    re, im = tf.zeros_like(x), tf.zeros_like(x)
    count = tf.zeros_like(x, tf.int32)
    for _ in tf.range(20):
        after = re * re - im * im + x
        im = 2.0 * re * im + y
        re = tf.clip_by_value(after, -10.0, 10.0)
        im = tf.clip_by_value(im, -10.0, 10.0)
        count += tf.cast(re * re + im * im < 4.0, tf.int32)
    return [count]


def power_iteration(matrix, start):
    v = tf.reshape(start, [3, 1])
    change = tf.constant(1.0, F64)
    while change > 1e-10:
        w = matrix @ v
        after = w / tf.sqrt(tf.reduce_sum(w * w))
        change = tf.reduce_max(tf.abs(after - v))
        v = after
    return [tf.squeeze(tf.matmul(v, matrix @ v, transpose_a=True)), v]


def gradient_descent(matrix, start, steps):
    x, velocity = start, tf.zeros_like(start)
    for i in tf.range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            p = tf.reshape(x, [3, 1])
            energy = tf.reduce_sum(p * (matrix @ p)) * 0.5 - tf.reduce_sum(tf.sin(x))
        slope = tape.gradient(energy, x)
        velocity = 0.5 * velocity - 0.1 * slope
        if i % 4 == 3:
            velocity = tf.zeros_like(velocity)
        else:
            x += velocity
    return [x]


def jacobian_and_hessian(x):
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as inner:
            inner.watch(x)
            y = tf.sin(x) * tf.reduce_sum(x * x)
            energy = tf.reduce_sum(y * y)
        slope = inner.gradient(energy, x)
    return [inner.jacobian(y, x), slope, outer.jacobian(slope, x)]


def third_derivative(x):
    with tf.GradientTape() as a:
        a.watch(x)
        with tf.GradientTape() as b:
            b.watch(x)
            with tf.GradientTape() as c:
                c.watch(x)
                y = x
                for _ in tf.range(3):
                    y = y * x + tf.sin(y)
            first = c.gradient(y, x)
        second = b.gradient(first, x)
    return [a.gradient(second, x)]


def piecewise(x):
    m = tf.reduce_mean(x)
    y = tf.cond(m > 1.0, lambda: tf.exp(x),
                lambda: tf.cond(m < -1.0, lambda: x * 3.0, lambda: x * x))
    return [y, tf.cast(m * 100.0, tf.int32)]


@tf.custom_gradient
def clip(x):
    return tf.identity(x), lambda dy: tf.clip_by_value(dy, -1.0, 1.0)


def clipping(x):
    y = x
    for _ in range(3):  # unrolled: a While of custom gradients is the same
        y = clip(y * 2.0 + tf.sin(y))
    return [y]


def collatz(start):
    n, steps, peak = start, 0, start
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        peak = tf.maximum(peak, n)
        steps += 1
        if steps >= 200:
            break
    return [steps, peak, n]


def primes(limit):
    total, found = 0, 0
    for n in tf.range(2, limit):
        is_prime = True
        for d in tf.range(2, n):
            if d * d > n:
                break
            if n % d != 0:
                continue
            is_prime = False
        if not is_prime:
            continue
        total += n
        found += 1
    return [total, found]


def runge_kutta(start, mu):
    def slope(y):
        p, v = tf.unstack(y)
        return tf.stack([v, mu * (1.0 - p * p) * v - p])
    h = tf.constant(0.05, F64)
    y = start
    for _ in tf.range(20):
        a = slope(y)
        b = slope(y + h * 0.5 * a)
        c = slope(y + h * 0.5 * b)
        y += h * (a / 6.0 + b / 3.0 + c / 2.0)
    return [y]


def sinkhorn(x):
    p = tf.exp(-tf.abs(x))
    for _ in tf.range(5):
        p /= tf.reduce_sum(p, 1, keepdims=True)
        p /= tf.reduce_sum(p, 0, keepdims=True)
    return [p * x, tf.reduce_sum(p, 1)]


def unknown_sizes(x, any_rank):
    n = tf.shape(x)[0]
    flat = tf.reshape(x, [-1])
    centred = x - tf.reduce_mean(x, 0, keepdims=True)
    covariance = tf.matmul(centred, centred, transpose_a=True) / tf.cast(n - 1, F64)
    return [covariance, flat[::2], n,
            tf.concat([tf.shape(any_rank), [tf.rank(any_rank)]], 0), tf.reduce_sum(any_rank)]


# ---- Sequences ----

def recurrent(x, weights):
    steps = tf.shape(x)[0]
    inputs = tf.TensorArray(F64, steps).unstack(x)
    outputs = tf.TensorArray(F64, steps)
    h = tf.zeros([2, 3], F64)
    for t in tf.range(steps):
        h = tf.tanh(tf.concat([inputs.read(t), h], 1) @ weights)
        outputs = outputs.write(t, h)
    return [outputs.stack(), h]


def masked_recurrent(x, weights, lengths):
    h, t = tf.zeros([2, 3], F64), 0
    for step in x:
        after = tf.tanh(tf.concat([step, h], 1) @ weights)
        h = tf.where(tf.expand_dims(t < lengths, 1), after, h)
        t += 1
    return [h]


def fibonacci(limit):
    numbers = tf.TensorArray(tf.int64, 0, dynamic_size=True, element_shape=[])
    a, b, n = tf.constant(0, tf.int64), tf.constant(1, tf.int64), 0
    while a < limit:
        numbers = numbers.write(n, a)
        a, b = b, a + b
        n += 1
    return [numbers.stack(), n]


def bubble_sort(values):
    x, swaps = values, 0
    n = tf.size(x)
    for i in tf.range(n):
        for j in tf.range(n - i - 1):
            a, b = x[j], x[j + 1]
            if a > b:
                x = tf.tensor_scatter_nd_update(x, [[j], [j + 1]], tf.stack([b, a]))
                swaps += 1
    return [x, swaps]


def sorting_network(values):
    x = tf.unstack(values)
    for i, j in ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2)):
        x[i], x[j] = tf.minimum(x[i], x[j]), tf.maximum(x[i], x[j])
    return [tf.stack(x) * const(1, 2, 3, 4)]


def binary_search(values, wanted):
    low, high = 0, tf.size(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return [low]


def running_words(words):
    text, longest = tf.constant(""), 0
    for word in words:
        length = tf.strings.length(word)
        if length == 0:
            continue
        text = (tf.strings.upper(word) if text == ""
                else tf.strings.join([text, word], "-"))
        longest = tf.maximum(longest, length)
        if tf.strings.length(text) > 16:
            break
    return [text, longest, tf.strings.regex_replace(text, "[aeiou]", "_")]


def number_words(text):
    parts = tf.strings.split(text, ",")
    squares = tf.TensorArray(tf.float32, tf.size(parts))
    i = 0
    for part in parts:
        x = tf.strings.to_number(tf.strings.strip(part))
        squares = squares.write(i, x * x)
        i += 1
    values = squares.stack()
    return [values, tf.as_string(tf.cast(tf.reduce_sum(values), tf.int32))]


def longest_common_subsequence(first, second):
    m = tf.size(second)
    row = tf.zeros_like(tf.concat([second, [0]], 0))
    for a in first:
        after = tf.TensorArray(tf.int32, m + 1, clear_after_read=False, element_shape=[])
        after = after.write(0, 0)
        for j in tf.range(m):
            if a == second[j]:
                value = row[j] + 1
            else:
                value = tf.maximum(row[j + 1], after.read(j))
            after = after.write(j + 1, value)
        row = tf.ensure_shape(after.stack(), row.shape)
    return [row[m], row]


def growing_list(values):
    kept = tf.zeros([0], F64)
    for x in values:
        tf.autograph.experimental.set_loop_options(
            shape_invariants=[(kept, tf.TensorShape([None]))])
        if x < 0.0:
            continue
        kept = tf.concat([kept, tf.reshape(x * x, [1])], 0)
    return [tf.reduce_sum(kept), kept, tf.size(kept)]


def beam(logits):
    scores, path = tf.zeros([2], F64), tf.zeros([2, 3], tf.int32)
    for t in tf.range(3):
        every = tf.reshape(tf.expand_dims(scores, 1) + tf.nn.log_softmax(logits[t]), [-1])
        best = tf.math.top_k(every, 2)
        scores = best.values
        path = (tf.gather(path, best.indices // 4) * 4
                + tf.expand_dims(best.indices % 4, 1) * tf.one_hot(t, 3, dtype=tf.int32))
    return [scores, path]


def convolution_by_hand(values, kernel):
    n = tf.size(values) - 2
    out = tf.TensorArray(F64, n)
    for i in tf.range(n):
        out = out.write(i, tf.reduce_sum(values[i:i + 3] * kernel))
    return [out.stack()]


def cumulative(values):
    sums = tf.while_loop(
        lambda i, s, all: i < tf.size(values),
        lambda i, s, all: (i + 1, s + values[i], tf.concat([all, tf.reshape(s, [1])], 0)),
        (0, tf.constant(0.0, F64), tf.zeros([0], F64)),
        shape_invariants=(tf.TensorShape([]), tf.TensorShape([]), tf.TensorShape([None])))[2]
    return [sums * sums, tf.cumsum(values, exclusive=True)]


# ---- Variables: a program takes them first ----

def linear_regression(w, b, x, wanted):
    losses = tf.TensorArray(F64, 8)
    for i in tf.range(8):
        with tf.GradientTape() as tape:
            y = tf.squeeze(x @ tf.reshape(w, [2, 1])) + b
            loss = tf.reduce_mean(tf.square(y - wanted))
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(0.05 * dw)
        b.assign_sub(0.05 * db)
        losses = losses.write(i, loss)
    return [losses.stack(), w.read_value(), b.read_value()]


def adversaries(g, c, speed, second, real_points, noise):
    losses = tf.zeros([2], F64)
    for step in tf.range(6):
        with tf.GradientTape() as critic_tape, tf.GradientTape() as generator_tape:
            made = noise * g
            real = tf.sigmoid(tf.reduce_sum(real_points * c, 1))
            fake = tf.sigmoid(tf.reduce_sum(made * c, 1))
            critic = -tf.reduce_mean(tf.math.log(real) + tf.math.log(1.0 - fake))
            generator = -tf.reduce_mean(tf.math.log(fake))
        dc = critic_tape.gradient(critic, c)
        dg = generator_tape.gradient(generator, g)
        if step % 3 == 2:
            speed.assign(0.9 * speed + dg)
            g.assign_sub(0.1 * speed)
        else:
            second.assign(0.9 * second + 0.1 * dc * dc)
            c.assign_sub(0.1 * dc / (tf.sqrt(second) + 1e-7))
        losses = tf.stack([critic, generator])
    return [losses, g.read_value(), c.read_value()]


def counters(hits, total, values, most):
    def note(x):
        hits.assign_add(1)
        total.assign_add(x)
        return total / tf.cast(hits, F64)
    mean = tf.constant(0.0, F64)
    for x in values:
        if x < 0.0:
            continue
        if hits > most:
            hits.assign(0)
            total.assign(0.0)
        else:
            mean = note(x)
    before = hits.read_value()
    hits.assign_add(10)
    return [mean, before, hits.read_value(), total.read_value()]


def bank(balance, amounts):
    def withdraw(amount):
        before = balance.read_value()
        if before >= amount:
            balance.assign_sub(amount)
            result = balance.read_value()
        else:
            result = -before
        return result
    withdraw = tf.function(withdraw)
    seen = tf.TensorArray(F64, tf.size(amounts))
    i, refused = 0, 0
    for amount in amounts:
        left = withdraw(amount)
        refused += tf.cast(left < 0.0, tf.int32)
        seen = seen.write(i, left)
        i += 1
    balance.assign_add(5.0)
    return [seen.stack(), refused, withdraw(tf.constant(1.0, F64))]


def deep_network(w, x, depth):
    layer = tf.function(lambda at: tf.tanh(at @ w))
    with tf.GradientTape() as tape:
        h = x
        for i in tf.range(depth):
            if i % 2 == 0:
                h = layer(h)
            else:
                h = h + layer(h) * 0.5
        loss = tf.reduce_mean(tf.square(h))
    slope = tape.gradient(loss, w)
    w.assign_sub(slope)
    return [h, loss, slope, w.read_value()]


def moving_average(mean, seen, x):
    for row in x:
        if seen:
            mean.assign(mean * 0.9 + row * 0.1)
        else:
            mean.assign(row)
        seen.assign(True)
    return [mean.read_value()]


def choices(chosen, which, start):
    y = start

    def note(k):
        chosen.assign_add(tf.one_hot(k, 3, dtype=tf.int32))

    def a(y):
        note(0)
        return y * y

    def b(y):
        note(1)
        return tf.sin(y)

    def c(y):
        note(2)
        return y * 0.5 + start
    for k in which:
        y = tf.switch_case(k, [lambda: a(y), lambda: b(y), lambda: c(y)])
    return [y, chosen.read_value()]


piecewise_low = piecewise
PROGRAMS = {name: value for name, value in list(globals().items())
            if callable(value) and getattr(value, "__module__", "") == __name__
            and name not in ("const", "clip")}
