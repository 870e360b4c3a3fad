"""The errors of asyncshim: one small tree, each a sentence that says what happened, where, and what to do."""


class AsyncshimError(Exception):
    """Anything asyncshim itself refuses or cannot do; never raised for a fault in the user's test."""


class UsageError(AsyncshimError):
    """Wrong arguments, settings or preconditions: the command line shows it and exits with 2."""
