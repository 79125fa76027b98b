"""The descriptors that the installed tensorflow, tensorboard and xprof packages carry."""

import importlib
import importlib.util
import os
import pathlib
import re

from google.protobuf import descriptor_pb2

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def _module_names(upstream_path):
    """The Python modules that may have been generated from an upstream path."""
    module = upstream_path.removesuffix(".proto").replace("/", ".") + "_pb2"
    if module.startswith("tsl."):
        return [f"tensorflow.{module}"]
    names = [module]
    stem = module.rsplit(".", 1)[-1]
    if module.startswith("tensorflow.core."):
        names.append(f"tensorboard.compat.proto.{stem}")
    if module.startswith("tensorboard.compat.proto."):
        names += [f"tensorflow.core.framework.{stem}", f"tensorflow.core.util.{stem}"]
    return names


def _is_installed(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def python_descriptors(upstream_path):
    """{where: FileDescriptorProto} of every Python module made from this path."""
    found = {}
    for name in filter(_is_installed, _module_names(upstream_path)):
        module = importlib.import_module(name)
        found[name] = descriptor_pb2.FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
    return found


def _serialized_file_at(data, start):
    """The bytes of the FileDescriptorProto that begins at `start`.

    C++ programs carry it without its length, so read fields while they are fields of that message.
    """
    fields = {field.number for field in descriptor_pb2.FileDescriptorProto.DESCRIPTOR.fields}
    end = start
    while True:
        tag, after = _varint(data, end)
        number, wire_type = tag >> 3, tag & 7
        if number not in fields or wire_type not in (0, 2):
            return data[start:end]
        value, after = _varint(data, after)
        end = after + value if wire_type == 2 else after


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at


def xprof_descriptors(upstream_path):
    """{where: FileDescriptorProto} of this path inside XProf's shared libraries."""
    name = upstream_path.encode()
    pattern = re.compile(re.escape(b"\n" + bytes([len(name)]) + name + b"\x12"))
    package = pathlib.Path(importlib.util.find_spec("xprof").origin).parent
    found = {}
    for library in sorted(package.rglob("*.so")):
        data = library.read_bytes()
        match = pattern.search(data)
        if match:
            found[f"xprof/{library.name}"] = descriptor_pb2.FileDescriptorProto.FromString(
                _serialized_file_at(data, match.start()))
    return found
