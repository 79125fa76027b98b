"""The runtime beside TensorFlow and NumPy: the same work, the same CPUs, one after another.

usage: scripts/bench_peers runtime

Each line: the work, our best time, the peer's best time, how many times faster we are, the bar,
and whether it is met. Each program is bound to one CPU, or to two where the line says so.
"""
import json
import os
import resource
import sys
import time

from lib.measure import BIN, bound, ours, peer, show, show_header
from lib.measure import best_of as best_of_clock

# Of our benchmarks, by the number of threads.
PATTERNS = {1: 'eager|call_of|trip_of|dense|matmul|training', 2: 'matmul|training'}


def process_start(command):
    """CPU seconds of a whole process, the least of some."""
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    times = []
    for _ in range(10 if command[0].startswith(BIN) else 2):
        start = spent()
        bound(1, command)
        times.append(spent() - start)
    return min(times)


def tensorflow_peer(threads):
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    results = {}
    clock = time.process_time if threads == 1 else time.perf_counter

    def best_of(work, repetitions, count=1):
        return best_of_clock(work, repetitions, count, clock)

    def products():
        product = tf.function(tf.matmul)
        for n, repetitions in ((512, 60), (2048, 5)):
            a = tf.random.uniform((n, n))
            results[f'matmul_of/{n}'] = best_of(lambda _, a=a: product(a, a).numpy(), repetitions)

    def small_work():
        a, b = tf.constant(1.), tf.constant(2.)

        def add(count):
            for _ in range(count):
                tf.raw_ops.AddV2(x=a, y=b)
        results['eager_scalar_add'] = best_of(add, 10, 2000)
        plus = tf.function(lambda x: x + 1.)

        def call(count):
            for _ in range(count):
                plus(a)
        results['call_of_x_plus_1'] = best_of(call, 10, 500)
        loop = tf.function(lambda n: tf.while_loop(lambda i: i < n, lambda i: (i + 1,),
                                                   [tf.constant(0)])[0])
        results['trip_of_while_i_plus_1'] = best_of(
            lambda count: loop(tf.constant(count)).numpy(), 5, 20000)
        w = [(tf.ones((i, o)), tf.zeros(o)) for i, o in ((10, 4), (4, 2), (2, 1))]

        @tf.function
        def dense(x):
            for matrix, bias in w:
                x = tf.nn.bias_add(tf.matmul(x, matrix), bias)
            return x
        x = tf.ones((10, 10))

        def run_dense(count):
            for _ in range(count):
                dense(x)
        results['dense_4_2_1_on_ten_rows'] = best_of(run_dense, 10, 300)

    def step_of(model, variables):
        @tf.function
        def step(x, labels):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=labels, logits=model(x)))
            for variable, gradient in zip(variables, tape.gradient(loss, variables)):
                tf.raw_ops.ResourceApplyGradientDescent(var=variable.handle, alpha=0.01,
                                                        delta=gradient)
            return loss
        return step

    def weights(*shape):
        return tf.Variable(tf.random.normal(shape) * 0.05)

    def training():
        labels = tf.cast(tf.random.uniform((64,)) * 10, tf.int32)
        m = [weights(784, 512), tf.Variable(tf.zeros(512)), weights(512, 512),
             tf.Variable(tf.zeros(512)), weights(512, 10), tf.Variable(tf.zeros(10))]

        def mlp(x):
            x = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, m[0]), m[1]))
            x = tf.nn.relu(tf.nn.bias_add(tf.matmul(x, m[2]), m[3]))
            return tf.nn.bias_add(tf.matmul(x, m[4]), m[5])
        step = step_of(mlp, m)
        x = tf.random.uniform((64, 784))
        results['training_step_of_mlp'] = best_of(lambda _: step(x, labels).numpy(), 100)
        c = [weights(3, 3, 1, 32), tf.Variable(tf.zeros(32)), weights(3, 3, 32, 64),
             tf.Variable(tf.zeros(64)), weights(7 * 7 * 64, 10), tf.Variable(tf.zeros(10))]

        def cnn(x):
            for kernel, bias in ((c[0], c[1]), (c[2], c[3])):
                x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, 'SAME'), bias))
                x = tf.nn.max_pool2d(x, 2, 2, 'VALID')
            return tf.nn.bias_add(tf.matmul(tf.reshape(x, (64, 7 * 7 * 64)), c[4]), c[5])
        step2 = step_of(cnn, c)
        images = tf.random.uniform((64, 28, 28, 1))
        results['training_step_of_cnn'] = best_of(lambda _: step2(images, labels).numpy(), 60)

    products()
    training()
    if threads == 1:
        small_work()
    print(json.dumps(results))


def numpy_peer(threads):
    import numpy as np
    results = {}
    clock = time.process_time if threads == 1 else time.perf_counter
    for n, repetitions in ((512, 60), (2048, 5)):
        a = np.random.rand(n, n).astype('f')
        results[f'matmul_of/{n}'] = best_of_clock(lambda _, a=a: a @ a, repetitions,
                                                  clock=clock)
    print(json.dumps(results))


def main():
    show_header()
    for threads in (1, 2):
        if threads > len(os.sched_getaffinity(0)):
            break
        mine = ours('runtime_bench', threads, PATTERNS[threads])
        tf = peer(__file__, 'tensorflow', threads)
        blas = peer(__file__, 'numpy', threads, OPENBLAS_NUM_THREADS=str(threads))
        suffix = f', {threads} thread' + ('s' if threads > 1 else '')
        if threads == 1:
            show('eager scalar add', mine['eager_scalar_add'], tf['eager_scalar_add'],
                 seconds=200e-9)
            show('call of a traced x + 1', mine['call_of_x_plus_1'], tf['call_of_x_plus_1'],
                 seconds=1e-6)
            show('trip of a traced While, i += 1', mine['trip_of_while_i_plus_1'],
                 tf['trip_of_while_i_plus_1'], seconds=150e-9)
            show('Dense 4-2-1 on ten rows, traced', mine['dense_4_2_1_on_ten_rows'],
                 tf['dense_4_2_1_on_ten_rows'], seconds=3e-6)
        for n in (512, 2048):
            name = f'matmul_of/{n}'
            show(f'matmul {n}^3 beside TensorFlow{suffix}', mine[name], tf[name], times=1)
            show(f'matmul {n}^3 beside OpenBLAS{suffix}', mine[name], blas[name], times=0.85)
        show(f'training step of the MLP{suffix}', mine['training_step_of_mlp'],
             tf['training_step_of_mlp'], times=1.5)
        show(f'training step of the CNN{suffix}', mine['training_step_of_cnn'],
             tf['training_step_of_cnn'], times=1)
    first = process_start([os.path.join(BIN, 'first_result')])
    script = 'import tensorflow as tf; print(tf.function(lambda x: x + 1)(tf.constant(1.)))'
    show('process start to first result', first, process_start([sys.executable, '-c', script]),
         seconds=0.02)


if __name__ == '__main__':
    if len(sys.argv) > 2 and sys.argv[1] == 'tensorflow':
        tensorflow_peer(int(sys.argv[2]))
    elif len(sys.argv) > 2 and sys.argv[1] == 'numpy':
        numpy_peer(int(sys.argv[2]))
    else:
        main()
