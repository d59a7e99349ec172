// Signing out leaves nothing in this browser: the words of a draft that had not reached the server
// go too. The page asks before, where there are some. The server says the same by a header.
const KEPT_WORDS = "portal-journal";

async function keptEntries() {
  const databases = (await globalThis.indexedDB?.databases?.()) ?? [];
  if (!databases.some(({ name }) => name === KEPT_WORDS)) return 0;
  return new Promise((resolve) => {
    const request = indexedDB.open(KEPT_WORDS);
    request.onerror = () => resolve(0);
    request.onsuccess = () => {
      const database = request.result;
      const done = (count) => {
        database.close();
        resolve(count);
      };
      if (!database.objectStoreNames.contains("entries")) return done(0);
      const count = database.transaction("entries").objectStore("entries").count();
      count.onsuccess = () => done(count.result);
      count.onerror = () => done(0);
    };
  });
}

function forgetOnLeaving(form) {
  const warning = document.querySelector("[data-unsent]");
  keptEntries().then((count) => warning && (warning.hidden = !count));
  form.addEventListener("submit", () => {
    new BroadcastChannel("portal").postMessage("signed out");
    globalThis.indexedDB?.deleteDatabase(KEPT_WORDS);
  });
}
