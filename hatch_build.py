"""What a wheel carries beside the packages: the default city and the built web pages.

An editable install reads both where they stand in the checkout, so nothing is copied there.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShipCityAndPages(BuildHookInterface):  # type: ignore[type-arg]
    """Add ``maas/cities/kaga`` and ``apps/web/static`` to a real wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill the wheel's list of extra files.

        Parameters
        ----------
        version : str
            ``standard`` for a wheel, ``editable`` for a development install.
        build_data : dict
            Hatchling's plan of the build, changed in place.

        Raises
        ------
        FileNotFoundError
            If the city or the web pages are not there to be shipped.
        """
        if version != "standard":
            return
        root = Path(self.root)
        city, pages = root / "data" / "kaga", root / "apps" / "web" / "static"
        for folder, remedy in ((city, "make city"), (pages, "make setup")):
            if not any(folder.glob("*")):
                msg = f"{folder.relative_to(root)} is empty: run `{remedy}` before building a wheel"
                raise FileNotFoundError(msg)
        for entry in sorted(city.iterdir()):
            if entry.name not in {"build", "facts"} and not entry.name.startswith("."):
                build_data["force_include"][str(entry)] = f"maas/cities/kaga/{entry.name}"
        build_data["force_include"][str(pages)] = "apps/web/static"
