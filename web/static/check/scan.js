// A scanned code's page: checks what stands behind the "#" of the address, which no server sees, and holds it
// against what the server shows. The page says the same without this file, except for that one line.

import { isSupported } from "./ed25519.js";
import { isOneOf, MalformedEncoding } from "./errors.js";
import { trustForCode } from "./published.js";
import { parseQrText } from "./qr.js";
import { FAILED, PASSED, together } from "./report.js";
import { stepItems } from "./results.js";
import { listName, PURPOSES } from "./status_list.js";
import { verify } from "./verifier.js";
import { wordsOf } from "./words.js";

const LINES = {
  [PASSED]: ["check_here.code.passed", "tone-valid"],
  [FAILED]: ["check_here.code.failed", "tone-not_authentic"],
};

// The server knows by the address which certificate this is: its two lists tell it nothing more.
const listsOf = (text) => {
  try {
    const { ordinal } = parseQrText(text);
    return PURPOSES.map((purpose) => listName(purpose, ordinal));
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    return [];
  }
};

const show = (panel, report) => {
  const words = wordsOf(panel);
  const { signed, in_force: standing } = report.questions;
  const outcome = together(signed);
  const isOther = outcome === PASSED && report.fields.number !== panel.dataset.number;
  const [line, tone] = LINES[outcome] ?? ["check_here.code.not_checked", "tone-unavailable"];
  panel.querySelector("[data-line]").textContent = words.say(isOther ? "check_here.code.other" : line);
  panel.classList.add(isOther ? "tone-not_authentic" : tone);
  panel.querySelector("ol").append(...stepItems([...signed, ...standing], words));
  panel.hidden = false;
};

// What could not be looked at is said too: silence would leave the server's answer alone on the page.
const showOpen = (panel) => {
  panel.querySelector("[data-line]").textContent = wordsOf(panel).say("check_here.code.not_checked");
  panel.querySelector("details").hidden = true;
  panel.classList.add("tone-unavailable");
  panel.hidden = false;
};

const panel = document.querySelector("[data-code]");
if (panel !== null && location.hash.length > 1 && (await isSupported())) {
  const text = `${location.origin}${location.pathname}${location.hash}`;
  try {
    const trust = await trustForCode(listsOf(text));
    show(panel, await verify(text, trust, Date.now(), null));
  } catch (fault) {
    console.warn(fault);
    showOpen(panel);
  }
}
