#!/usr/bin/env python3
"""Writes runtime/src/ops/op_table.inc: TensorFlow's OpDefs as constexpr tables.

usage: scripts/generate_op_table.py OPS.json... > runtime/src/ops/op_table.inc

Each file maps op names to OpDefs in protobuf's JSON form with proto field names.
runtime/src/ops/extra_ops.json holds ops beyond the format notes' tfops.json, dumped from the op
registry of TensorFlow 2.21. Ops with attributes this table cannot hold are an error.
"""
import base64
import json
import sys

DTYPES = {
    'DT_FLOAT': 'float32', 'DT_DOUBLE': 'float64', 'DT_INT32': 'int32', 'DT_UINT8': 'uint8',
    'DT_INT16': 'int16', 'DT_INT8': 'int8', 'DT_STRING': 'string', 'DT_COMPLEX64': 'complex64',
    'DT_INT64': 'int64', 'DT_BOOL': 'boolean', 'DT_BFLOAT16': 'bfloat16', 'DT_UINT16': 'uint16',
    'DT_COMPLEX128': 'complex128', 'DT_HALF': 'half', 'DT_RESOURCE': 'resource',
    'DT_VARIANT': 'variant', 'DT_UINT32': 'uint32', 'DT_UINT64': 'uint64'}
KINDS = {'int': 'int_', 'float': 'float_', 'bool': 'bool_', 'string': 'string', 'type': 'type',
         'shape': 'shape', 'tensor': 'tensor', 'func': 'func'}


def text(value):
    return json.dumps(value)


def decoded(value):
    return text(base64.b64decode(value).decode())


def arg(spec):
    fields = ['.name = ' + text(spec['name'])]
    if 'type' in spec:
        fields.append('.type = DType::' + DTYPES[spec['type']])
    for key in ('type_attr', 'number_attr', 'type_list_attr'):
        if key in spec:
            fields.append(f'.{key} = {text(spec[key])}')
    return '{' + ', '.join(fields) + '}'


def allowed(spec, fields, tables, prefix):
    values = spec.get('allowed_values', {}).get('list', {})
    if 'type' in values:
        names = [DTYPES[t] for t in values['type'] if t in DTYPES]
        fields.append('.allowed_types = ' + ' | '.join('bit(DType::%s)' % n for n in names))
    if 's' in values:
        table = prefix + 'Strings'
        items = ', '.join(decoded(s) for s in values['s'])
        tables.append(f'constexpr std::string_view {table}[] = {{{items}}};')
        fields.append(f'.allowed_strings = {table}')


def default(spec, is_list, kind, fields, tables, prefix):
    value = spec['default_value']
    fields.append('.has_default = true')
    if is_list:
        numbers = value['list'].get('i', [])
        if any(v for k, v in value['list'].items() if k != 'i'):
            raise ValueError('unsupported list default: ' + str(spec))
        if numbers:
            table = prefix + 'Default'
            tables.append(f'constexpr std::int64_t {table}[] = {{{", ".join(numbers)}}};')
            fields.append(f'.default_ints = {table}')
    elif kind == 'int':
        fields.append('.default_int = ' + value['i'])
    elif kind == 'bool':
        fields.append('.default_int = ' + ('1' if value['b'] else '0'))
    elif kind == 'type':
        fields.append(f'.default_int = static_cast<std::int64_t>(DType::{DTYPES[value["type"]]})')
    elif kind == 'float':
        number = repr(float(value['f']))
        fields.append(f'.default_float = {number}F')
    elif kind == 'string':
        if value.get('s'):
            fields.append('.default_string = ' + decoded(value['s']))
    elif kind == 'shape':
        if not value['shape'].get('unknown_rank'):
            raise ValueError('unsupported shape default: ' + str(spec))
    else:
        raise ValueError('unsupported default: ' + str(spec))


def attr(spec, tables, op):
    kind = spec['type']
    is_list = kind.startswith('list(')
    kind = kind[5:-1] if is_list else kind
    fields = ['.name = ' + text(spec['name']), f'.kind = AttrKind::{KINDS[kind]}']
    if is_list:
        fields.append('.is_list = true')
    prefix = f'k{op}{spec["name"]}'
    if 'default_value' in spec:
        default(spec, is_list, kind, fields, tables, prefix)
    allowed(spec, fields, tables, prefix)
    if spec.get('has_minimum'):
        fields.append('.has_minimum = true')
        if 'minimum' in spec:
            fields.append('.minimum = ' + spec['minimum'])
    order = ['name', 'kind', 'is_list', 'has_default', 'allowed_types', 'allowed_strings',
             'has_minimum', 'minimum', 'default_int', 'default_float', 'default_string',
             'default_ints']
    fields.sort(key=lambda field: order.index(field[1:].split(' ')[0]))
    return '{' + ', '.join(fields) + '}'


def main(paths):
    ops = {}
    for path in paths:
        with open(path, encoding='utf-8') as file:
            ops.update(json.load(file))
    tables, rows = [], []
    for name in sorted(ops):
        op = ops[name]
        fields = [f'.name = "{name}"']
        parts = {'inputs': [arg(a) for a in op.get('input_arg', [])],
                 'outputs': [arg(a) for a in op.get('output_arg', [])],
                 'attrs': [attr(a, tables, name) for a in op.get('attr', [])]}
        for part, items in parts.items():
            if items:
                kind = 'AttrSpec' if part == 'attrs' else 'ArgSpec'
                table = f'k{name}_{part}'
                tables.append(f'constexpr {kind} {table}[] = {{{", ".join(items)}}};')
                fields.append(f'.{part} = {table}')
        if op.get('is_stateful'):
            fields.append('.is_stateful = true')
        if op.get('is_commutative'):
            fields.append('.is_commutative = true')
        rows.append('    {' + ', '.join(fields) + '},')
    print('// Made by scripts/generate_op_table.py from the op registry of TensorFlow 2.21: '
          f'{len(ops)} ops.\n// Included by op_registry.cc.\n// clang-format off')
    print('\n'.join(tables))
    print('constexpr OpSpec kOpTable[] = {\n' + '\n'.join(rows) + '\n};\n// clang-format on')


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
