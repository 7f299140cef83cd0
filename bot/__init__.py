"""Easel: a Discord bot that makes and edits pictures with RunAPI."""

__version__ = "0.1.0"
