// Comfort for the pages of the staff: every page works without this file.
"use strict";

// A job's page follows its job. When the job ended, the page's own address leads on.
(() => {
  const SECONDS = [0.4, 0.6, 1, 1.5, 2];
  const panel = document.querySelector("[data-poll]");
  if (!panel) return;
  const text = panel.querySelector("[data-text]");
  const bar = panel.querySelector("[data-progress]");
  const stuck = panel.querySelector("[data-stuck]");
  let asked = 0;

  const show = (state) => {
    if (text.textContent !== state.text) text.textContent = state.text;
    stuck.hidden = !state.stuck;
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
    } else {
      bar.removeAttribute("value");
    }
  };

  const ask = async () => {
    try {
      const answer = await fetch(panel.dataset.poll, { headers: { accept: "application/json" } });
      if (answer.status === 429 || answer.status >= 500) throw new Error("later");
      // Another answer, a log-in that ended for instance, is for the page itself to tell.
      if (!answer.ok || answer.redirected) return location.reload();
      const state = await answer.json();
      if (state.ended) return location.reload();
      show(state);
    } catch {
      text.textContent = panel.dataset.lost;
    }
    asked += 1;
    setTimeout(ask, 1000 * SECONDS[Math.min(asked, SECONDS.length - 1)]);
  };
  setTimeout(ask, 1000 * SECONDS[0]);
})();

// What scrolls sideways can be scrolled by keyboard, and what does not is no stop on the way.
(() => {
  const boxes = document.querySelectorAll(".table-wrap");
  if (boxes.length === 0) return;
  const mark = () => {
    for (const box of boxes) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  mark();
  window.addEventListener("resize", mark);
})();
