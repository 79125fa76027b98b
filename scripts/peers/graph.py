"""Our layouts beside Graphviz dot's, dagre's and ELK's, by the metrics and the recorded layouts of a
folder such as shared/layout (share.json, problems.py, metrics.py, reference/*.jsonl).

usage: scripts/bench_peers graph [--layout FOLDER] [--most NODES]

Prints, for each size class, the ratios of our crossings to the better of dot's two edge styles and
of our lengths and areas to dot's, over the problems that dot solved.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

CLASSES = [(0, 20), (20, 100), (100, 500), (500, 2000)]


def read_lines(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as lines:
        return {row['id']: row for row in map(json.loads, lines)}


def measure(folder, most):
    """Our metrics by problem, in the form of the reference files."""
    sys.path.insert(0, folder)
    import metrics
    with tempfile.TemporaryDirectory() as scratch:
        problems = os.path.join(scratch, 'problems')
        layouts = os.path.join(scratch, 'layouts')
        share = os.path.join(folder, 'share.json')
        subprocess.run([sys.executable, os.path.join(folder, 'problems.py'), share, problems],
                       check=True, stdout=subprocess.DEVNULL)
        bench = os.path.join(os.environ['OPSCOPE_BIN'], 'graph_bench')
        subprocess.run([bench, '--problems', share, '--out', layouts], check=True,
                       stdout=subprocess.DEVNULL)
        with open(os.path.join(problems, 'index.json'), encoding='utf-8') as index:
            entries = json.load(index)
        result = {}
        for number, name, _, nodes, _ in entries:
            layout = os.path.join(layouts, f'{number:04}.json')
            if nodes >= most or not os.path.exists(layout):
                continue
            with open(os.path.join(problems, f'{number:04}.json'), encoding='utf-8') as problem, \
                    open(layout, encoding='utf-8') as ours:
                result[name] = metrics.measure(json.load(problem), json.load(ours))
        return result


def spread(ratios):
    ordered = sorted(ratios)
    return (f'{statistics.median(ordered):5.2f} {ordered[int(0.9 * (len(ordered) - 1))]:5.2f} '
            f'{ordered[-1]:5.2f}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--layout', default='../shared/layout')
    parser.add_argument('--most', type=int, default=2000)
    options = parser.parse_args()
    folder = os.path.abspath(options.layout)
    reference = os.path.join(folder, 'reference')
    ours = measure(folder, options.most)
    faults = [name for name, row in ours.items()
              if row['missing'] or row['over'] or row['node_overlaps']]
    peers = {name: read_lines(os.path.join(reference, f'{name}.jsonl'))
             for name in ('dot', 'dotpl', 'dagre', 'elk')}
    print('median, 90 %, worst of the ratios to dot')
    print('nodes       engine problems  crossings          length             area')
    for low, high in CLASSES:
        for engine, rows in [('ours', ours), ('dagre', peers['dagre']), ('elk', peers['elk'])]:
            ratios = {'crossings': [], 'length': [], 'area': []}
            for name, row in rows.items():
                dot = peers['dot'].get(name)
                if dot is None or name not in ours or not low <= row['n'] < high:
                    continue
                styles = [dot] + [p for p in [peers['dotpl'].get(name)] if p]
                best = min(style['crossings'] for style in styles)
                ratios['crossings'].append((row['crossings'] + 1) / (best + 1))
                for key in ('length', 'area'):
                    if dot[key] > 0:
                        ratios[key].append(row[key] / dot[key])
            if not ratios['crossings']:
                continue
            print(f'{low:4}-{high - 1:<6} {engine:6} {len(ratios["crossings"]):7}  ' +
                  '  '.join(spread(ratios[key]) for key in ('crossings', 'length', 'area')))
    print('drawings with something missing, an edge through a box or boxes that overlap:',
          ', '.join(faults) or 'none')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
