"""Telephone numbers: one spelling for each."""

import phonenumbers


def plain_number(text: str, country: str) -> str:
    """Write a telephone number the one way in which it can be compared.

    Parameters
    ----------
    text : str
        As a person wrote it: with or without country code, blanks, hyphens, wide digits.
    country : str
        ISO 3166 code of the country that numbers without a code belong to; empty for none.

    Returns
    -------
    str
        E.164, such as ``+81761720000``; empty where it is no number.
    """
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
