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
