"""Loads the plugin, for whatever part of this tree pytest runs."""

from __future__ import annotations

pytest_plugins = ["tf_conformance.plugin"]
