"""Whether two results of an op are the same."""

import numpy as np

from op_cases.values import FLOATS, limits, name_of

# Both mean that there is no kernel for these dtypes.
NO_KERNEL = {"no_kernel", "unimplemented"}
CODES = {"InvalidArgument": "invalid_argument", "NotFound": "not_found",
         "Unimplemented": "unimplemented", "FailedPrecondition": "failed_precondition",
         "OutOfRange": "out_of_range", "Internal": "internal",
         "ResourceExhausted": "resource_exhausted", "no_kernel": "no_kernel"}


def same_error(ours, theirs):
    ours = ours.lower()
    theirs = CODES.get(theirs, theirs)
    return ours == theirs or {ours, theirs} <= NO_KERNEL


def float_difference(got, want, tolerance):
    """Where the floats differ, as a mask."""
    info = limits(name_of(want))
    a, b = got.astype(np.float64), want.astype(np.float64)
    size = np.maximum(np.maximum(np.abs(b), tolerance.scale), float(info.tiny))
    with np.errstate(all="ignore"):
        bound = tolerance.ulps * float(info.eps) * size + tolerance.absolute
        near = np.abs(a - b) <= bound
    flushed = (b == 0) & (np.abs(a) < float(info.tiny)) & (name_of(want) != "float16")
    same = (a == b) | near | flushed | (np.isnan(a) & np.isnan(b))
    if tolerance.zero_sign:
        same &= ~((a == 0) & (b == 0) & (np.signbit(a) != np.signbit(b)))
    return ~same


def difference(got, want, tolerance):
    """What differs between two arrays, in words; None if nothing does."""
    if got is None or want is None:
        return None if got is want else "one is an object"
    if got.dtype != want.dtype or got.shape != want.shape:
        return f"{name_of(got)}{list(got.shape)} for {name_of(want)}{list(want.shape)}"
    if want.dtype.kind == "c":
        part = {8: np.float32, 16: np.float64}[want.dtype.itemsize]
        return difference(np.ascontiguousarray(got).reshape(-1).view(part),
                          np.ascontiguousarray(want).reshape(-1).view(part), tolerance)
    if name_of(want) in FLOATS:
        differs = float_difference(got, want, tolerance)
    else:
        differs = got != want
    places = np.argwhere(np.asarray(differs).reshape(-1))
    if not places.size:
        return None
    at = int(places[0, 0])
    return (f"{len(places)} of {got.size} values, the first at {at}: "
            f"{got.reshape(-1)[at]!r} for {want.reshape(-1)[at]!r}")


def shapes_differ(ours, theirs):
    """Ours must be TensorFlow's, dimension by dimension."""
    theirs = [None if s is None else [-1 if d is None else d for d in s] for s in theirs]
    return None if ours == theirs else f"{ours} for {theirs}"
