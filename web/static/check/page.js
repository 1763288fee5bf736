// The page 本机核验: fetches what is published, then checks what it is given, one file after another. What a
// person chose is read in memory and goes nowhere; after the fetching, the page asks for nothing any more.

import { scan } from "./camera.js";
import { isSupported } from "./ed25519.js";
import { loadDecoder, noDecoder } from "./pictures.js";
import { Published } from "./published.js";
import { Results } from "./results.js";
import { verify } from "./verifier.js";
import { wordsOf } from "./words.js";

// As many lists as cover four million certificates; the rest is fetched when the person asks.
const MOST_LISTS = 64;
const MAX_FILE_BYTES = 16 << 20;
const STALE_CHECK_MS = 60_000;

const page = document.querySelector("[data-check]");
const find = (name) => page.querySelector(`[data-${name}]`);
const words = wordsOf(page);
const results = new Results(page, words);
const published = new Published();
let decoder = noDecoder;
let queue = Promise.resolve();

// ---- what is relied on ------------------------------------------------------------------------------

const showTrust = () => {
  const lists = published.trust.statusLists.size;
  const total = lists + published.missing.length;
  const key = published.missing.length === 0 ? "check_here.trust.ready" : "check_here.trust.part";
  const values = { size: published.treeSize, lists, total, as_of: lists ? words.moment(published.asOf) : "–" };
  find("trust-text").textContent = words.say(key, values);
  find("trust-progress").hidden = true;
  find("trust-more").hidden = published.missing.length === 0;
  find("trust-more").textContent = words.say("check_here.trust.more", { count: published.missing.length });
  find("form").hidden = false;
  warnIfStale();
};

const warnIfStale = () => {
  const isStale = published.trust !== null && published.isStale(Date.now());
  find("trust-warning").textContent = isStale ? words.say("check_here.trust.stale") : "";
  find("trust-warning").hidden = !isStale;
  find("trust-again").hidden = !isStale;
};

const tell = (done, total) => {
  find("trust-text").textContent = words.say("check_here.trust.loading", { done, total });
  find("trust-progress").hidden = false;
  [find("trust-progress").max, find("trust-progress").value] = [total, done];
};

// Keeps what was there before if the fetching fails: old keys are no worse for it.
const load = async (fetching) => {
  for (const name of ["trust-more", "trust-again", "trust-warning"]) find(name).hidden = true;
  try {
    await fetching();
    showTrust();
    page.dataset.state = "ready";
  } catch (fault) {
    console.warn(fault);
    find("trust-text").textContent = "";
    find("trust-progress").hidden = true;
    find("trust-warning").textContent = words.say("check_here.trust.failed");
    find("trust-warning").hidden = false;
    find("trust-again").hidden = false;
    page.dataset.state = "failed";
  }
};

const loadAll = () =>
  load(async () => {
    const fetched = new Published();
    decoder = await loadDecoder(page.dataset.decoder, page.dataset.decoderBinary).catch(() => noDecoder);
    await fetched.fetchAll(MOST_LISTS, tell);
    Object.assign(published, fetched);
  });

const loadMore = () =>
  load(async () => {
    const total = published.missing.length;
    await published.fetchLists(total, (done) => tell(done, total));
  });

// ---- checking ---------------------------------------------------------------------------------------

// One after another, so that results stand in the order in which they were given, the newest first.
const check = (name, read) => {
  queue = queue.then(async () => {
    find("busy").textContent = words.say("check_here.busy", { name });
    let element;
    try {
      const report = await verify(await read(), published.trust, Date.now(), (data) => decoder.readFile(data));
      element = results.element(name, report);
    } catch (fault) {
      console.warn(fault);
      element = results.fault(name);
    }
    find("busy").textContent = "";
    find("results").prepend(element);
    element.querySelector("[data-headline]").focus();
  });
  return queue;
};

const bytesOf = async (file) => {
  // Nothing that the register makes is as long: what is cut off here is refused as what it then is.
  return new Uint8Array(await file.slice(0, MAX_FILE_BYTES).arrayBuffer());
};

const checkFiles = (files) => {
  for (const file of files) check(file.name, () => bytesOf(file));
};

const checkText = (text, name) => {
  const tidy = text.trim();
  if (tidy !== "") check(name, () => (tidy.startsWith("http") ? tidy : new TextEncoder().encode(tidy)));
};

// ---- how things are given ---------------------------------------------------------------------------

const acceptFiles = () => {
  const input = find("files");
  input.addEventListener("change", () => {
    checkFiles([...input.files]);
    // The same file may be chosen again.
    input.value = "";
  });
  const zone = find("zone");
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  document.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (published.trust !== null) checkFiles([...event.dataTransfer.files]);
  });
};

const acceptText = () => {
  const name = words.say("check_here.pasted");
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    checkText(find("text").value, name);
  });
  document.addEventListener("paste", (event) => {
    if (published.trust === null) return;
    if (event.clipboardData.files.length > 0) checkFiles([...event.clipboardData.files]);
    else if (event.target !== find("text")) checkText(event.clipboardData.getData("text"), name);
  });
};

const acceptCamera = () => {
  if (!navigator.mediaDevices?.getUserMedia) return;
  const button = find("camera");
  button.hidden = false;
  let stopping = null;
  button.addEventListener("click", async () => {
    if (stopping !== null) return stopping.abort();
    stopping = new AbortController();
    button.textContent = words.say("check_here.camera.stop");
    find("viewfinder").hidden = false;
    find("camera-text").textContent = words.say("check_here.camera.looking");
    try {
      const text = await scan(find("viewfinder").querySelector("video"), decoder, stopping.signal);
      find("viewfinder").hidden = true;
      if (text !== null) check(words.say("check_here.scanned"), () => text);
    } catch {
      find("camera-text").textContent = words.say("check_here.camera.refused");
    }
    stopping = null;
    button.textContent = words.say("check_here.camera");
    return undefined;
  });
};

document.querySelector("[data-asleep]").hidden = true;
if (await isSupported()) {
  find("trust").hidden = false;
  find("trust-more").addEventListener("click", loadMore);
  find("trust-again").addEventListener("click", loadAll);
  acceptFiles();
  acceptText();
  await loadAll();
  acceptCamera();
  setInterval(warnIfStale, STALE_CHECK_MS);
} else {
  find("unsupported").hidden = false;
  page.dataset.state = "unsupported";
}
