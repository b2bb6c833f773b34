"""Loads the plugin, for whatever part of this tree pytest runs."""

from __future__ import annotations

import os
import sys

from tf_conformance import start

start.begin()

pytest_plugins = ["tf_conformance.plugin"]
if os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD") and "xdist.plugin" not in sys.modules:
    pytest_plugins.append("xdist.plugin")  # packagers disable plugins; this one the kit itself needs
