"""Summaries beside tf.summary, tensorboardX and libpng: the same work on one CPU.

usage: scripts/bench_peers summary
"""
import json
import sys
import tempfile

from lib.measure import best_of, ours, peer, show, show_header

SCALARS = 2000


def scalars(writer_of):
    """Best seconds of a scalar, with a flush for each SCALARS of them."""
    with tempfile.TemporaryDirectory() as logdir:
        write, flush = writer_of(logdir)

        def work(count):
            for step in range(count):
                write(step)
            flush()
        return best_of(work, 5, SCALARS)


def million():
    import numpy as np
    return np.random.default_rng(1).normal(size=1_000_000).astype('f')


def tensorflow_peer():
    import tensorflow as tf
    from tensorboard.plugins.histogram import summary_v2 as histogram
    tf.config.threading.set_intra_op_parallelism_threads(1)

    def writer_of(logdir):
        writer = tf.summary.create_file_writer(logdir)
        writer.set_as_default()
        return (lambda step: tf.summary.scalar('loss', 0.5, step=step)), writer.flush
    results = {'scalar': scalars(writer_of)}
    values = tf.constant(million())
    with tempfile.TemporaryDirectory() as logdir:
        with tf.summary.create_file_writer(logdir).as_default():
            results['histogram'] = best_of(
                lambda _: histogram.histogram('weights', values, step=0), 5)
    print(json.dumps(results))


def tensorboardx_peer():
    from tensorboardX import SummaryWriter, summary

    def writer_of(logdir):
        writer = SummaryWriter(logdir)
        return (lambda step: writer.add_scalar('loss', 0.5, step)), writer.flush
    values = million()
    results = {'scalar': scalars(writer_of)}
    with tempfile.TemporaryDirectory() as logdir, SummaryWriter(logdir) as writer:
        results['histogram'] = best_of(
            lambda _: summary.histogram('weights', values, writer.default_bins), 5)
    print(json.dumps(results))


def main():
    show_header()
    mine = ours('summary_bench', 1, 'ScalarFloor|ScalarToPageCache|Histogram')
    png = ours('png_bench', 1)
    scalar = mine['BM_ScalarToPageCache'] / 1_000_000
    histogram = mine['BM_HistogramOfAMillionFloats']
    show('scalar to the page cache, beside the floor', scalar, mine['BM_ScalarFloor'], times=0.5)
    for name, label in (('tensorflow', 'tf.summary, eager'), ('tensorboardx', 'tensorboardX')):
        other = peer(__file__, name, 1)
        show(f'scalar to the page cache, beside {label}', scalar, other['scalar'])
        show(f'histogram of 10^6 floats, beside {label}', histogram, other['histogram'],
             seconds=4e-3)
    for i, picture in enumerate(('rendered', 'photographed', 'drawn', 'noise')):
        show(f'PNG of a {picture} picture, beside libpng', png[f'BM_Png/{i}'],
             png[f'BM_LibPng/{i}'], times=2)


if __name__ == '__main__':
    peers = {'tensorflow': tensorflow_peer, 'tensorboardx': tensorboardx_peer}
    if len(sys.argv) > 1:
        peers[sys.argv[1]]()
    else:
        main()
