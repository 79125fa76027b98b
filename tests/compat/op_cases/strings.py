"""Ops on strings, and to and from them."""

import numpy as np

from op_cases import Case, Type, cases_of
from op_cases.values import FLOATS


def text(*values):
    array = np.empty(len(values), object)
    array[:] = [v if isinstance(v, bytes) else v.encode() for v in values]
    return array


def scalar(value):
    return text(value).reshape(())


TEXTS = text("", "a", " a bb  c ", "h\u00e9llo w\u00f6rld", "x,y,,z", "UPPER lower", "\u4e2d\u6587",
             b"\xff\xfe\x80", "tab\tnew\nline\x0b", "\U0001f600!")


@cases_of("StringUpper", "StringLower")
def cases_of_letters(op, gen, values):
    yield Case(op, [TEXTS[:7]])
    yield Case(op, [TEXTS[:6].reshape(2, 3)], {"encoding": "utf-8"})
    yield Case(op, [TEXTS[:4]], {"encoding": "utf-16"})


@cases_of("StringStrip")
def strip(op, gen, values):
    yield Case(op, [TEXTS])
    yield Case(op, [text()])


@cases_of("StringLength")
def length(op, gen, values):
    for unit in ("BYTE", "UTF8_CHAR"):
        yield Case(op, [TEXTS], {"unit": unit})
        yield Case(op, [scalar("h\u00e9")], {"unit": unit})


@cases_of("Substr")
def substr(op, gen, values):
    for dtype in gen.dtypes():
        for unit in ("BYTE", "UTF8_CHAR"):
            for position, count in ((0, 1), (1, 30), (-2, 2), (-9, 3), (0, 0), (40, 1), (2, -1)):
                yield Case(op, [TEXTS[2:7], np.array(position, dtype), np.array(count, dtype)],
                           {"unit": unit})
            yield Case(op, [TEXTS[2:5], np.array([0, 1, 2], dtype), np.array([1, 2, 1], dtype)],
                       {"unit": unit})
            yield Case(op, [TEXTS[2:4].reshape(2, 1), np.array([0, 1], dtype),
                            np.array([1, 2], dtype)], {"unit": unit})
            yield Case(op, [scalar("hello"), np.array([0, 1], dtype), np.array([1, 2], dtype)],
                       {"unit": unit})


@cases_of("StringSplitV2")
def split(op, gen, values):
    for separator in ("", ",", " ", "bb", "l"):
        for most in (-1, 0, 1, 2):
            yield Case(op, [TEXTS, scalar(separator)], {"maxsplit": most})
    yield Case(op, [text(), scalar(",")])
    yield Case(op, [TEXTS.reshape(2, 5), scalar(",")])
    yield Case(op, [TEXTS, text(",")])


@cases_of("StringJoin")
def join(op, gen, values):
    yield Case(op, [[TEXTS, scalar("Q"), TEXTS]], {"separator": "--"})
    yield Case(op, [[TEXTS[:2], TEXTS[2:4]]])
    yield Case(op, [[scalar("a")]])
    yield Case(op, [[TEXTS[:2], TEXTS[:3]]])


@cases_of("StringToNumber")
def to_number(op, gen, values):
    good = {"int32": ["15", "-3", " 7 ", "2147483647"], "int64": ["15", "-3", "9223372036854775807"],
            "uint32": ["15", "4294967295"], "uint64": ["15", "18446744073709551615"]}
    for dtype in gen.dtypes("out_type"):
        numbers = good.get(dtype, ["1.5", " -3e2 ", "nan", "inf", "-inf", "1e-3", "0x10", "1e400",
                                   "0.1", "123456789.123"])
        yield Case(op, [text(*numbers)], {"out_type": Type(dtype)})
        for wrong in ("", "x", "1 2", "1.5.2", "99999999999999999999999", "-", "1.5", "-1", "+5"):
            yield Case(op, [text(wrong)], {"out_type": Type(dtype)})


@cases_of("AsString")
def as_string(op, gen, values):
    for dtype in gen.dtypes():
        yield Case(op, [values.every_edge(dtype)])
        yield Case(op, [values.array(dtype, values.shape(), -1000, 1000)])
        yield Case(op, [values.array(dtype, (4,), -1000, 1000)], {"width": 9, "fill": "0"})
        yield Case(op, [values.array(dtype, (4,), -1000, 1000)], {"width": 12})
        yield Case(op, [values.array(dtype, (4,))], {"width": 6, "fill": "-"})
        yield Case(op, [values.array(dtype, (2,))], {"width": 6, "fill": "xy"})
        for attrs in ({"precision": 3}, {"scientific": True}, {"shortest": True},
                      {"scientific": True, "precision": 2}, {"scientific": True, "shortest": True}):
            yield Case(op, [values.array(dtype, (4,), -1000, 1000)], attrs)
        if dtype in FLOATS:
            yield Case(op, [values.every_edge(dtype)], {"shortest": True})


@cases_of("StringFormat")
def string_format(op, gen, values):
    for dtype in ("float32", "float64", "int32", "int64", "bool", "string", "uint8", "float16"):
        for _ in range(2):
            x = values.array(dtype, values.shape(0, 3), edge=0.1)
            yield Case(op, [[x]], {"template": "v = %s.", "summarize": values.pick([-1, 1, 3])})
        x, y = values.array(dtype, (9,)), values.array("int32", (2, 2))
        yield Case(op, [[x, y]], {"template": "{} and {}", "placeholder": "{}"})
    yield Case(op, [[]], {"template": "nothing"})
    yield Case(op, [[values.array("int32")]], {"template": "%s %s"})


@cases_of("ReduceJoin")
def reduce_join(op, gen, values):
    for axes in ([0], [1], [-1], [0, 1], [1, 0], []):
        for keep in (False, True):
            yield Case(op, [TEXTS.reshape(2, 5), np.array(axes, np.int32)],
                       {"keep_dims": keep, "separator": "."})
    yield Case(op, [TEXTS, np.array([1], np.int32)])


PATTERNS = ((r"[a-z]+", r"<\0>"), (r"(\w)(\w)", r"\2\1"), (r"^a", "b"), (r"\s+", "_"), ("", "-"),
            (r"(?i)upper", "x"), (r"h.llo", "y"))


@cases_of("RegexReplace")
def regex_replace(op, gen, values):
    for pattern, rewrite in PATTERNS:
        for everywhere in (True, False):
            yield Case(op, [TEXTS[:7], scalar(pattern), scalar(rewrite)],
                       {"replace_global": everywhere})
    yield Case(op, [TEXTS, scalar("("), scalar("")])
    yield Case(op, [TEXTS, scalar("a"), scalar(r"\3")])


@cases_of("RegexFullMatch")
def regex_match(op, gen, values):
    for pattern, _ in PATTERNS:
        yield Case(op, [TEXTS[:7], scalar(pattern + ".*")])
    yield Case(op, [TEXTS, scalar("(")])


@cases_of("StaticRegexFullMatch")
def static_match(op, gen, values):
    for pattern, _ in PATTERNS:
        yield Case(op, [TEXTS[:7]], {"pattern": pattern + ".*"})


@cases_of("StaticRegexReplace")
def static_replace(op, gen, values):
    for pattern, rewrite in PATTERNS:
        for everywhere in (True, False):
            yield Case(op, [TEXTS[:7]], {"pattern": pattern, "rewrite": rewrite,
                                         "replace_global": everywhere})
    yield Case(op, [TEXTS], {"pattern": "(", "rewrite": ""})
    yield Case(op, [TEXTS], {"pattern": "a", "rewrite": r"\3"})


@cases_of("DecodeRaw")
def decode_raw(op, gen, values):
    raw = text(bytes(range(16)), bytes(range(16, 32)))
    for dtype in gen.dtypes("out_type"):
        for little in (True, False):
            attrs = {"out_type": Type(dtype), "little_endian": little}
            yield Case(op, [raw], attrs)
            yield Case(op, [raw.reshape(2, 1)], attrs)
            yield Case(op, [text("", "")], attrs)
            yield Case(op, [text()], attrs)
            yield Case(op, [text("abc")], attrs)
            yield Case(op, [text("ab", "abcd")], attrs)
