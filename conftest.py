"""Loads the plugin, for whatever part of this tree pytest runs."""

from __future__ import annotations

from tf_conformance import start

start.begin()

pytest_plugins = ["tf_conformance.plugin"]
