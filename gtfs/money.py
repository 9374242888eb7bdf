"""Amounts of money as feeds write them, in minor units."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from gtfs.errors import GtfsError

# ISO 4217: currencies whose minor unit is not a hundredth.
_DIGITS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0
    ),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency has.

    Parameters
    ----------
    currency : str
        ISO 4217 code.

    Returns
    -------
    int
        0 for JPY, 2 for most.
    """
    return _DIGITS.get(currency, 2)


def to_minor(amount: str, currency: str) -> int:
    """Return an amount in minor units.

    Parameters
    ----------
    amount : str
        Decimal text, e.g. ``2.50``.
    currency : str
        ISO 4217 code.

    Returns
    -------
    int
        E.g. 250 for 2.50 EUR, 500 for 500 JPY; half a unit is rounded up.

    Raises
    ------
    GtfsError
        If the text is no amount.
    """
    try:
        value = Decimal(amount).scaleb(minor_digits(currency))
        return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise GtfsError(
            f"{amount!r} is no amount of {currency}. Write digits, with a point for decimals.",
            amount=amount,
            currency=currency,
        ) from error
