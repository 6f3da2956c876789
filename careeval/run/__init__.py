"""The command's work: notebooks executed, scrubbed and gathered into a report that is swapped in when whole."""

import sys

# jsonschema, which reading a notebook brings along, would build some 35 grammars with this package: over a second a
# process for checks of web addresses that no notebook needs. It does without when the import fails.
sys.modules.setdefault("rfc3987_syntax", None)
