// Saves a page of a draft while somebody types, and loses nothing when that does not work. Every
// page works without this file: it adds to the Save button and takes nothing from it.
const PAUSE = 2000; // after the last key
const LONGEST_WAIT = 10_000; // while somebody types on and on
const PATIENCE = 15_000; // with the server
const RETRIES = [5000, 10_000, 20_000, 30_000];
const ASKED_OFTEN_ENOUGH = 20_000; // between two questions who else is here
const AWAY = 120_000; // whoever does nothing for so long is not writing
const HOPELESS = ["closed", "refused", "somebody_else"];

function freshTab() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function filled(template, word) {
  return template.replace("%s", () => word);
}

// Change a field where the new value differs, so that whoever is typing stays where they are.
function take(field, value) {
  const before = field.value;
  if (before === value) return;
  let start = 0;
  while (start < Math.min(before.length, value.length) && before[start] === value[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, value.length) - start;
  while (end < most && before.at(-1 - end) === value.at(-1 - end)) end += 1;
  field.setRangeText(value.slice(start, value.length - end), start, before.length - end, "preserve");
}

// 5 June 2026, 2:30pm: as the server says it.
function moment(instant) {
  const [language, timeZone] = [document.documentElement.lang, "Europe/London"];
  const day = instant.toLocaleDateString(language, { dateStyle: "long", timeZone });
  const clock = { hour: "numeric", minute: "2-digit", hour12: true, timeZone };
  return `${day}, ${instant.toLocaleTimeString(language, clock).replace(/\s/g, "")}`;
}

class Draft {
  constructor(root) {
    this.root = root;
    this.form = root.parentElement.querySelector("form[method='post' i]");
    this.words = JSON.parse(root.dataset.words);
    this.line = root.querySelector("[data-line]");
    this.spoken = root.querySelector("[data-spoken]");
    this.fields = [...this.form.elements].filter((field) =>
      field.matches("textarea, input[type='text']"),
    );
    this.tab = freshTab();
    this.turn = 0;
    this.failures = 0;
    this.reached = this.values();
    this.journal = new Journal(
      `${root.dataset.writer} ${location.pathname}`,
      this.tab,
      (id) => this.keys(id),
    );
  }

  begin() {
    const button = this.form.querySelector("button");
    (button.closest(".govuk-button-group") ?? button).before(this.root);
    this.root.hidden = false;
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("focusout", () => this.save());
    this.form.addEventListener("formdata", (event) => {
      this.turn += 1;
      event.formData.set("tab", this.tab);
      event.formData.set("turn", this.turn);
    });
    this.form.addEventListener("submit", (event) => {
      this.leaving = !event.defaultPrevented;
      clearTimeout(this.timer);
    });
    window.addEventListener("pageshow", () => (this.leaving = false));
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.save({ last: true });
      else if (this.isBehind) this.save();
    });
    window.addEventListener("pagehide", () => this.save({ last: true }));
    for (const event of ["online", "focus"]) {
      window.addEventListener(event, () => this.failures && this.save());
    }
    new BroadcastChannel("portal").addEventListener("message", ({ data }) => {
      if (data === "signed out") this.journal.close();
    });
    this.here = document.querySelector("[data-here]");
    if (this.here) this.form.before(this.here);
    this.activeAt = Date.now();
    for (const event of ["input", "pointerdown", "keydown", "scroll"]) {
      document.addEventListener(event, () => (this.activeAt = Date.now()), { passive: true });
    }
    this.beHere();
    setInterval(() => this.beHere(), ASKED_OFTEN_ENOUGH);
    this.offerWhatWasLeft();
  }

  // Whoever does nothing for a while is not here, and their session may end.
  async beHere() {
    if (!this.root.dataset.presence) return; // nobody else writes here
    if (document.hidden || this.busy || Date.now() - this.activeAt > AWAY) return;
    const data = new FormData();
    data.set("part", this.root.dataset.part);
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    try {
      const answer = await fetch(this.root.dataset.presence, {
        method: "POST",
        body: new URLSearchParams(data),
        headers: { Accept: "application/json" },
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.ok) this.heard(await answer.json());
    } catch {
      // Saving tells of a line that is gone.
    }
  }

  // What every answer says of the session, and of who else is here.
  heard(answer) {
    if (answer.seconds) {
      document.dispatchEvent(new CustomEvent("portal:session", { detail: answer.seconds }));
    }
    if (typeof answer.here !== "string" || answer.here === this.here.textContent) return;
    this.here.textContent = answer.here;
    this.here.hidden = !answer.here;
    if (answer.here) this.spoken.textContent = answer.here;
  }

  values() {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.value]));
  }

  get isBehind() {
    return JSON.stringify(this.values()) !== JSON.stringify(this.reached);
  }

  typed() {
    if (this.isOver) return this.keep();
    this.behindSince ??= Date.now();
    this.keepSoon ??= setTimeout(() => {
      this.keepSoon = null;
      this.keep();
    }, 300);
    clearTimeout(this.timer);
    const left = this.behindSince + LONGEST_WAIT - Date.now();
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, left)));
  }

  // In this browser, until it has reached the server.
  async keep() {
    if (!this.isBehind) return;
    this.isKept = await this.journal.keep({
      values: this.values(),
      base: this.form.elements.base?.value,
      shown: this.form.elements.shown.value,
    });
  }

  async save({ last = false } = {}) {
    clearTimeout(this.timer);
    if (this.isOver || this.leaving || !this.isBehind) return;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.again = false;
    const sent = this.values();
    this.behindSince = null;
    try {
      this.told(await this.send(new FormData(this.form), last), sent);
    } catch {
      this.failed("offline");
    }
    this.busy = false;
    if (this.again) this.save();
  }

  // Post to the server, as the session now is; answers what it said.
  async send(data, last = false, tries = 2) {
    data.set("writer", this.root.dataset.writer);
    data.set("later", "1");
    const body = new URLSearchParams(data);
    const answer = await fetch(this.root.dataset.autosave, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "error",
      keepalive: last && body.toString().length < 60_000,
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 401) return { outcome: "signed_out" };
    const isJson = answer.headers.get("Content-Type")?.includes("json");
    if (answer.ok && isJson) return answer.json();
    if (answer.status === 403 && isJson && tries > 1) {
      // Somebody signed in again in another tab, which made the token of this page an old one.
      const told = await this.keys("");
      if (told.outcome) return told;
      data.set("csrfmiddlewaretoken", told.token);
      return this.send(data, last, tries - 1);
    }
    if ([403, 404].includes(answer.status)) return { outcome: "refused" };
    throw new Error(answer.status);
  }

  // The session's token and the journal's key; an outcome where nobody is signed in.
  async keys(id) {
    const answer = await fetch(`${this.root.dataset.keys}?key=${encodeURIComponent(id)}`, {
      headers: { Accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 401) return { outcome: "signed_out" };
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    if (told.writer !== this.root.dataset.writer) return { outcome: "somebody_else" };
    for (const field of document.querySelectorAll("input[name='csrfmiddlewaretoken']")) {
      field.value = told.token;
    }
    return told;
  }

  told(answer, sent) {
    this.heard(answer);
    if (answer.outcome !== "saved") return this.failed(answer.outcome, answer);
    this.failures = 0;
    this.reached = sent;
    this.stands(answer);
    if (!this.isBehind) this.journal.drop();
    if (answer.standby) this.say("uncounted", answer.standby);
    else this.say(answer.values ? "merged" : "saved", answer.at);
  }

  // The page now stands over what the server has, unless somebody typed on: then the next save
  // brings it together.
  stands(answer) {
    if (answer.values && this.isBehind) return;
    this.form.elements.shown.value = answer.shown;
    if (answer.base !== undefined) this.form.elements.base.value = answer.base;
    if (!answer.values) return;
    for (const field of this.fields) {
      if (field.name in answer.values) take(field, answer.values[field.name]);
    }
    this.reached = this.values();
    this.recount();
  }

  recount() {
    for (const field of this.fields) field.dispatchEvent(new Event("keyup"));
    this.form.dispatchEvent(new CustomEvent("portal:words", { bubbles: true }));
  }

  failed(outcome, answer = {}) {
    this.failures += 1;
    if (HOPELESS.includes(outcome) || outcome === "changed") this.isOver = true;
    else if (outcome !== "wrong") {
      const wait = RETRIES[Math.min(this.failures, RETRIES.length) - 1];
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), wait);
    }
    this.keep().then(() => {
      const unkept = outcome === "offline" && !this.isKept;
      this.say(unkept ? "unkept" : outcome, answer.by ?? answer.message ?? "");
    });
  }

  // Seen each time; heard when the news is another than before.
  say(kind, word = "") {
    const known = this.words[kind] ?? this.words.offline;
    this.line.replaceChildren(filled(known, word));
    this.line.classList.toggle("portal-writing__line--problem", !["saved", "merged"].includes(kind));
    if (kind === "signed_out") {
      const link = document.createElement("a");
      link.className = "govuk-link";
      link.href = this.root.dataset.signIn;
      link.target = "_blank";
      link.textContent = this.words.sign_in;
      this.line.append(" ", link);
    }
    if (kind !== this.saidLast) this.spoken.textContent = this.line.textContent;
    this.saidLast = kind;
  }

  async offerWhatWasLeft() {
    try {
      if (!(await this.journal.open())) return;
      await this.keep(); // what was typed while it opened
      this.found = await this.journal.left();
      this.offerNext();
    } catch {
      // No key: nothing is kept in this browser, and the line says so when it matters.
    }
  }

  offerNext() {
    const entry = this.found.pop();
    if (!entry) return;
    const text = (values) => Object.values(values).join("\n");
    const sent = [...document.querySelectorAll("[data-sent]")].map((each) => each.textContent);
    if (sent.some((each) => each.trim() === text(entry.values).trim())) {
      this.journal.drop(entry.id);
      return this.offerNext();
    }
    const count = countNewWords(text(this.values()), text(entry.values));
    if (!count && JSON.stringify(entry.values) === JSON.stringify(this.values())) {
      this.journal.drop(entry.id);
      return this.offerNext();
    }
    const offer = document.querySelector("[data-kept]").content.firstElementChild.cloneNode(true);
    const kind = { 0: "kept_none", 1: "kept_one" }[count] ?? "kept";
    const words =
      filled(this.words[kind], count) + filled(this.words.kept_when, moment(new Date(entry.at)));
    offer.querySelector("[data-kept-words]").textContent = words;
    offer.querySelector("[data-kept-text]").textContent = text(entry.values);
    const done = () => {
      offer.remove();
      this.fields[0].focus();
      this.offerNext();
    };
    offer.querySelector("[data-put-back]").addEventListener("click", async () => {
      if (await this.putBack(entry)) done();
    });
    offer.querySelector("[data-throw-away]").addEventListener("click", async () => {
      await this.journal.drop(entry.id);
      done();
    });
    this.form.before(offer);
    this.spoken.textContent = words;
  }

  // As if the page that is no more had sent it now: what changed meanwhile is brought together.
  async putBack(entry) {
    await this.save();
    const data = new FormData(this.form);
    const late = { ...entry.values, shown: entry.shown };
    if (entry.base !== undefined) late.base = entry.base;
    for (const [name, value] of Object.entries(late)) data.set(name, value);
    data.set("tab", freshTab());
    let answer;
    try {
      answer = await this.send(data);
    } catch {
      this.say("offline");
      return false;
    }
    if (answer.outcome === "saved") {
      answer.values ??= entry.values;
      this.told(answer, this.values());
    } else if (answer.outcome === "changed") {
      for (const field of this.fields) field.value = entry.values[field.name] ?? field.value;
      this.form.elements.shown.value = entry.shown;
      if (entry.base !== undefined) this.form.elements.base.value = entry.base;
      this.failed("changed", answer);
    } else {
      this.failed(answer.outcome, answer);
      return false;
    }
    await this.journal.drop(entry.id);
    return true;
  }
}

// The words of the limit, in the bar that is always in view.
function showWords(said) {
  const box = document.querySelector("main textarea[name='text']");
  if (!box) return;
  const limit = Number(said.dataset.limit);
  const show = () => {
    const count = countWords(box.value);
    said.textContent = filled(said.dataset.template, count);
    said.classList.toggle("portal-bar__piece--over", count > limit);
  };
  box.addEventListener("input", show);
  document.addEventListener("portal:words", show);
  show();
}

// What is focused is scrolled to stand below the bar, however high that is.
function leaveRoom(bar) {
  const room = () => {
    const isSticky = getComputedStyle(bar).position === "sticky";
    const height = Math.ceil(bar.getBoundingClientRect().height) + 8;
    document.documentElement.style.scrollPaddingTop = isSticky ? `${height}px` : "";
  };
  new ResizeObserver(room).observe(bar);
  window.addEventListener("resize", room);
}

document.querySelectorAll("[data-bar]").forEach(leaveRoom);
document.querySelectorAll("[data-bar-words]").forEach(showWords);
document.querySelectorAll("[data-writing]").forEach((root) => new Draft(root).begin());
