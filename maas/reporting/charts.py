"""Plots of a simulated day, as SVG text to stand in a page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dispatch.simulation import Drive

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDE, _HIGH = 7.0, 2.8
_BLUE, _ORANGE, _GREY = "#0072b2", "#d55e00", "#999999"
"""Told apart by who sees colours differently (Okabe and Ito)."""


def served_over_time(requests: pd.DataFrame) -> str:
    """Plot how many requests were served and how many not, hour by hour.

    Parameters
    ----------
    requests : DataFrame
        From ``frames_of``.

    Returns
    -------
    str
        An svg element.
    """
    figure, axes = _empty("Requests an hour", "requests")
    hours = requests["requested_s"].astype(float) / 3600
    first, last = (int(hours.min()), int(hours.max())) if len(hours) else (0, 0)
    edges = np.arange(first, last + 2)
    served = requests["state"] == "served"
    both = [hours[served], hours[~served]]
    labels = ["served", "not served"]
    axes.hist(both, bins=edges, stacked=True, color=[_BLUE, _ORANGE], label=labels)
    axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return _svg(figure)


def spread(values: pd.Series, title: str, unit_s: int, unit: str) -> str:
    """Plot how some durations are spread.

    Parameters
    ----------
    values : Series
        Seconds.
    title : str
        What they are.
    unit_s : int
        Seconds in a unit of the axis.
    unit : str
        Its name.

    Returns
    -------
    str
        An svg element.
    """
    figure, axes = _empty(title, "requests", clock=False)
    numbers = values.dropna().astype(float) / unit_s
    if len(numbers):
        axes.hist(numbers, bins=min(40, max(5, len(numbers) // 10)), color=_BLUE)
        axes.axvline(float(numbers.mean()), color=_ORANGE, label=f"mean {numbers.mean():.1f}")
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    axes.set_xlabel(unit)
    return _svg(figure)


def occupancy_over_time(drives: Sequence[Drive], vehicles: int) -> str:
    """Plot how many vehicles drive, and how many seats are taken in them, over the day.

    Parameters
    ----------
    drives : sequence of Drive
        Of all vehicles.
    vehicles : int
        How many there are.

    Returns
    -------
    str
        An svg element.
    """
    figure, axes = _empty(f"On the road, of {vehicles} shifts", "count")
    if drives:
        first_s = min(drive.left_s for drive in drives)
        last_s = max(drive.arrival_s for drive in drives)
        at_s = np.linspace(first_s, last_s, 400)
        driving, seats = np.zeros(len(at_s)), np.zeros(len(at_s))
        for drive in drives:
            low, high = np.searchsorted(at_s, (drive.left_s, drive.arrival_s)).tolist()
            driving[low:high] += 1
            seats[low:high] += drive.seats
        axes.step(at_s / 3600, driving, color=_GREY, label="vehicles driving")
        axes.step(at_s / 3600, seats, color=_BLUE, label="seats taken in them")
        axes.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 1), ncols=2)
    return _svg(figure)


def by_group(groups: pd.DataFrame, title: str) -> str:
    """Plot the share served of each group.

    Parameters
    ----------
    groups : DataFrame
        A row for each group, with ``served_percent``.
    title : str
        What tells the groups apart.

    Returns
    -------
    str
        An svg element.
    """
    figure, axes = _empty(f"Served by {title}", "percent", clock=False)
    axes.bar([str(name) for name in groups.index], groups["served_percent"], color=_BLUE)
    axes.set_ylim(0, 100)
    return _svg(figure)


def _empty(title: str, unit: str, *, clock: bool = True) -> tuple[Figure, Any]:
    # matplotlib takes a second to load: only who draws waits for it.
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = Figure(figsize=(_WIDE, _HIGH), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left")
    axes.set_ylabel(unit)
    axes.spines[["top", "right"]].set_visible(False)
    if clock:
        axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        axes.xaxis.set_major_formatter(FuncFormatter(_hour))
    return figure, axes


def _hour(hour: float, _position: object) -> str:
    return f"{int(hour):02}:00"


def _svg(figure: Figure) -> str:
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    return text[text.index("<svg") :]
