// What was typed and has not reached the server, kept in this browser: for a line that goes, a
// session that ends, a browser that crashes. Encrypted with a key that only the signed-in session
// hands out, which lives in this page's memory alone. Gone once it arrived, and at sign-out.
const JOURNAL = "portal-journal";
const LONGEST_KEPT = 30 * 24 * 3600 * 1000;
const tabLock = (tab) => `portal-tab-${tab}`;

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

class Journal {
  // `name` says whose words for which page; `keyOf(id)` asks the session for a key.
  constructor(name, tab, keyOf) {
    this.tab = tab;
    this.keyOf = keyOf;
    this.keys = new Map();
    this.plainName = name;
    this.last = Promise.resolve();
  }

  // Answers whether words can be kept here: not in a private window without storage, for example.
  async open() {
    if (!globalThis.indexedDB || !globalThis.crypto?.subtle) return false;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(this.plainName));
    this.name = btoa(String.fromCharCode(...new Uint8Array(digest)));
    await this.key("");
    const request = indexedDB.open(JOURNAL, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("entries", { keyPath: "id" });
    this.database = await asked(request);
    this.database.onversionchange = () => this.close();
    // Held as long as this page lives, so that another one does not take its words for lost.
    navigator.locks?.request(tabLock(this.tab), () => new Promise(() => {}));
    return true;
  }

  // Signed out: nothing more is written here.
  close() {
    this.database?.close();
    this.database = null;
    this.keys.clear();
  }

  async key(id) {
    if (!this.keys.has(id)) {
      const told = await this.keyOf(id);
      const usage = ["encrypt", "decrypt"];
      const key = await crypto.subtle.importKey("raw", fromBase64(told.key), "AES-GCM", false, usage);
      this.keys.set(told.id, key);
      if (!id) this.newest = told.id;
    }
    return this.keys.get(id || this.newest);
  }

  store(mode) {
    const transaction = this.database.transaction("entries", mode, { durability: "strict" });
    return [transaction.objectStore("entries"), transaction];
  }

  // One after the other: a slow write must not end behind a later one.
  inTurn(act) {
    this.last = this.last.then(act).catch(() => false);
    return this.last;
  }

  keep(content) {
    return this.inTurn(async () => {
      if (!this.database) return false;
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const key = await this.key(this.newest);
      const plain = new TextEncoder().encode(JSON.stringify(content));
      const sealed = await crypto.subtle.encrypt(this.cipher(iv), key, plain);
      if (!this.database) return false;
      const [store, transaction] = this.store("readwrite");
      const facts = { id: `${this.name} ${this.tab}`, name: this.name, tab: this.tab };
      store.put({ ...facts, key: this.newest, at: Date.now(), iv, sealed });
      await finished(transaction);
      return true;
    });
  }

  drop(id = `${this.name} ${this.tab}`) {
    return this.inTurn(async () => {
      if (!this.database) return;
      const [store, transaction] = this.store("readwrite");
      store.delete(id);
      await finished(transaction);
    });
  }

  // What pages that are no more have left for this one: the latest last.
  async left() {
    if (!this.database) return [];
    const entries = await asked(this.store("readonly")[0].getAll());
    const held = (await navigator.locks?.query())?.held.map((lock) => lock.name) ?? [];
    const found = [];
    for (const entry of entries) {
      if (Date.now() - entry.at > LONGEST_KEPT) await this.drop(entry.id);
      else if (entry.name === this.name && !held.includes(tabLock(entry.tab))) {
        const content = await this.read(entry).catch(() => null);
        if (content) found.push({ id: entry.id, at: entry.at, tab: entry.tab, ...content });
        else await this.drop(entry.id);
      }
    }
    return found.sort((one, other) => one.at - other.at);
  }

  async read(entry) {
    const key = await this.key(entry.key);
    const plain = await crypto.subtle.decrypt(this.cipher(entry.iv), key, entry.sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  }

  // An entry moved under another name does not open.
  cipher(iv) {
    return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(this.name) };
  }
}
