// Saves a page of a draft while somebody types, and loses nothing when that does not work. Every
// page works without this file: it adds to the Save button and takes nothing from it.
const PAUSE = 2000; // after the last key
const LONGEST_WAIT = 10_000; // while somebody types on and on
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
    this.fields = new Fields(this.form);
    this.sender = new Sender(root);
    this.tab = freshTab();
    this.turn = 0;
    this.typedAfter = 0; // the last key came after this of its saves
    this.failures = 0;
    this.reached = this.fields.values();
    this.journal = new Journal(
      `${root.dataset.writer} ${location.pathname}`,
      this.tab,
      (id) => this.sender.keys(id),
    );
  }

  begin() {
    const button = this.form.querySelector("button");
    (button.closest(".govuk-button-group") ?? button).before(this.root);
    this.root.hidden = false;
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("focusout", () => this.save());
    const forgets = document.querySelectorAll("form[data-forgets]");
    for (const form of [this.form, ...forgets]) this.knowAgain(form);
    for (const form of forgets) form.addEventListener("submit", () => this.journal.drop());
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
    new LeftWords(this).offer();
  }

  // Whatever is sent from here on says from which page it comes, and its how manieth word it is.
  knowAgain(form) {
    form.addEventListener("formdata", (event) => {
      this.turn += 1;
      event.formData.set("tab", this.tab);
      event.formData.set("turn", this.turn);
    });
    form.addEventListener("submit", (event) => {
      this.leaving = !event.defaultPrevented;
      clearTimeout(this.timer);
    });
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

  get isBehind() {
    return JSON.stringify(this.fields.values()) !== JSON.stringify(this.reached);
  }

  typed() {
    this.typedAfter = this.turn;
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
      values: this.fields.values(),
      after: this.typedAfter,
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
    const sent = this.fields.values();
    this.behindSince = null;
    try {
      this.told(await this.sender.send(new FormData(this.form), last), sent);
    } catch {
      this.failed("offline");
    }
    this.busy = false;
    if (this.again) this.save();
  }

  told(answer, sent, merged = answer.values !== undefined) {
    this.heard(answer);
    if (answer.outcome !== "saved") return this.failed(answer.outcome, answer);
    this.failures = 0;
    this.reached = sent;
    this.stands(answer);
    if (!this.isBehind) this.journal.drop();
    if (answer.standby) this.say("uncounted", answer.standby);
    else this.say(merged ? "merged" : "saved", answer.at);
  }

  // The page now stands over what the server has, unless somebody typed on: then the next save
  // brings it together.
  stands(answer) {
    if (answer.values && this.isBehind) return;
    this.form.elements.shown.value = answer.shown;
    if (answer.base !== undefined) this.form.elements.base.value = answer.base;
    if (!answer.values) return;
    this.fields.put(answer.values);
    this.reached = this.fields.values();
    this.recount();
  }

  recount() {
    for (const field of this.fields.all) field.dispatchEvent(new Event("keyup"));
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
}

document.querySelectorAll("[data-writing]").forEach((root) => new Draft(root).begin());
