"""Values of this package as JSON that is the same byte for byte, and back.

What is written follows from the fields of the dataclasses, so a field that is added later is
written too. Fields that have their default are left out: a record made before a field was added
still reads. Arrays are named by their digest and written once.
"""

from __future__ import annotations

import base64
import dataclasses
import enum
import hashlib
import json
import types
import typing
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.errors import InvalidLogError

Json = Any
"""What json reads and writes."""

ARRAY = "array"
"""Key of an array named by its digest."""


def text(value: Json) -> str:
    """Write JSON in the one way there is: sorted, without spaces.

    Parameters
    ----------
    value : Json
        The value.

    Returns
    -------
    str
        One line.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


class Writer:
    """Turns values into JSON, and remembers arrays until they are asked for.

    Attributes
    ----------
    new_arrays : dict of str to ndarray
        Arrays named since they were last taken away, by digest.
    """

    def __init__(self) -> None:
        self.new_arrays: dict[str, NDArray[Any]] = {}
        self._digests: dict[int, tuple[NDArray[Any], str]] = {}
        self._known: set[str] = set()

    def write(self, value: object) -> Json:
        """Turn a value into JSON.

        Parameters
        ----------
        value : object
            Numbers, texts, sequences, sets, mappings, arrays, dataclasses of these.

        Returns
        -------
        Json
            The same, as JSON.

        Raises
        ------
        InvalidLogError
            The value is nothing of these.
        """
        if value is None or isinstance(value, bool | str | float):
            return str(value) if isinstance(value, enum.Enum) else value
        if isinstance(value, int | np.integer):
            return int(value)
        if isinstance(value, np.ndarray):
            return {ARRAY: self._digest(value)}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {
                one.name: self.write(held)
                for one in dataclasses.fields(value)
                if one.init and not _is_default(one, held := getattr(value, one.name))
            }
        if isinstance(value, Mapping):
            return {str(key): self.write(held) for key, held in value.items()}
        if isinstance(value, set | frozenset):
            return sorted((self.write(one) for one in value), key=text)
        if isinstance(value, tuple | list):
            return [self.write(one) for one in value]
        raise InvalidLogError(f"A {type(value).__name__} cannot be written; use plain values.")

    def _digest(self, array: NDArray[Any]) -> str:
        # Matrices are shared by one problem and the next: the same object is hashed once. It is
        # held here, so that its id names no other array.
        known = self._digests.get(id(array))
        if known is not None and known[0] is array:
            return known[1]
        digest = array_digest(array)
        self._digests[id(array)] = (array, digest)
        if digest not in self._known:
            self._known.add(digest)
            self.new_arrays[digest] = array
        return digest


def pack_array(array: NDArray[Any]) -> Json:
    """Write an array whole.

    Parameters
    ----------
    array : ndarray
        The array.

    Returns
    -------
    Json
        Shape, type and content.
    """
    content = base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 6))
    return {"shape": list(array.shape), "dtype": array.dtype.str, "zlib": content.decode()}


def unpack_array(packed: Json, digest: str) -> NDArray[Any]:
    """Read an array and check its digest.

    Parameters
    ----------
    packed : Json
        As ``pack_array`` wrote it.
    digest : str
        What it must be.

    Returns
    -------
    ndarray
        The array.

    Raises
    ------
    InvalidLogError
        It is not that array.
    """
    try:
        content = zlib.decompress(base64.b64decode(packed["zlib"]))
        array = np.frombuffer(content, dtype=np.dtype(packed["dtype"])).reshape(packed["shape"])
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise InvalidLogError(f"Array {digest[:12]} cannot be read: {error}.") from error
    if array_digest(array) != digest:
        raise InvalidLogError(f"Array {digest[:12]} is not what was written; the log is damaged.")
    return array


def read(kind: Any, value: Json, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """Turn JSON into a value of a type.

    Parameters
    ----------
    kind : type
        What it is: a dataclass of this package or what its fields are annotated with.
    value : Json
        As ``Writer.write`` gave it.
    arrays : Mapping of str to ndarray
        Arrays by digest.

    Returns
    -------
    Any
        The value.

    Raises
    ------
    InvalidLogError
        The JSON is no such value.
    """
    try:
        return _read(kind, value, arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidLogError(f"{value!r:.80} is no {kind}: {error}.") from error


def _read(kind: Any, value: Json, arrays: Mapping[str, NDArray[Any]]) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        (kind,) = [one for one in arguments if one is not type(None)]
        return None if value is None else _read(kind, value, arrays)
    if origin is np.ndarray:
        return arrays[value[ARRAY]]
    if origin is not None:
        return _read_items(origin, arguments, value, arrays)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], held, arrays) for name, held in value.items()})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if kind not in (int, float, str, bool) or type(value) is not kind:
        raise TypeError(f"{type(value).__name__} instead")
    return value


def _read_items(
    origin: Any, arguments: tuple[Any, ...], value: Json, arrays: Mapping[str, NDArray[Any]]
) -> Any:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} instead")
    if origin is tuple and arguments[-1] is not ...:
        pairs = zip(arguments, value, strict=True)
        return tuple(_read(kind, one, arrays) for kind, one in pairs)
    if origin not in (tuple, frozenset, set):
        raise TypeError("unknown collection")
    return origin(_read(arguments[0], one, arrays) for one in value)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _is_default(one: dataclasses.Field[Any], value: object) -> bool:
    if one.default is not dataclasses.MISSING:
        default: object = one.default
    elif one.default_factory is not dataclasses.MISSING:
        default = one.default_factory()
    else:
        return False
    return not isinstance(value, np.ndarray) and type(value) is type(default) and value == default


def array_digest(array: NDArray[Any]) -> str:
    """Name an array by its shape, type and content.

    Parameters
    ----------
    array : ndarray
        The array.

    Returns
    -------
    str
        SHA-256, in hexadecimal.
    """
    plain = np.ascontiguousarray(array)
    head = text([list(plain.shape), plain.dtype.str]).encode()
    return hashlib.sha256(head + plain.tobytes()).hexdigest()
