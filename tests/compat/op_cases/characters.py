"""Characters of strings, and hashes of strings."""

import numpy as np

from op_cases import Case, Type, cases_of

PIECES = [b"", b"a", b"z ", b"\x00", b"\x1f", b"\x7f", b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80",
          b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xc0\x80",
          b"\xe0\x80\x80", b"\x80", b"\xf8\x88\x80\x80\x80", b"\xef\xbf\xbd", b"\xef\xbb\xbf", b"\xd8\x3d",
          b"\xde\x00", b"\x00\x00", b"\x00\x11"]
ENCODINGS = ["UTF-8", "UTF-16-BE", "UTF-16-LE", "UTF-32-BE", "US-ASCII", "ISO-8859-1"]


def texts(values, shape):
    array = np.empty(int(np.prod(shape, dtype=int)), object)
    for i in range(array.size):
        array[i] = b"".join(values.pick(PIECES) for _ in range(values.below(5)))
    return array.reshape(shape)


def coding(values):
    return {"errors": values.pick(["replace", "ignore"]),
            "replacement_char": values.pick([0xfffd, 65, 0])}


@cases_of("UnicodeDecode", "UnicodeDecodeWithOffsets")
def decode(op, gen, values):
    # TensorFlow ends the process where the offsets are not of the type of the splits.
    for splits in gen.dtypes("Tsplits") if op == "UnicodeDecode" else ["int64"]:
        for encoding in ENCODINGS:
            for _ in range(6):
                yield Case(op, [texts(values, values.shape(0, 2, 12))],
                           {"input_encoding": encoding, "Tsplits": Type(splits), **coding(values),
                            "replace_control_characters": values.chance(0.4)})
    whole = np.array([piece for piece in PIECES], object)
    # TensorFlow ends the process when decoding with offsets fails.
    for errors in ("replace", "ignore") + (("strict",) if op == "UnicodeDecode" else ()):
        yield Case(op, [whole], {"input_encoding": "UTF-8", "errors": errors})
    valid = np.array([b"a", b"", b"\xc3\xa9\x01"], object)
    yield Case(op, [valid], {"input_encoding": "UTF-8", "errors": "strict",
                             "replace_control_characters": True})
    yield Case(op, [valid], {"input_encoding": "UTF-8", "replacement_char": 0x110000})


@cases_of("UnicodeEncode")
def encode(op, gen, values):
    numbers = [0, 65, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff, 0x10000,
               0x1f600, 0x10ffff, 0x110000, -1]
    for kind in gen.dtypes("Tsplits"):
        for encoding in ("UTF-8", "UTF-16-BE", "UTF-32-BE"):
            for _ in range(6):
                count = values.below(9)
                code_points = np.array([values.pick(numbers) for _ in range(count)], np.int32)
                cuts = np.sort(values.rng.integers(0, count + 1, values.below(4)))
                splits = np.array([0, *cuts, count], kind)
                yield Case(op, [code_points, splits],
                           {"output_encoding": encoding, **coding(values)})
    for points, splits in (([97], [0, 2]), ([97, 98], [0, 1]), ([97, 98], [1, 2]), ([], []),
                           ([97, 98], [0, 2, 1, 2]), ([97], [[0, 1]]), ([[97]], [0, 1]), ([], [0])):
        yield Case(op, [np.array(points, np.int32), np.array(splits, np.int64)],
                   {"output_encoding": "UTF-8"}, values_only=len(splits) == 0)
    yield Case(op, [np.array([0xd800], np.int32), np.array([0, 1])],
               {"output_encoding": "UTF-8", "errors": "strict"})


@cases_of("StringToHashBucketFast")
def hashes(op, gen, values):
    lengths = np.empty(200, object)
    for i in range(200):
        lengths[i] = values.rng.bytes(i)
    for buckets in (1, 10, 2**62):
        yield Case(op, [lengths], {"num_buckets": buckets})
        yield Case(op, [values.array("string", values.shape())], {"num_buckets": buckets})
    yield Case(op, [values.array("string", (2,))], {"num_buckets": 0})
