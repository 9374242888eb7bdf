"""Money: whole minor units with an ISO 4217 currency."""

from dataclasses import dataclass

_MINOR_DIGITS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}


@dataclass(frozen=True)
class Money:
    """An amount in minor units: yen for JPY, cents for EUR.

    Parameters
    ----------
    amount_minor : int
        Whole minor units.
    currency : str
        ISO 4217 code.
    """

    amount_minor: int
    currency: str

    def __str__(self) -> str:
        """Write the amount for a terminal: ``500 JPY``, ``2.80 EUR``.

        Returns
        -------
        str
            The amount with its code.
        """
        digits = minor_digits(self.currency)
        if not digits:
            return f"{self.amount_minor:,} {self.currency}"
        major, minor = divmod(self.amount_minor, 10**digits)
        return f"{major:,}.{minor:0{digits}d} {self.currency}"


def minor_digits(currency: str) -> int:
    """Tell how many decimals a currency has.

    Parameters
    ----------
    currency : str
        ISO 4217 code.

    Returns
    -------
    int
        0 for yen, 2 for most, 3 for a few.
    """
    return _MINOR_DIGITS.get(currency, 2)
