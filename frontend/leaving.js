// Signing out leaves nothing in this browser: the words of a draft that had not reached the server
// go too. Where there are some, the page that asks before comes first. The server says the same by
// a header of its answer, for browsers in which this did not run.
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
  const warning = form.parentElement.querySelector("[data-unsent]");
  if (warning) keptEntries().then((count) => (warning.hidden = !count));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const kept = warning ? 0 : await keptEntries().catch(() => 0);
    if (kept) {
      location.assign(form.action);
      return;
    }
    new BroadcastChannel("portal").postMessage("signed out");
    globalThis.indexedDB?.deleteDatabase(KEPT_WORDS);
    form.submit();
  });
}
