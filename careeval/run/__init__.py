"""The command's work: notebooks executed, scrubbed and gathered into a report that is swapped in when whole."""

import careeval.publish.quick_imports  # noqa: F401  # before any room of this folder reads a notebook
