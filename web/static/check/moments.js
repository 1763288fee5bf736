// Moments as milliseconds since 1970, in exactly one spelling: `2026-11-21T02:03:04Z`.
// Source: RFC 3339.

import { MalformedEncoding } from "./errors.js";

const SHAPE = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

// Verifiers' clocks differ a little.
export const CLOCK_SKEW = 5 * 60_000;

export const rfc3339 = (moment) => `${new Date(moment).toISOString().slice(0, 19)}Z`;

export const parseRfc3339 = (text) => {
  const moment = SHAPE.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(moment) || rfc3339(moment) !== text) throw new MalformedEncoding("timestamp");
  return moment;
};
