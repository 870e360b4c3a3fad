"""The exceptions of asyncshim. Each message is a sentence: what happened, where, and what to do."""


class AsyncshimError(Exception):
    """asyncshim refuses or cannot do something; never raised for an error in a test."""


class UsageError(AsyncshimError):
    """Wrong arguments, settings or preconditions: the command line prints it and exits with 2."""


class RunError(AsyncshimError):
    """A run of pytest or of an installer failed; the message ends with the last lines of its output."""
