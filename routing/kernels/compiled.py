"""The one decorator of the kernels: compile eagerly for an explicit signature, and cache."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(signature: str) -> Callable[[Kernel], Kernel]:
    """Compile a function to machine code when its module is imported.

    Parameters
    ----------
    signature
        numba signature, such as ``"int32[::1](int64[::1], int32)"``.

    Returns
    -------
    Callable
        A decorator that keeps the static type of the function it compiles.
    """
    return cast("Callable[[Kernel], Kernel]", numba.njit(signature, cache=True, nogil=True))
