// A verification is a list of steps with reasons, never a boolean. Three answers are kept apart (signed,
// registered, in force), and one conclusion is drawn from them.

export const PASSED = "passed";
export const FAILED = "failed";
export const NOT_CHECKED = "not_checked";

export const passed = (name, detail = {}) => ({ name, outcome: PASSED, reason: "", detail });
export const failed = (name, reason, detail = {}) => ({ name, outcome: FAILED, reason, detail });
export const notChecked = (name, reason, detail = {}) => ({ name, outcome: NOT_CHECKED, reason, detail });

// What several steps come to: one that failed decides, then one that was not taken, or no step at all.
export const together = (steps) => {
  if (steps.some((step) => step.outcome === FAILED)) return FAILED;
  return steps.length > 0 && steps.every((step) => step.outcome === PASSED) ? PASSED : NOT_CHECKED;
};

// The result of one verification. `fields` are the record's fields as the form shows them: believe them only as
// far as the conclusion goes.
export const report = (kind, signing, registration = [], standing = [], rest = {}) => {
  const questions = { signed: signing, registered: registration, in_force: standing };
  return { kind, questions, fields: {}, version: null, entryIndex: null, ...rest, conclusion: conclude(kind, questions) };
};

// A QR code carries no inclusion proof: there, "registered" may stay open.
const conclude = (kind, { signed, registered, in_force: standing }) => {
  if (kind === "unknown") return "not_recognised";
  if ([signed, registered].some((steps) => together(steps) === FAILED)) return "not_authentic";
  if (together(signed) !== PASSED) return "could_not_check";
  // What a verification receipt says was so then.
  if (kind === "verification_receipt") return together(registered) === PASSED ? "stated_then" : "could_not_check";
  const reasons = standing.filter((step) => step.outcome === FAILED).map((step) => step.reason);
  if (reasons.includes("annulled")) return "annulled";
  if (reasons.includes("superseded")) return "superseded";
  const isOpen = together(registered) === NOT_CHECKED && kind !== "qr";
  return isOpen || together(standing) !== PASSED ? "could_not_check" : "authentic_and_in_force";
};
