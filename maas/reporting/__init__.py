"""Reports: what a simulated day was like, as tables and as a page with plots."""

from maas.reporting.frames import SimulatedDay, frames_of
from maas.reporting.report import figures_of, write_report

__all__ = ["SimulatedDay", "figures_of", "frames_of", "write_report"]
