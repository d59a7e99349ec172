// The files page of a bid: files go up as they are chosen, in pieces, and go on after a broken
// line. Without this file the page's form sends them. `tus` is tus-js-client; build.mjs puts both
// into one file, which only this page loads.
//
// Nothing is kept in the browser: what has arrived of which file the server says, on the page.

const PIECE = 1024 * 1024;
const AT_ONCE = 2;
const RETRY_AFTER = [0, 1000, 2000, 4000, 8000, 15000];

const box = document.querySelector("[data-uploads]");
const words = JSON.parse(box.dataset.words);
const input = box.querySelector("input[type='file']");
const list = box.querySelector("[data-uploads-list]");
const heading = box.querySelector("[data-uploads-heading]");
const status = box.querySelector("[role='status']");
const row = box.querySelector("template");
const token = box.querySelector("[name='csrfmiddlewaretoken']").value;
const sendings = [];

const fill = (template, values) =>
  Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), template);
const say = (text) => {
  status.textContent = text;
};
const megabytes = (bytes) =>
  (bytes / 1e6).toLocaleString(document.documentElement.lang, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });

// By this the same file is known again, on this page and by what the server has of it.
const markOf = (file) => [...`${file.size}|${file.lastModified}|${file.name}`].slice(0, 200).join("");

class Sending {
  constructor(file) {
    this.file = file;
    this.mark = markOf(file);
    this.state = "waiting"; // then sending, stopped (can go on), refused or attached
    const shown = row.content.cloneNode(true);
    this.shown = shown.firstElementChild;
    const part = (name) => this.shown.querySelector(`[data-${name}]`);
    this.parts = Object.fromEntries(
      ["bar", "said", "problem", "cancel", "again"].map((name) => [name, part(name)]),
    );
    this.shown.querySelectorAll("[data-name]").forEach((each) => {
      each.textContent = file.name;
    });
    this.parts.bar.setAttribute("aria-label", file.name);
    this.parts.said.textContent = words.waiting;
    this.parts.cancel.addEventListener("click", () => this.cancel());
    this.parts.again.addEventListener("click", () => this.goOn());
    list.append(shown);
    this.upload = new tus.Upload(file, {
      endpoint: box.dataset.uploads,
      uploadUrl: arrivedOf(this.mark),
      chunkSize: PIECE,
      retryDelays: RETRY_AFTER,
      headers: { "X-CSRFToken": token },
      metadata: { filename: file.name, filetype: file.type, mark: this.mark },
      storeFingerprintForResuming: false,
      onShouldRetry: (error) => {
        const answer = error.originalResponse?.getStatus() ?? 0;
        const isWorthIt = !answer || answer >= 500 || answer === 409 || answer === 423;
        if (isWorthIt) this.parts.said.textContent = words.retrying;
        return isWorthIt;
      },
      onProgress: (sent, total) => this.progress(sent, total),
      onSuccess: () => this.attached(),
      onError: (error) => this.stopped(error),
    });
  }

  start() {
    this.state = "sending";
    this.upload.start();
  }

  goOn() {
    if (this.state !== "stopped") return;
    this.parts.problem.hidden = this.parts.again.hidden = true;
    this.state = "waiting";
    this.parts.said.textContent = words.waiting;
    this.parts.cancel.focus();
    next();
  }

  progress(sent, total) {
    this.parts.bar.value = total ? (100 * sent) / total : 0;
    this.parts.said.textContent =
      sent === total
        ? words.checking
        : fill(words.sent, { sent: megabytes(sent), total: megabytes(total) });
  }

  async attached() {
    this.state = "attached";
    await refresh();
    this.remove();
    say(fill(words.attached, { name: this.file.name }));
    next();
  }

  stopped(error) {
    const answer = error.originalResponse?.getStatus() ?? 0;
    let told = "";
    try {
      told = JSON.parse(error.originalResponse.getBody()).message;
    } catch {
      // No words came with it; ours have to do.
    }
    const canGoOn = !answer || answer >= 500 || answer === 409;
    this.state = canGoOn ? "stopped" : "refused";
    const own = { 0: words.line, 401: words.signedOut, 403: words.reload }[answer];
    const problem = told || own || words.failed;
    this.parts.said.textContent = "";
    this.parts.bar.hidden = !canGoOn;
    this.parts.problem.lastChild.textContent = problem;
    this.parts.problem.hidden = false;
    this.parts.again.hidden = !canGoOn;
    if (!canGoOn) this.parts.cancel.firstChild.textContent = words.dismiss;
    say(told ? problem : `${this.file.name}: ${problem}`);
    next();
  }

  async cancel() {
    const wasRefused = this.state === "refused";
    this.state = "cancelled";
    try {
      await this.upload.abort(!wasRefused);
    } catch {
      // The line is down: what has arrived goes by itself after a day.
    }
    this.remove();
    refresh();
    if (!wasRefused) say(fill(words.cancelled, { name: this.file.name }));
    input.focus();
    next();
  }

  remove() {
    if (this.shown.contains(document.activeElement)) input.focus();
    this.shown.remove();
    sendings.splice(sendings.indexOf(this), 1);
    heading.hidden = !sendings.length;
    tidy();
  }
}

// What is on the way is not listed as unfinished as well.
function tidy() {
  const known = new Set(sendings.map(({ mark }) => mark));
  const begun = [...document.querySelectorAll("[data-unfinished]")];
  begun.forEach((each) => {
    each.hidden = known.has(each.dataset.mark);
  });
  document.getElementById("unfinished").hidden = begun.every((each) => each.hidden);
}

// The address of what the server already has of this file, if it has any.
function arrivedOf(mark) {
  const found = [...document.querySelectorAll("[data-unfinished]")].find(
    (each) => each.dataset.mark === mark,
  );
  return found?.dataset.unfinished ?? null;
}

function next() {
  const busy = sendings.filter(({ state }) => state === "sending").length;
  sendings
    .filter(({ state }) => state === "waiting")
    .slice(0, Math.max(0, AT_ONCE - busy))
    .forEach((sending) => sending.start());
}

function add(files) {
  const known = new Set(sendings.map(({ mark }) => mark));
  const fresh = [...files].filter((file) => !known.has(markOf(file)));
  fresh.forEach((file) => sendings.push(new Sending(file)));
  heading.hidden = !sendings.length;
  tidy();
  if (fresh.length) {
    say(fresh.length === 1 ? fill(words.one, { name: fresh[0].name }) : fill(words.many, { n: fresh.length }));
  } else if (files.length) say(words.already);
  next();
}

// The page says best what is attached now: its own words replace those shown.
async function refresh() {
  try {
    const answer = await fetch(window.location.href, { redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    ["standing", "attached", "unfinished"].forEach((id) => {
      const now = page.getElementById(id);
      if (now) document.getElementById(id).replaceWith(document.adoptNode(now));
    });
    tidy();
  } catch {
    // It is attached all the same, and shown when the page is loaded again.
  }
}

input.addEventListener("change", () => {
  add(input.files);
  input.value = "";
});
// It is sent as soon as it is chosen, so there is nothing to press.
box.querySelector("[name='upload']").closest("div").hidden = true;
box.querySelectorAll("[data-with-script]").forEach((each) => {
  each.hidden = false;
});

// Dropping is an extra: choosing does all of it.
["dragenter", "dragover"].forEach((name) =>
  box.addEventListener(name, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    box.classList.add("portal-uploads--over");
  }),
);
["dragleave", "drop"].forEach((name) =>
  box.addEventListener(name, (event) => {
    if (name === "dragleave" && box.contains(event.relatedTarget)) return;
    box.classList.remove("portal-uploads--over");
  }),
);
box.addEventListener("drop", (event) => {
  if (!event.dataTransfer?.files.length) return;
  event.preventDefault();
  add(event.dataTransfer.files);
});

// Leaving stops what is on the way; the browser asks first.
window.addEventListener("beforeunload", (event) => {
  if (sendings.some(({ state }) => state === "waiting" || state === "sending")) event.preventDefault();
});

// The line is back: what it cut goes on.
window.addEventListener("online", () => {
  sendings.filter(({ state }) => state === "stopped").forEach((sending) => sending.goOn());
});
