pytest_plugins = ["tf_conformance.plugin"]
