"""Amounts of US dollars."""

from decimal import Decimal


def dollars(amount: Decimal) -> str:
    """Return an amount of dollars with two digits after the point, or as many as it needs up to six."""
    whole, _, fraction = f"{amount:.6f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"
