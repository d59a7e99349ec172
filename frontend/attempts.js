// Attempts to submit that failed: their tokens are kept in this browser, and nothing of the bid.
// Before a press a note of it is kept, so that one that never reached the portal leaves a trace;
// on return the portal says what became of it, and signs that it was told.

const KEPT_ATTEMPTS = "portal-attempts";
const MOST_ATTEMPTS = 20;

function attempts(change) {
  let kept = [];
  try {
    kept = JSON.parse(localStorage.getItem(KEPT_ATTEMPTS) || "[]");
    if (!Array.isArray(kept)) kept = [];
    if (change) {
      kept = change(kept).slice(-MOST_ATTEMPTS);
      localStorage.setItem(KEPT_ATTEMPTS, JSON.stringify(kept));
    }
  } catch {
    // A browser that keeps nothing still shows the token on the page.
  }
  return kept;
}

const isNote = (entry, bid) => entry.bid === bid && !entry.token;

function keepToken(bid, token) {
  attempts((kept) => [
    ...kept.filter((entry) => !isNote(entry, bid) && entry.token !== token),
    { bid, token, at: new Date().toISOString() },
  ]);
}

// The page that answered a press with a token: it replaces the note of the press.
function keepShownToken(element) {
  keepToken(element.dataset.bid, element.value);
}

// The receipt: whatever was noted of this bid has arrived.
function forgetNotes(element) {
  attempts((kept) => kept.filter((entry) => !isNote(entry, element.dataset.attemptDone)));
}

function notePress(holder) {
  holder.querySelector("form")?.addEventListener("submit", (event) => {
    const press = event.target.elements.key?.value;
    if (!press) return;
    const note = { bid: holder.dataset.bid, press, at: new Date().toISOString() };
    attempts((kept) => [...kept.filter((entry) => entry.press !== press), note]);
  });
}

async function showAttempts(section) {
  const bid = section.dataset.attempts;
  const words = JSON.parse(section.dataset.words);
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const note of attempts().filter((entry) => isNote(entry, bid))) {
    if (!csrf) break;
    const body = new URLSearchParams({ press: note.press, claimed: note.at });
    try {
      const answer = await fetch(section.dataset.address, {
        method: "POST",
        headers: { "X-CSRFToken": csrf },
        body,
        redirect: "error",
      });
      if (!answer.ok) break;
      const { became, token } = await answer.json();
      section.querySelector("[data-said]").textContent = words[became];
      section.hidden = false;
      attempts((kept) => kept.filter((entry) => entry.press !== note.press));
      if (token) keepToken(bid, token);
    } catch {
      break; // still out of reach: the note stays
    }
  }
  const tokens = attempts().filter((entry) => entry.bid === bid && entry.token);
  if (!tokens.length) return;
  const list = section.querySelector("[data-kept]");
  for (const [number, entry] of tokens.entries()) {
    const item = list.appendChild(document.createElement("li"));
    const label = item.appendChild(document.createElement("label"));
    label.className = "govuk-label";
    label.htmlFor = `kept-attempt-${number}`;
    label.textContent = words.token.replace("%s", new Date(entry.at).toLocaleString());
    const box = item.appendChild(document.createElement("textarea"));
    box.className = "govuk-textarea portal-code";
    box.id = label.htmlFor;
    box.rows = 5;
    box.readOnly = true;
    box.value = entry.token;
  }
  section.hidden = false;
}

document.querySelectorAll("[data-attempt-token]").forEach(keepShownToken);
document.querySelectorAll("[data-attempt-done]").forEach(forgetNotes);
document.querySelectorAll("[data-attempt-form]").forEach(notePress);
document.querySelectorAll("[data-attempts]").forEach(showAttempts);
