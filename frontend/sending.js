// Posting what is typed, as the session now is. `root` is the page's line, with the addresses.
const PATIENCE = 15_000; // with the server

class Sender {
  constructor(root) {
    this.root = root;
  }

  // Answers what the server said.
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
}
