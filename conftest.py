"""Loads the plugin, for whatever part of this tree pytest runs."""

pytest_plugins = ["tf_conformance.plugin"]
