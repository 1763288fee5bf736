// A report as a page shows it: one word at the top, what the certificate says, and every step with its reason.
// Elements are copied from the page's templates and filled with text, never with markup.

import { FAILED, PASSED, together } from "./report.js";

const KINDS = { pdf: "pdf", credential: "json", receipt: "tlog-proof", qr: "qr", verification_receipt: "verification-receipt", unknown: "unknown" };
const TONES = {
  authentic_and_in_force: "valid",
  superseded: "superseded",
  annulled: "annulled",
  not_authentic: "not_authentic",
  could_not_check: "unavailable",
  stated_then: "stated",
  not_recognised: "unavailable",
};

const STATED = {
  authentic_and_in_force: "stated.conclusion.authentic_and_in_force",
  superseded: "stated.conclusion.superseded",
  annulled: "stated.conclusion.annulled",
  erased: "stated.conclusion.erased",
  not_found: "stated.conclusion.not_found",
  not_authentic: "stated.conclusion.not_authentic",
};

const NAMED = { true: "stated.name.match", false: "stated.name.mismatch", null: "stated.name.unchecked" };

export class Results {
  constructor(page, words) {
    this.page = page;
    this.words = words;
  }

  // The result of one verification, as an element.
  element(name, report) {
    const { words } = this;
    const tone = TONES[report.conclusion];
    const [headline, line] = this.headline(report);
    const kind = words.say(`verify.kind.${KINDS[report.kind]}`);
    const article = this.banner(tone, headline, line, words.say("check_here.source", { name, kind }));
    this.fillFacts(article.querySelector("[data-facts]"), report);
    const hasOnlyMask = report.fields.masked_name !== undefined && report.fields.name === undefined;
    article.querySelector("[data-unnamed]").hidden = !hasOnlyMask || report.conclusion === "not_authentic";
    article.querySelector("[data-groups]").append(...this.groups(report));
    return article;
  }

  // What is shown where our own program failed: nothing is known of the file.
  fault(name) {
    const { words } = this;
    const lines = ["check_here.result.fault", "check_here.result.fault.line"].map((key) => words.say(key));
    const article = this.banner("unavailable", ...lines, name);
    article.querySelector(".panel").remove();
    return article;
  }

  banner(tone, headline, line, source) {
    const article = this.copy("[data-part=result]").firstElementChild;
    article.querySelector(".banner").classList.add(`tone-${tone}`);
    article.querySelector("[data-icon]").replaceWith(this.icon(tone));
    article.querySelector("[data-headline]").textContent = headline;
    article.querySelector("[data-line]").textContent = line;
    article.querySelector("[data-source]").textContent = source;
    return article;
  }

  headline({ kind, conclusion, questions, stated }) {
    const { words } = this;
    if (conclusion === "stated_then") {
      const then = words.say(STATED[stated.conclusion]);
      const at = words.moment(Date.parse(stated.checkedAt));
      return [words.say("result.stated"), words.say("stated.line", { at, conclusion: then })];
    }
    if (conclusion === "not_recognised") return [words.say("check_here.result.unknown"), words.say("verify.unknown_form")];
    if (conclusion === "could_not_check") {
      const isOpen = Object.values(questions).flat().every((step) => step.outcome !== FAILED);
      const line = isOpen ? "check_here.result.not_checked.line" : "result.unavailable.line";
      return [words.say("check_here.result.not_checked"), words.say(line)];
    }
    if (conclusion === "authentic_and_in_force") {
      const line = kind === "qr" ? "check_here.result.valid_code.line" : "check_here.result.valid.line";
      return [words.say("result.valid"), words.say(line)];
    }
    return [words.say(`result.${conclusion}`), words.say(`result.${conclusion}.line`)];
  }

  fillFacts(list, { fields, version, conclusion, questions, stated }) {
    const { words } = this;
    const then = conclusion === "stated_then" ? stated : null;
    const level = fields.level === undefined ? undefined : words.code("level", fields.level);
    const rows = [
      ["verdict.number", fields.number ?? then?.certificate?.number ?? then?.given.number],
      ["verdict.name", fields.name ?? fields.masked_name ?? then?.certificate?.maskedName],
      ["name.title", then ? words.say(NAMED[then.nameMatch]) : undefined],
      ["verdict.occupation", fields.occupation],
      ["check_here.occupation_code", fields.occupation === undefined ? fields.occupation_code : undefined],
      ["verdict.job", fields.job],
      ["verdict.level", level],
      ["verdict.issued_on", words.civilDay(fields.issued_on)],
      ["verdict.institution", fields.institution_name ?? fields.issuer ?? fields.institution],
      ["verdict.version", Number(version) > 1 ? words.say("verdict.version_n", { version }) : undefined],
    ];
    // What was not shown to be authentic is not repeated as if it were known, nor what nobody is known to have signed.
    const isBelieved = conclusion !== "not_authentic" && together(questions.signed) === PASSED;
    const shown = !isBelieved ? [] : rows.filter(([, value]) => value);
    list.hidden = shown.length === 0;
    for (const [key, value] of shown) {
      const row = document.createElement("div");
      row.append(filled("dt", words.say(key)), filled("dd", value));
      list.append(row);
    }
  }

  groups({ questions }) {
    let ordinal = 1;
    return Object.entries(questions).flatMap(([question, steps]) => {
      if (steps.length === 0) return [];
      const outcome = together(steps);
      const group = this.copy("[data-part=group]").firstElementChild;
      group.classList.add(`step-${outcome}`);
      group.querySelector("[data-icon]").replaceWith(this.icon(outcome));
      group.querySelector("[data-question]").textContent = this.words.say(`verify.question.${question}`);
      const badge = group.querySelector("[data-outcome]");
      badge.classList.add(`outcome-${outcome}`);
      badge.textContent = this.words.say(`verify.outcome.${outcome}`);
      const list = group.querySelector("ol");
      list.start = ordinal;
      list.append(...stepItems(steps, this.words));
      ordinal += steps.length;
      return [group];
    });
  }

  icon(name) {
    return this.copy(`[data-icon="${name}"]`);
  }

  copy(selector) {
    return this.page.querySelector(`template${selector}`).content.cloneNode(true);
  }
}

// The steps as list items.
export const stepItems = (steps, words) =>
  steps.map((step) => {
    const item = document.createElement("li");
    item.className = `step-${step.outcome}`;
    item.append(
      filled("span", words.code("step", step.name), "step-title"),
      " ",
      filled("span", words.say(`verify.outcome.${step.outcome}`), "step-outcome"),
    );
    if (step.reason) item.append(" ", filled("span", words.code("reason", step.reason), "step-reason"));
    for (const [name, value] of Object.entries(step.detail).sort()) {
      item.append(" ", filled("span", `${words.code("detail", name)} ${words.detail(value)}`, "step-detail"));
    }
    return item;
  });

const filled = (tag, text, className = "") => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
};
