// Whether a version is in force: its bits in the two status lists. A list counts only if the register's status
// key signed it, and if it is fresh; otherwise the answer is "not checked", with what the old list said as a
// hint, never "in force". Source: W3C Bitstring Status List v1.0 section 3.2 (validate algorithm).

import { BadSignature, isOneOf, MalformedProof, UnknownKey } from "./errors.js";
import { checkProof, proofOf } from "./integrity.js";
import { CLOCK_SKEW, rfc3339 } from "./moments.js";
import { failed, notChecked, passed } from "./report.js";
import { isSet, LIST_ENTRIES, listName, PURPOSES } from "./status_list.js";

const STEPS = {
  revocation: { name: "not_annulled", reason: "annulled" },
  supersession: { name: "not_superseded", reason: "superseded" },
};

// Both steps, not taken.
export const standingUnknown = (reason) => PURPOSES.map((purpose) => notChecked(STEPS[purpose].name, reason));

// The two steps for the positions that a credential names, by purpose.
export const checkPositions = (positions, trust, now) =>
  bothSteps(trust, now, (purpose) => {
    const position = positions.get(purpose);
    return position === undefined ? [undefined, -1n] : [trust.statusLists.get(position.url), position.index];
  });

// The two steps for an ordinal, whose lists are found by name.
export const checkOrdinal = (ordinal, trust, now) => {
  const byName = new Map([...trust.statusLists].map(([url, list]) => [url.slice(url.lastIndexOf("/") + 1), list]));
  return bothSteps(trust, now, (purpose) => [byName.get(listName(purpose, ordinal)), ordinal % LIST_ENTRIES]);
};

const bothSteps = async (trust, now, find) => {
  const steps = [];
  for (const purpose of PURPOSES) steps.push(await check(purpose, ...find(purpose), trust, now));
  return steps;
};

const check = async (purpose, list, index, trust, now) => {
  const { name, reason } = STEPS[purpose];
  if (list === undefined) return notChecked(name, "no_status_list");
  if (!(await isAuthentic(list, purpose, trust, now))) return notChecked(name, "status_list_not_authentic");
  const bit = isSet(list, index);
  if (bit === null) return notChecked(name, "position_outside_list");
  const detail = { as_of: rfc3339(list.validFrom) };
  if (list.validFrom > now + CLOCK_SKEW) return notChecked(name, "status_list_from_the_future", detail);
  if (now >= list.validUntil) {
    return notChecked(name, "status_list_stale", { ...detail, last_known: bit ? reason : "in_force" });
  }
  return bit ? failed(name, reason, detail) : passed(name, detail);
};

const isAuthentic = async (list, purpose, trust, now) => {
  if (list.purpose !== purpose || list.issuer !== trust.keys.did) return false;
  try {
    const publicKey = trust.keys.key(proofOf(list.document).method, "status", now);
    await checkProof(list.document, publicKey);
    return true;
  } catch (fault) {
    isOneOf(fault, MalformedProof, UnknownKey, BadSignature);
    return false;
  }
};
