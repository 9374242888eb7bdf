"""Ruin and recreate: take some requests out, put them back elsewhere, keep what is good enough.

After Christiaens and Vanden Berghe, "Slack induction by string removals for vehicle routing
problems", Transportation Science 54, 2020: strings of stops of neighbouring tours are taken out
(section 4.1), put back greedily with blinks (4.2), and the change is accepted by simulated
annealing (4.3); a smaller fleet is sought by counting how often each request was left over (4.4).
We differ in that a string takes out whole requests, that an insertion places a pair of stops, that
schedules keep ride limits, that only the tours touched are copied and given back, and that other
ways to ruin (``kernels.ruining``) and to put back (``kernels.recreating``) take their turns.
"""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import NDArray

from dispatch.kernels.compiled import compiled, inlined
from dispatch.kernels.recreating import recreate
from dispatch.kernels.ruining import ruin
from dispatch.kernels.state import (
    COST,
    LEFT_OVER,
    MEMORY,
    SCRATCH,
    keep_best,
    line_up_vehicles,
    undo,
)
from dispatch.kernels.tours import ASKED, REQUESTS, ROOM, TOURS, Arrays, chance


@inlined(f"b1({MEMORY}, {SCRATCH}, int64, float64, uint64[::1])")
def is_accepted(
    memory: Arrays,
    scratch: Arrays,
    cost: int,
    heat: float,
    dice: NDArray[Any],
) -> bool:
    """Tell whether the search goes on from here.

    Parameters
    ----------
    memory, scratch : tuple
        See above.
    cost : int64
        Of all tours.
    heat : float64
        Temperature of the annealing, in units of cost.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.

    Returns
    -------
    bool
        True for fewer left over, or those that were left over less often; with as many as before
        by the cost.
    """
    left, _, often, counts, _ = memory
    out = scratch[2]
    if out[0] != counts[LEFT_OVER]:
        if out[0] < counts[LEFT_OVER]:
            return True
        if counts[LEFT_OVER] == 0:
            return False
    if counts[LEFT_OVER] > 0:
        before, after = 0, 0
        for n in range(counts[LEFT_OVER]):
            before += often[left[n]]
        for n in range(out[0]):
            after += often[out[1 + n]]
        if after != before:
            return after < before
        if out[0] > counts[LEFT_OVER]:
            return False
    return bool(cost < counts[COST] - heat * math.log(1.0 - chance(dice)))


@compiled(
    f"int64({ASKED}, {TOURS}, {TOURS}, {TOURS}, {MEMORY}, {SCRATCH}, float64[::1],"
    f" uint64[::1], {ROOM}, int64, float64)",
    borrows=True,
)
def anneal(
    asked: Arrays,
    tours: Arrays,
    kept: Arrays,
    best: Arrays,
    memory: Arrays,
    scratch: Arrays,
    settings: NDArray[Any],
    dice: NDArray[Any],
    room: Arrays,
    rounds: int,
    heat: float,
) -> int:
    """Ruin and recreate for some rounds.

    Parameters
    ----------
    asked : tuple
        See ``kernels.tours``.
    tours : tuple
        The tours; with ``memory`` a state that fits together, and goes on.
    kept : tuple
        Tours, room for those of before a round.
    best : tuple
        Tours, the best so far: fewest left over, then the lowest cost.
    memory, scratch : tuple
        See above.
    settings : ndarray of float64
        See above.
    dice : ndarray of uint64, shape (1,)
        See ``chance``.
    room : tuple
        See ``kernels.tours``.
    rounds : int64
        How many.
    heat : float64
        Temperature, in units of cost.

    Returns
    -------
    int64
        Rounds done: fewer when nothing is left over any more that was left over before.
    """
    left, _, often, counts, _ = memory
    touched, is_touched, out = scratch[0], scratch[1], scratch[2]
    requests = asked[6][REQUESTS]
    began_with = counts[LEFT_OVER]
    for done in range(rounds):
        touched[0] = 0
        line_up_vehicles(asked[2], tours[1], scratch[5], is_touched)
        is_touched[:] = 0
        out[0] = counts[LEFT_OVER]
        for n in range(counts[LEFT_OVER]):
            out[1 + n] = left[n]
        is_sound = ruin(asked, tours, kept, memory, scratch, settings, dice, room)
        if is_sound:
            is_sound = recreate(asked, tours, kept, memory, scratch, settings, dice, room)
        cost = counts[COST]
        if is_sound:
            for n in range(touched[0]):
                cost += tours[5][touched[1 + n]] - kept[5][touched[1 + n]]
        accepted = is_sound and is_accepted(memory, scratch, cost, heat, dice)
        if is_sound and began_with > 0:
            for n in range(out[0]):
                often[out[1 + n]] += 1
        if not accepted:
            undo(tours, kept, scratch, room[1], requests)
            continue
        counts[LEFT_OVER] = out[0]
        counts[COST] = cost
        for n in range(out[0]):
            left[n] = out[1 + n]
        if keep_best(tours, best, counts) and began_with > 0 and out[0] == 0:
            return done + 1
    return rounds
