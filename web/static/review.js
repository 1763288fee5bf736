// Words on rows without leaving the page: the same forms, posted in the background. Without this file, and
// whenever anything is not as expected, the form is sent as it is and the browser shows the answer.
"use strict";

(() => {
  const table = document.querySelector("[data-review-rows]");
  if (!table) return;

  const sendPlainly = (form) => HTMLFormElement.prototype.submit.call(form);

  // The answer is the list as it is now: the row is taken from it, or goes if the filter no longer shows it.
  const takeOver = (row, page) => {
    const fresh = page.getElementById(row.id);
    const next = row.nextElementSibling;
    const seen = page.querySelector('[data-review-rows] input[name="seen"]');
    if (fresh) row.replaceWith(document.adoptNode(fresh));
    else row.remove();
    if (seen) document.querySelectorAll('input[name="seen"]').forEach((field) => { field.value = seen.value; });
    const found = page.querySelector(".review-found");
    const shown = document.querySelector(".review-found");
    if (found && shown) shown.textContent = found.textContent;
    const target = next || document.querySelector(".pages a[rel=next]");
    const field = target && target.querySelector ? target.querySelector("select") || target : target;
    if (field) field.focus();
  };

  table.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-in-place]")) return;
    event.preventDefault();
    const row = form.closest("tr");
    if (row.getAttribute("aria-busy") === "true") return;
    row.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        headers: { accept: "text/html" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !page.querySelector(".review-found")) {
        sendPlainly(form);
        return;
      }
      takeOver(row, page);
    } catch {
      sendPlainly(form);
    }
  });
})();
