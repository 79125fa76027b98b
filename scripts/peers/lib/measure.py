"""What the areas share: programs bound to CPUs, times, and the lines of the table.

Times are those of the CPU, not of the clock, wherever one thread does the work: other programs on
the machine then disturb both sides little.
"""
import json
import os
import subprocess
import sys
import time

BIN = os.environ['OPSCOPE_BIN']
_SCALE = {'ns': 1e-9, 'us': 1e-6, 'ms': 1e-3}


def cpus(count):
    return ','.join(map(str, sorted(os.sched_getaffinity(0))[:count]))


def bound(count, command, **environment):
    """What the command prints, run on so many CPUs."""
    return subprocess.run(['taskset', '-c', cpus(count)] + command, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={**os.environ, **environment}).stdout


def ours(program, threads, pattern='.'):
    """Best seconds of each of our benchmarks, by its name."""
    out = bound(threads, [os.path.join(BIN, program), '--benchmark_format=json',
                          '--benchmark_repetitions=5', '--benchmark_min_time=0.2',
                          '--benchmark_filter=' + pattern])
    kind = 'cpu_time' if threads == 1 else 'real_time'
    best = {}
    for run in json.loads(out)['benchmarks']:
        if run['run_type'] != 'iteration':
            continue
        seconds = run.get('s_per_trip', run[kind] * _SCALE[run['time_unit']])
        name = run['run_name'].replace('/real_time', '').replace('/process_time', '')
        best[name] = min(seconds, best.get(name, seconds))
    return best


def best_of(work, repetitions, count=1, clock=time.process_time):
    """Best seconds of `work(count)` for each of the `count`."""
    work(1)
    times = []
    for _ in range(repetitions):
        start = clock()
        work(count)
        times.append((clock() - start) / count)
    return min(times)


def peer(script, name, threads, **environment):
    """The JSON that `script name threads` prints last: a peer runs in a process of its own."""
    out = bound(threads, [sys.executable, script, name, str(threads)], **environment)
    return json.loads(out.splitlines()[-1])


def time_text(seconds):
    for unit, size in (('s', 1), ('ms', 1e-3), ('us', 1e-6)):
        if seconds >= size:
            return f'{seconds / size:.3g} {unit}'
    return f'{seconds * 1e9:.3g} ns'


def show_header():
    print(f'{"work":52} {"ours":>10} {"peer":>10} {"faster":>10}  {"bar":10} met')


def show(work, mine, other, times=None, seconds=None):
    """One line. The bar: so many times the peer's speed, or so many seconds, or none."""
    bar, met = '', ''
    if times is not None:
        bar, met = f'>= {times:g} x', 'yes' if other / mine >= times else 'NO'
    elif seconds is not None:
        bar, met = f'<= {time_text(seconds)}', 'yes' if mine <= seconds else 'NO'
    print(f'{work:52} {time_text(mine):>10} {time_text(other):>10} {other / mine:8.2f} x  '
          f'{bar:10} {met}', flush=True)
