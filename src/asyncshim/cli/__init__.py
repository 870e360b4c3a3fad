"""The command line."""


def console_script() -> None:
    """Entry point of the ``asyncshim`` script."""
