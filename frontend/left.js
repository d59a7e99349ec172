// Words that pages which are no more had not sent: offered to be read, put back or thrown away.
class LeftWords {
  constructor(draft) {
    this.draft = draft;
    this.journal = draft.journal;
    this.fields = draft.fields;
  }

  async offer() {
    try {
      if (!(await this.journal.open())) return;
      await this.draft.keep(); // what was typed while it opened
      this.found = await this.journal.left();
      this.offerNext();
    } catch {
      // No key: nothing is kept in this browser, and the line says so when it matters.
    }
  }

  offerNext() {
    const entry = this.found.pop();
    if (!entry) return;
    if (this.hasArrived(entry)) {
      this.journal.drop(entry.id);
      return this.offerNext();
    }
    const { words: known, spoken, form } = this.draft;
    const now = this.fields.words(this.fields.values());
    const count = countNewWords(now, this.fields.words(entry.values));
    const offer = document.querySelector("[data-kept]").content.firstElementChild.cloneNode(true);
    const kind = { 0: "kept_none", 1: "kept_one" }[count] ?? "kept";
    const words = filled(known[kind], count) + filled(known.kept_when, moment(new Date(entry.at)));
    offer.querySelector("[data-kept-words]").textContent = words;
    offer.querySelector("[data-kept-text]").textContent = this.fields.text(entry.values);
    const done = () => {
      offer.remove();
      this.fields.all[0].focus();
      this.offerNext();
    };
    offer.querySelector("[data-put-back]").addEventListener("click", async () => {
      if (await this.putBack(entry)) done();
    });
    offer.querySelector("[data-throw-away]").addEventListener("click", async () => {
      await this.journal.drop(entry.id);
      done();
    });
    form.before(offer);
    spoken.textContent = words;
  }

  // The page shows it, it was sent in another way, or a later save of its page was the last word.
  hasArrived(entry) {
    if (this.fields.areThere(entry.values)) return true;
    const typed = this.fields.words(entry.values).trim();
    const sent = [...document.querySelectorAll("[data-sent]")].map((each) => each.textContent);
    if (typed && sent.some((each) => each.trim() === typed)) return true;
    const [tab, turn] = (this.draft.root.dataset.over ?? "").split(" ");
    return entry.tab === tab && entry.after < Number(turn);
  }

  // As if the page that is no more had sent it now: what changed meanwhile is brought together.
  async putBack(entry) {
    const { draft } = this;
    await draft.save();
    const data = new FormData(draft.form);
    const late = { ...entry.values, shown: entry.shown };
    if (entry.base !== undefined) late.base = entry.base;
    for (const [name, value] of Object.entries(late)) {
      data.delete(name);
      for (const each of [value].flat()) data.append(name, each);
    }
    data.set("tab", freshTab());
    let answer;
    try {
      answer = await draft.sender.send(data);
    } catch {
      draft.say("offline");
      return false;
    }
    if (answer.outcome === "saved") {
      const merged = answer.values !== undefined;
      answer.values ??= entry.values;
      draft.told(answer, this.fields.values(), merged);
    } else if (answer.outcome === "changed") {
      this.fields.put(entry.values);
      draft.form.elements.shown.value = entry.shown;
      if (entry.base !== undefined) draft.form.elements.base.value = entry.base;
      draft.failed("changed", answer);
    } else {
      draft.failed(answer.outcome, answer);
      return false;
    }
    await this.journal.drop(entry.id);
    return true;
  }
}
