// What our pages add to GOV.UK Frontend. Every page works without this file.
// `GOVUK` holds the exports of govuk-frontend; build.mjs puts both into one module.

// A form sent twice by a double click is sent once.
function sendOnce(form) {
  let sentAt = 0;
  form.addEventListener("submit", (event) => {
    const now = Date.now();
    if (now - sentAt < 2000) event.preventDefault();
    sentAt = now;
  });
}

// "3 days left", in steps of minutes, never announced: the full date stands beside it.
function countDown(element) {
  const end = Date.parse(element.dataset.countdown);
  const skew = element.dataset.at ? Date.parse(element.dataset.at) - Date.now() : 0;
  const words = JSON.parse(element.dataset.words);
  const say = (template, ...counts) =>
    counts.reduce((text, count) => text.replace("%d", count), template);
  const piece = (name, count) => say(count === 1 ? words[name] : words[`${name}s`], count);
  const tick = () => {
    const minutes = Math.floor((end - Date.now() - skew) / 60000);
    if (end - Date.now() - skew <= 0) {
      element.textContent = words.over;
      return;
    }
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    let left = words.moments;
    if (days >= 2) left = piece("day", days);
    else if (days === 1) left = [piece("day", 1), hours && piece("hour", hours)].filter(Boolean).join(" ");
    else if (hours) {
      left = [piece("hour", hours), minutes % 60 && piece("minute", minutes % 60)]
        .filter(Boolean)
        .join(" ");
    } else if (minutes) left = piece("minute", minutes);
    element.textContent = minutes ? words.left.replace("%s", left) : left;
  };
  tick();
  setInterval(tick, 60000);
}

// Two minutes before the session ends, ask whether to stay signed in.
function warnOfTimeout(dialog) {
  let seconds = Number(dialog.dataset.seconds);
  const stay = dialog.querySelector("[data-stay]");
  const problem = dialog.querySelector("[data-problem]");
  let warning;
  const begin = () => {
    clearTimeout(warning);
    warning = setTimeout(() => dialog.showModal(), Math.max(0, seconds - 120) * 1000);
  };
  stay.addEventListener("click", async () => {
    try {
      const answer = await fetch(dialog.dataset.address, {
        headers: { "X-Requested-With": "XMLHttpRequest" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(answer.status);
      seconds = (await answer.json()).seconds;
      problem.hidden = true;
      dialog.close();
      begin();
    } catch {
      problem.hidden = false;
    }
  });
  dialog.addEventListener("close", begin);
  // A page that saves by itself is told each time how long the session now lasts.
  document.addEventListener("portal:session", ({ detail }) => {
    seconds = detail;
    if (!dialog.open) begin();
  });
  begin();
}

// How long a new password is, in words. Whether it is a common one, only the server knows.
function sayStrength(input) {
  const words = JSON.parse(input.dataset.strength);
  const said = document.createElement("div");
  said.className = "govuk-hint govuk-!-margin-top-1 govuk-!-margin-bottom-0";
  said.setAttribute("aria-live", "polite");
  input.closest(".govuk-form-group").append(said);
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const length = [...input.value].length;
      const fit = words.filter(([least]) => length >= least).pop();
      said.textContent = length && fit ? fit[1] : "";
    }, 500);
  });
}

// A word is whatever stands between spaces, as the server counts; GOV.UK Frontend would take
// "six-seven" for two and a dash between spaces for none.
const { updateCount } = GOVUK.CharacterCount.prototype;
GOVUK.CharacterCount.prototype.updateCount = function () {
  updateCount.call(this);
  if (this.config.countType === "words") {
    this.count = countWords(this.$textarea.value);
  }
};

document.querySelectorAll("input[data-strength]").forEach(sayStrength);
document.querySelectorAll("form[method='post' i]").forEach(sendOnce);
document.querySelectorAll("form[data-leaves]").forEach(forgetOnLeaving);
document.querySelectorAll("[data-countdown]").forEach(countDown);
document.querySelectorAll("dialog[data-seconds]").forEach(warnOfTimeout);
if (window.matchMedia("(max-width: 40em)").matches) {
  // The results come first; the filters are one press away.
  document.querySelectorAll("[data-closed-on-phones='yes']").forEach((part) => {
    part.open = false;
  });
}
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
GOVUK.initAll();
