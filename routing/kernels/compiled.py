"""How kernels are compiled: machine code for an explicit signature, cached on disk.

A kernel is compiled, or its machine code read from the cache, when it is first called or first met
inside another kernel: importing a module costs nothing, and a start pays for what it uses. A kernel
that is only a part of others never loads by itself, for their machine code holds it; and it has no
door for Python, which would cost as much to compile as a short kernel. Indices of kernels count
from the start: a negative one is a fault, as one past the end is.

The engines stand alone, so each has this file; a test holds both to be the same.
"""

import operator
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numba
from numba import config, types
from numba.core.compiler_lock import global_compiler_lock

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


class _Late:
    """A kernel that is compiled when it is needed.

    Parameters
    ----------
    function
        What it does.
    signature
        The only types it takes.
    options
        Of numba's decorator.
    """

    def __init__(self, function: Callable[..., Any], signature: str, **options: Any) -> None:
        self.__name__, self.__module__ = function.__name__, function.__module__
        self.__doc__, self.__wrapped__ = function.__doc__, function
        self._compiled: Any = None
        # Nobody calls kernels through pointers of C, for which numba would make a door as well.
        always: dict[str, Any] = {"cache": True, "nogil": True, "no_cfunc_wrapper": True}
        self._late = numba.njit(**always, **options)(function)
        self._signature = signature

    def __call__(self, *arguments: Any) -> Any:
        compiled = self._compiled  # looked up first: small searches call kernels by the thousand
        return (self._ready if compiled is None else compiled)(*arguments)

    @property
    def _ready(self) -> Any:
        """The compiled function; one thread at a time compiles, as numba wants it."""
        if self._compiled is None:
            with global_compiler_lock:
                if self._compiled is None:
                    self._compile()
                    self._late.disable_compile()  # other types are a caller's fault
                    self._compiled = self._late
        return self._compiled

    def _compile(self) -> None:
        """Compile, numba's lock held, so that indices are taken as they are.

        numba adds the length to an index that is negative. No kernel counts from the end, the test
        costs a quarter of a search, and there is no option to leave it out.
        """
        from numba.np import arrayobj

        _usual_first()
        settings: Any = config
        own, effort = arrayobj.fix_integer_index, settings.OPT
        arrayobj.fix_integer_index = _as_it_is
        # A first start waits for LLVM. Its last efforts (3 rather than 1) take a sixth of that time
        # and make searches no faster that one could tell.
        settings.OPT = type(effort)(min(effort, 1))
        try:
            self._late.compile(self._signature)
        finally:
            arrayobj.fix_integer_index, settings.OPT = own, effort

    @property
    def _numba_type_(self) -> Any:
        """What numba takes it for inside another kernel."""
        return self._ready._numba_type_


class _Part(_Late):
    """A kernel that only other kernels call.

    Parameters
    ----------
    function, signature, options
        As for `_Late`.
    """

    def __init__(self, function: Callable[..., Any], signature: str, **options: Any) -> None:
        super().__init__(function, signature, no_cpython_wrapper=True, **options)

    def __call__(self, *arguments: Any) -> Any:
        raise TypeError(f"only kernels call {self.__name__}; what Python calls is `compiled`")


def _as_it_is(context: Any, builder: Any, kind: Any, index: Any, _: Any) -> Any:
    """An index of numba's type, in place of `numba.np.arrayobj.fix_integer_index`."""
    return context.cast(builder, index, kind, types.intp if kind.signed else types.uintp)


@cache
def _usual_first() -> None:
    """Have numba think of arrays first when it meets an index, and of numbers when it meets truth.

    To learn what ``a[i]`` means it tries seven other kinds of things, twice each, and arrays last,
    anew at every index: a sixth of a first start. It tries what is defined for this processor
    before what is defined for any, so both are defined again here; nothing changes its meaning.
    """
    from numba.core.typing import arraydecl, builtins, templates

    defined: Any = templates.infer_global
    usual: dict[Any, Any] = {
        operator.getitem: arraydecl.GetItemBuffer,
        operator.setitem: arraydecl.SetItemBuffer,
        bool: builtins.Bool,
    }
    for operation, meaning in usual.items():
        first = type(meaning.__name__, (meaning,), {"metadata": {"target": "cpu"}})
        defined(operation)(first)


def compiled(signature: str, *, borrows: bool = False) -> Callable[[Kernel], Kernel]:
    """Compile a function to machine code, once and for one signature.

    Parameters
    ----------
    signature
        numba signature, such as ``"int32[::1](int64[::1], int32)"``.
    borrows
        Whether it makes no arrays and returns none: then nothing counts the references to those it
        is given, which takes longer than a short kernel does.

    Returns
    -------
    Callable
        A decorator that keeps the static type of the function it compiles.
    """

    def decorate(function: Kernel) -> Kernel:
        return cast("Kernel", _Late(function, signature, **_counting(borrows)))

    return decorate


def part(signature: str, *, borrows: bool = False) -> Callable[[Kernel], Kernel]:
    """Compile a function that only other kernels call.

    Parameters
    ----------
    signature, borrows
        As for `compiled`.

    Returns
    -------
    Callable
        A decorator that keeps the static type of the function it compiles.
    """

    def decorate(function: Kernel) -> Kernel:
        return cast("Kernel", _Part(function, signature, **_counting(borrows)))

    return decorate


def inlined(signature: str) -> Callable[[Kernel], Kernel]:
    """Compile a part of a kernel, to be laid into its callers.

    A call between kernels hands over every array, which inside a loop can cost more than the work.
    Such a part borrows.

    Parameters
    ----------
    signature
        As for `compiled`.

    Returns
    -------
    Callable
        A decorator that keeps the static type of the function it compiles.
    """

    def decorate(function: Kernel) -> Kernel:
        options = _counting(borrows=True)
        return cast("Kernel", _Part(function, signature, forceinline=True, **options))

    return decorate


def _counting(borrows: bool) -> dict[str, Any]:
    return {"_nrt": False} if borrows else {}
