"""The sandbox's painter: pictures that depend on nothing but what was ordered."""

from bot.sandbox.painting._paint import LONG_SIDES, Order, paint, size_of

__all__ = ["LONG_SIDES", "Order", "paint", "size_of"]
