// Light, dark or as the system says, as chosen on the chat page too. One rule: it runs before the first paint.
(() => {
  try {
    const kept = localStorage.getItem("theme");
    if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  } catch { /* no storage: as the system says */ }
})();
