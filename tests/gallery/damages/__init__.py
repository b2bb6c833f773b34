"""The ways in which an install can be broken, and what the kit must say of each: a module for each kind of damage."""

from __future__ import annotations

from tests.gallery.damages import cases, distributions, files, imports, starts, surroundings

DAMAGES = [
    damage for kind in (files, distributions, surroundings, imports, starts, cases) for damage in kind.KIND.damages
]
