"""Imported before nbformat, nbconvert or papermill, to save a second of every process that needs them."""

from __future__ import annotations

import sys

# nbformat's schema checker would build some thirty parsers of web addresses at import, for formats that a notebook does
# not use. It does without the package where it cannot be imported, and None in sys.modules says just that.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
