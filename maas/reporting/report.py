"""The report of a simulated day: a page with figures, plots and tables, and the tables as CSV."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from maas.reporting import charts
from maas.reporting.frames import SimulatedDay, frames_of

GROUPS = ("zone", "age_group", "mobility_aid")

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; margin: 1rem 0; }}
th, td {{ text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ddd; }}
svg {{ max-width: 100%; height: auto; }}
</style></head><body>
<h1>{title}</h1>
{body}
</body></html>
"""


def figures_of(day: SimulatedDay) -> dict[str, Any]:
    """Compute the figures of a day.

    Parameters
    ----------
    day : SimulatedDay
        The day.

    Returns
    -------
    dict
        JSON-ready: shares in percent, durations in seconds, ways in kilometres.
    """
    summary = day.outcome.summary()
    metres = [(d, day.metres.get((d.from_node, d.to_node), 0)) for d in day.outcome.drives]
    return {
        "requests": summary.requests,
        "states": {str(state): count for state, count in summary.counts.items()},
        "served_percent": round(100 * summary.served_share, 2),
        "mean_wait_s": round(summary.mean_wait_s, 1),
        "mean_ride_s": round(summary.mean_ride_s, 1),
        "detour_percent": round(100 * summary.detour, 1),
        "occupancy": round(summary.occupancy, 3),
        "vehicles": len(day.vehicles),
        "vehicle_km": round(sum(m for _, m in metres) / 1000, 1),
        "empty_km": round(sum(m for drive, m in metres if not drive.riders) / 1000, 1),
        "promises_broken_by_planning": summary.broken_by_planning,
        "promises_broken_by_reality": summary.broken_by_reality,
        "requests_per_cpu_s": round(summary.requests_per_cpu_s, 1),
        "answering_cpu_s": round(summary.answering_cpu_s, 3),
        "improving_cpu_s": round(summary.improving_cpu_s, 3),
    }


def write_report(day: SimulatedDay, folder: Path, told: dict[str, Any]) -> Path:
    """Write ``report.html``, ``summary.json`` and the frames as CSV.

    Parameters
    ----------
    day : SimulatedDay
        The day.
    folder : Path
        Where to; made when it is not there, files of an earlier report are replaced.
    told : dict
        What was asked for: city, policy, seed and so on, for the page and the summary.

    Returns
    -------
    Path
        The page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames, figures = frames_of(day), figures_of(day)
    for name, frame in frames.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    document = json.dumps({"asked": told, **figures}, ensure_ascii=False, indent=2)
    (folder / "summary.json").write_text(document + "\n", encoding="utf-8")
    page = folder / "report.html"
    title = f"A simulated day: {told.get('city', '')}"
    body = "\n".join(_parts(day, frames["requests"], told, figures))
    page.write_text(_PAGE.format(title=escape(title), body=body), encoding="utf-8")
    return page


def _parts(
    day: SimulatedDay, requests: pd.DataFrame, told: dict[str, Any], figures: dict[str, Any]
) -> list[str]:
    states = figures["states"]
    flat = {k: v for k, v in figures.items() if k != "states"} | states
    detour_s = requests["ride_s"] - requests["direct_s"]
    parts = [
        _table(told),
        "<h2>Figures</h2>",
        _table(flat),
        charts.served_over_time(requests),
        charts.spread(requests["wait_s"], "Wait for boarding", 60, "minutes"),
        charts.spread(detour_s, "On board beyond the direct drive", 60, "minutes"),
        charts.occupancy_over_time(day.outcome.drives, len(day.vehicles)),
    ]
    refusals = requests.loc[requests["refusal"] != "", "refusal"].value_counts()
    if len(refusals):
        parts += ["<h2>Refused, and why</h2>", refusals.to_frame("requests").to_html(border=0)]
    for name in GROUPS:
        if name in requests and requests[name].fillna("").ne("").any():
            groups = fairness(requests, name)
            parts += [f"<h2>By {escape(name)}</h2>", groups.to_html(border=0)]
            parts.append(charts.by_group(groups, name))
    return parts


def fairness(requests: pd.DataFrame, column: str) -> pd.DataFrame:
    """Compare how groups fared.

    Parameters
    ----------
    requests : DataFrame
        From ``frames_of``.
    column : str
        What tells the groups apart; requests that do not say are one group.

    Returns
    -------
    DataFrame
        By group: requests, percent served, mean wait and mean detour of the served in seconds.
    """
    named = requests.assign(
        group=requests[column].fillna("").replace("", "(not said)"),
        served=(requests["state"] == "served").astype(float) * 100,
        detour_s=(requests["ride_s"] - requests["direct_s"]).astype(float),
        wait_s=requests["wait_s"].astype(float),
    ).groupby("group")
    table = pd.DataFrame(
        {
            "requests": named.size(),
            "served_percent": named["served"].mean().round(1),
            "mean_wait_s": named["wait_s"].mean().round(0),
            "mean_detour_s": named["detour_s"].mean().round(0),
        }
    )
    table.index.name = column
    return table


def _table(values: dict[str, Any]) -> str:
    rows = (
        f"<tr><th>{escape(str(k))}</th><td>{escape(str(v))}</td></tr>" for k, v in values.items()
    )
    return f"<table>{''.join(rows)}</table>"
