"""What the kit's own tests share."""

pytest_plugins = ["pytester"]
