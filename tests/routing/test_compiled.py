"""Kernels are compiled when they are needed, for one signature and no other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

from routing.kernels.compiled import compiled, inlined, part


@inlined("int64(int64)")
def doubled(number: int) -> int:
    """A part of a kernel."""
    return 2 * number


@part("int64(int64[::1])")
def total_of(numbers: np.ndarray) -> int:
    """A part that is called, not laid in."""
    total = 0
    for number in numbers:
        total += doubled(number)
    return total


@compiled("int64(int64[::1])")
def doubled_sum(numbers: np.ndarray) -> int:
    """A kernel with parts."""
    return total_of(numbers)


@compiled("int64(int64)")
def lonely(number: int) -> int:
    """A kernel that nobody has called."""
    return number + 1


def test_a_kernel_calls_its_parts() -> None:
    assert doubled_sum(np.arange(5)) == 20


@pytest.mark.parametrize("piece", [doubled, total_of])
def test_python_does_not_call_parts(piece: Callable[..., int]) -> None:
    with pytest.raises(TypeError, match="only kernels call"):
        piece(21)


def test_other_types_are_refused() -> None:
    assert doubled_sum(np.arange(3)) == 6
    with pytest.raises(TypeError, match="No matching definition"):
        doubled_sum(np.arange(3.0))
    with pytest.raises(TypeError, match="No matching definition"):
        doubled_sum(np.arange(6)[::2])


def test_threads_that_call_it_first_at_once_agree() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lonely, range(8))) == list(range(1, 9))


def test_it_tells_what_it_is() -> None:
    assert lonely.__name__ == "lonely"
    assert lonely.__doc__ == "A kernel that nobody has called."


def test_numba_alone_counts_from_the_end_again_when_a_kernel_is_compiled() -> None:
    assert doubled_sum(np.arange(2)) == 2
    last = numba.njit("int64(int64[::1], int64)")(lambda numbers, at: numbers[at])
    assert last(np.arange(5), -1) == 4


def test_numba_alone_reads_lists_and_tuples_as_before_when_a_kernel_is_compiled() -> None:
    assert doubled_sum(np.arange(2)) == 2

    @numba.njit
    def swapped(items: list[int], pair: tuple[int, int], at: int) -> tuple[int, int, bool, bool]:
        items[0], items[-1] = items[-1], items[0]
        return items[0], items[2], bool(items), bool(pair[at])

    assert swapped(numba.typed.List([1, 2, 3]), (0, 4), 0) == (3, 1, True, False)
