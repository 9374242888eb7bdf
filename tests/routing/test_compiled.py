"""Kernels are compiled when they are needed, for one signature and no other."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numba
import numpy as np
import pytest

import routing.kernels
from routing.kernels.compiled import compiled, inlined


@inlined("int64(int64)")
def doubled(number: int) -> int:
    """A part of a kernel."""
    return 2 * number


@compiled("int64(int64[::1])")
def doubled_sum(numbers: np.ndarray) -> int:
    """A kernel with a part."""
    total = 0
    for number in numbers:
        total += doubled(number)
    return total


@compiled("int64(int64)")
def lonely(number: int) -> int:
    """A kernel that nobody has called."""
    return number + 1


def test_a_kernel_calls_its_parts() -> None:
    assert doubled_sum(np.arange(5)) == 20
    assert doubled(21) == 42


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


def test_no_kernel_counts_from_the_end() -> None:
    [folder] = routing.kernels.__path__
    files = sorted(Path(folder).glob("*.py"))
    assert files
    from_the_end = [
        f"{path.name}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Subscript)
        for index in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])
        if isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub)
    ]
    assert from_the_end == []
