// What a verification receipt (核验回单) states: one check, at one moment, read strictly. Every member is there,
// null where there is nothing to say; no other member is.
// Source: the register's own format, `signing/verification_statement_json.py`.

import { MalformedEncoding } from "./errors.js";
import { hasExactly, isObject } from "./json.js";
import { parseRfc3339 } from "./moments.js";
import { together } from "./report.js";

export const STATEMENT_TYPE = "SkillcertVerificationReceipt";
const GIVEN = ["number", "reference", "qr", "picture", "pdf", "json", "tlog-proof"];
const CONCLUSIONS = ["authentic_and_in_force", "superseded", "annulled", "erased", "not_found", "not_authentic"];
const OUTCOMES = ["passed", "failed", "not_checked"];
const QUESTIONS = { signed: "signed", registered: "registered", in_force: "inForce" };
const DAY = /^\d{4}-\d\d-\d\d$/;
const SHA256 = /^[0-9a-f]{64}$/;

const refuse = () => {
  throw new MalformedEncoding("statement");
};

// Each kind of value says whether it is one.
const text = (value) => typeof value === "string";
const someText = (value) => text(value) && value !== "";
const truth = (value) => typeof value === "boolean";
const count = (value) => Number.isSafeInteger(value) && value >= 0;
const digest = (value) => text(value) && SHA256.test(value);
const oneOf = (allowed) => (value) => allowed.includes(value);
const orNull = (kind) => (value) => value === null || kind(value);
const listOf = (kind) => (value) => Array.isArray(value) && value.every(kind);
const object = (members) => (value) =>
  isObject(value) && hasExactly(value, Object.keys(members)) && Object.entries(members).every(([name, kind]) => kind(value[name]));

const moment = (value) => {
  try {
    return text(value) && parseRfc3339(value) !== null;
  } catch {
    return false;
  }
};

// From the year 1 on, as calendars count.
const day = (value) => {
  if (!text(value) || !DAY.test(value) || value.startsWith("0000")) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
};

const FILING = object({ on: day, state: text, name: text, covered: truth });
const STATEMENT = object({
  type: oneOf([STATEMENT_TYPE]),
  issuer: text,
  registerName: text,
  checkedAt: moment,
  given: object({ kind: oneOf(GIVEN), number: orNull(someText), sha256: orNull(digest), version: orNull(count), entryIndex: orNull(count) }),
  conclusion: oneOf(CONCLUSIONS),
  signed: orNull(oneOf(OUTCOMES)),
  registered: orNull(oneOf(OUTCOMES)),
  inForce: orNull(oneOf(OUTCOMES)),
  steps: listOf(object({ question: oneOf(Object.keys(QUESTIONS)), name: text, outcome: oneOf(OUTCOMES), reason: orNull(someText) })),
  nameMatch: orNull(truth),
  name: orNull(someText),
  certificate: orNull(
    object({
      number: text,
      version: count,
      entryIndex: count,
      maskedName: text,
      occupationCode: text,
      occupation: text,
      job: text,
      level: count,
      issuedOn: day,
      replacedBy: orNull(someText),
    }),
  ),
  filing: orNull(object({ prefix: text, onIssueDate: FILING, onDayOfCheck: FILING })),
  checkpoint: text,
  statusLists: listOf(object({ name: text, sha256: digest, validFrom: moment })),
});

// The statement in a document without its proof, as it stands there.
export const readStatement = (value) => {
  if (!STATEMENT(value)) refuse();
  const { kind, number, sha256 } = value.given;
  // A number is given as such, everything else by its digest.
  if (kind === "number" ? sha256 !== null : number !== null || sha256 === null) refuse();
  for (const [question, name] of Object.entries(QUESTIONS)) if (outcomeOf(value, question) !== value[name]) refuse();
  return value;
};

// What the steps of one question come to; null where it was not asked.
const outcomeOf = (statement, question) => {
  const steps = statement.steps.filter((step) => step.question === question);
  return steps.length === 0 ? null : together(steps);
};

// Whether the conclusion can be true beside the steps and the content.
export const conclusionFits = (statement) => {
  const { conclusion, certificate: held, filing, given } = statement;
  const isWithout = ["erased", "not_found", "not_authentic"].includes(conclusion);
  if ((held === null) !== isWithout || (held === null) !== (filing === null)) return false;
  if (statement.name !== null && statement.nameMatch === null) return false;
  if (held !== null && given.number !== null && given.number !== held.number) return false;
  const [signed, registered, standing] = Object.values(QUESTIONS).map((name) => statement[name] === "failed");
  if (conclusion === "authentic_and_in_force") return !signed && !registered && !standing;
  if (conclusion === "not_found") return registered && ["number", "reference"].includes(given.kind);
  if (conclusion === "not_authentic") return (signed || registered) && statement.nameMatch === null;
  // The register knows acts that the status list of the form's own steps may not have held yet.
  return !signed && !registered;
};
