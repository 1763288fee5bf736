"""`python -m web.cli`: the same as `skillcert`."""

import sys

from web.cli.main import main

sys.exit(main())
