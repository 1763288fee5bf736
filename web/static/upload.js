// Uploading a batch with its progress. Without this file the form is posted as any other.
"use strict";

(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const errors = document.querySelector("[data-upload-errors]");
  const panel = form.querySelector("[data-upload-progress]");
  const text = panel.querySelector("[data-upload-text]");
  const bar = panel.querySelector("progress");
  const button = form.querySelector("button[type=submit]");
  const said = form.dataset;
  let request = null;

  const tell = (sentence, link) => {
    const box = document.createElement("div");
    box.className = "callout callout-bad";
    box.setAttribute("role", "alert");
    const line = document.createElement("p");
    line.textContent = sentence;
    box.append(line);
    if (link) {
      const more = document.createElement("p");
      more.append(link);
      box.append(more);
    }
    errors.replaceChildren(box);
    errors.scrollIntoView({ block: "nearest" });
  };

  const end = () => {
    request = null;
    panel.hidden = true;
    button.disabled = false;
  };

  // What was typed comes back behind the log-in; files have to be chosen again.
  const toLogIn = () => {
    const back = new URL(form.action);
    for (const name of ["prefix", "previous", "plan", "legacy"]) {
      const field = form.elements[name];
      if (field && field.value) back.searchParams.set(name, field.value);
    }
    const link = document.createElement("a");
    link.href = "/staff/login?next=" + encodeURIComponent(back.pathname + back.search);
    link.textContent = said.login;
    tell(said.session, link);
  };

  // The line broke, or the server hung up because nobody is logged in any more: ask which.
  const whyLost = async () => {
    try {
      const answer = await fetch(form.action, { redirect: "manual", headers: { accept: "text/html" } });
      if (answer.type === "opaqueredirect" || answer.status === 401) return toLogIn();
    } catch {
      // Nobody answers: the line it is.
    }
    return tell(said.lost);
  };

  const answered = () => {
    const { status, responseURL, responseText } = request;
    const here = new URL(form.action).pathname;
    end();
    const there = new URL(responseURL, location.href);
    if (status === 401 || there.pathname === "/staff/login") return toLogIn();
    if (status < 300 && there.pathname !== here) return location.assign(there.pathname + there.search);
    const page = new DOMParser().parseFromString(responseText, "text/html");
    const found = page.querySelector("[data-upload-errors] .callout");
    if (!found) {
      // A page of another kind: what it says is in its heading and below.
      const said = [...page.querySelectorAll("main h1, main .lead, main h1 ~ p")];
      return tell(said.slice(0, 2).map((part) => part.textContent.trim()).join(" ") || String(status));
    }
    errors.replaceChildren(document.importNode(found, true));
    errors.scrollIntoView({ block: "nearest" });
    return undefined;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (request) return;
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    if (files.reduce((total, file) => total + file.size, 0) > Number(said.mostBytes)) {
      tell(said.tooLarge);
      return;
    }
    errors.replaceChildren();
    request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const percent = Math.floor((100 * step.loaded) / step.total);
      bar.value = percent;
      text.textContent = percent < 100 ? `${said.sending} ${percent}%` : said.sent;
    });
    request.addEventListener("load", answered);
    request.addEventListener("error", () => {
      end();
      whyLost();
    });
    request.addEventListener("abort", () => {
      end();
      tell(said.stopped);
    });
    request.open("POST", form.action);
    request.setRequestHeader("accept", "text/html");
    bar.value = 0;
    text.textContent = said.sending;
    panel.hidden = false;
    button.disabled = true;
    request.send(new FormData(form));
  });

  panel.querySelector("[data-upload-stop]").addEventListener("click", () => request && request.abort());
})();
