"""Healthy installs as the world's tools make them: each works, and the kit must not call it broken.

What a tool does to an install was read in its source; each entry says where.
"""

from __future__ import annotations

from tests.gallery.healthy import by_conda, by_pip, by_prefixes, by_systems, by_vendors, in_archives, oddities
from tests.gallery.healthy.registry import HEALTHY, Healthy

__all__ = [
    "HEALTHY",
    "Healthy",
    "by_conda",
    "by_pip",
    "by_prefixes",
    "by_systems",
    "by_vendors",
    "in_archives",
    "oddities",
]
