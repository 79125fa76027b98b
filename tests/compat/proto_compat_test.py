"""Every message, field, oneof and enum value that proto/ declares is upstream's.

The first line of each of our files names its upstream path. Upstream may declare more than we do.
"""

import pathlib
import re
import subprocess
import tempfile

import pytest
from google.protobuf import descriptor_pb2

import upstream_protos

PROTO_FOLDER = pathlib.Path(__file__).resolve().parents[2] / "proto"
OUR_FILES = sorted(path.relative_to(PROTO_FOLDER).as_posix()
                   for path in PROTO_FOLDER.rglob("*.proto"))
PACKAGES = re.compile(r"^\.(opscope\.proto|tensorflow|tensorboard)(\.(profiler|hparams|mesh|projector|"
                      r"data))?\.(?=[A-Z])")
FieldType = descriptor_pb2.FieldDescriptorProto


def upstream_path(our_file):
    first_line = (PROTO_FOLDER / our_file).read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"// Wire-compatible with (\S+\.proto)", first_line)
    assert match, f"{our_file}: the first line does not name the upstream file: {first_line}"
    return match.group(1)


@pytest.fixture(scope="module")
def our_descriptors():
    """{file: FileDescriptorProto}, as protoc reads proto/."""
    with tempfile.NamedTemporaryFile() as output:
        subprocess.run(["protoc", f"-I{PROTO_FOLDER}", f"--descriptor_set_out={output.name}",
                        *OUR_FILES], cwd=PROTO_FOLDER, check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(output.name).read_bytes())
    return {file.name: file for file in files.file}


def is_packed(field, syntax):
    if field.label != FieldType.LABEL_REPEATED or field.type in (
            FieldType.TYPE_STRING, FieldType.TYPE_BYTES, FieldType.TYPE_MESSAGE):
        return False
    return field.options.packed if field.options.HasField("packed") else syntax == "proto3"


def describe_field(field, message, syntax):
    """What decides how a field stands on the wire and in a text file."""
    oneof = None
    if field.HasField("oneof_index") and not field.proto3_optional:
        oneof = message.oneof_decl[field.oneof_index].name
    return {
        "name": field.name,
        "type": FieldType.Type.Name(field.type),
        "of": PACKAGES.sub("", field.type_name),
        "label": FieldType.Label.Name(field.label),
        "oneof": oneof,
        "packed": is_packed(field, syntax),
    }


def describe(file):
    """{"Message.3": field, "Message:map": True, "Enum=VALUE": number, ...} of a whole file."""
    facts = {}

    def add_enum(prefix, enum):
        for value in enum.value:
            facts[f"enum {prefix}{enum.name} {value.name}"] = value.number

    def add_message(prefix, message):
        name = f"{prefix}{message.name}"
        facts[f"message {name}"] = {"map": message.options.map_entry}
        for field in message.field:
            facts[f"field {name} {field.number}"] = describe_field(field, message, file.syntax)
        for enum in message.enum_type:
            add_enum(f"{name}.", enum)
        for nested in message.nested_type:
            add_message(f"{name}.", nested)

    for enum in file.enum_type:
        add_enum("", enum)
    for message in file.message_type:
        add_message("", message)
    return facts


def differences(ours, theirs):
    """What we declare and they do not, or otherwise."""
    return [f"{what}: ours {fact}, theirs {theirs.get(what, 'absent')}"
            for what, fact in ours.items() if theirs.get(what) != fact]


@pytest.mark.parametrize("our_file", OUR_FILES)
def test_declares_what_upstream_declares(our_file, our_descriptors):
    path = upstream_path(our_file)
    upstream = (upstream_protos.python_descriptors(path)
                or upstream_protos.xprof_descriptors(path))
    assert upstream, f"no installed package has {path}"
    ours = describe(our_descriptors[our_file])
    assert ours, f"{our_file} declares nothing"
    for where, file in upstream.items():
        assert differences(ours, describe(file)) == [], where


def test_xplane_is_what_xprof_reads(our_descriptors):
    our_file = "opscope/proto/xplane.proto"
    found = upstream_protos.xprof_descriptors(upstream_path(our_file))
    assert found, "xprof's libraries do not hold the description of xplane.proto"
    for where, file in found.items():
        assert differences(describe(our_descriptors[our_file]), describe(file)) == [], where


def test_a_changed_number_is_noticed(our_descriptors):
    changed = descriptor_pb2.FileDescriptorProto()
    changed.CopyFrom(our_descriptors["opscope/proto/event.proto"])
    changed.message_type[0].field[0].number = 77
    ours = describe(our_descriptors["opscope/proto/event.proto"])
    assert differences(ours, describe(changed)) != []
