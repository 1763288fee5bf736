// Comfort only: every page works without this file. It never reads the address's fragment, and sends nothing
// but the forms that are on the page.
"use strict";

(() => {
  const NUMBER_LENGTH = 22;

  for (const input of document.querySelectorAll("[data-count]")) {
    const hint = document.getElementById(input.getAttribute("aria-describedby"));
    const standing = hint.textContent;
    input.addEventListener("input", () => {
      const typed = input.value.replace(/\s/g, "");
      const plausible = /^[ys\d]/i.test(typed) && typed.length !== NUMBER_LENGTH;
      hint.textContent = plausible ? input.dataset.count.replace("#", typed.length) : standing;
    });
  }

  for (const drop of document.querySelectorAll("[data-drop]")) {
    const input = drop.querySelector("input[type=file]");
    const name = drop.querySelector("[data-name]");
    const chosen = () => {
      if (input.files.length === 0) return;
      const more = input.files.length > 1 ? ` (+${input.files.length - 1})` : "";
      name.textContent = drop.dataset.chosen + input.files[0].name + more;
      drop.classList.add("is-chosen");
      if ("send" in input.dataset) input.form.requestSubmit();
    };
    input.addEventListener("change", chosen);
    drop.addEventListener("dragover", (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("is-over");
      if (event.dataTransfer.files.length === 0) return;
      input.files = event.dataTransfer.files;
      chosen();
    });
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.done;
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
