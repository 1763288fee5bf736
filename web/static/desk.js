// Comfort for the pages of the staff: every page works without this file.
"use strict";
