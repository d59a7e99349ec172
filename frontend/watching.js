// A piece of a page that others change: asked for again every fifteen seconds while somebody looks
// at it, for as long as an approval can hold. Such asking keeps no session alive.
const WATCH_EVERY = 15000;
const WATCH_TIMES = 80;

function watch(piece) {
  let times = 0;
  const said = document.createElement("div");
  said.className = "govuk-visually-hidden";
  said.setAttribute("role", "status");
  piece.after(said);
  const ask = async () => {
    if (document.visibilityState === "hidden") return;
    times += 1;
    if (times > WATCH_TIMES) {
      clearInterval(asking);
      return;
    }
    try {
      const answer = await fetch(piece.dataset.watch, {
        headers: { "X-Watching": "1" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (text !== piece.dataset.shown) {
        piece.dataset.shown = text;
        piece.innerHTML = text;
        // Only what changes for the person is said aloud, not the minutes that pass.
        const news = piece.querySelector("[data-news]")?.textContent ?? "";
        if (news !== said.textContent) said.textContent = news;
      }
    } catch {
      clearInterval(asking);
    }
  };
  const asking = setInterval(ask, WATCH_EVERY);
  document.addEventListener("visibilitychange", ask);
}

document.querySelectorAll("[data-watch]").forEach(watch);
