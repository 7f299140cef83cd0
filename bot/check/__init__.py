"""Whether the bot could run: settings, disk, database, Discord and RunAPI, each looked at without changing anything.

What is found is said in plain sentences with what to do about it. No secret is in them, and no check raises.
"""

from bot.check._check import check
from bot.check._findings import Finding, Level

__all__ = ["Finding", "Level", "check"]
