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


def inlined(signature: str) -> Callable[[Kernel], Kernel]:
    """Compile a part of a kernel, to be laid into its callers.

    A call between kernels hands over every array and counts its references, which inside a loop can
    cost more than the work; so such a part counts none, and makes no arrays.

    Parameters
    ----------
    signature
        As for `compiled`.

    Returns
    -------
    Callable
        A decorator that keeps the static type of the function it compiles.
    """
    options: dict[str, Any] = {"forceinline": True, "_nrt": False}
    made = numba.njit(signature, cache=True, nogil=True, **options)
    return cast("Callable[[Kernel], Kernel]", made)
