// Runs before the first paint, so that the saved theme and density do not flash. A file, not inline: the content security policy.
(() => {
  const root = document.documentElement;
  try {
    const theme = localStorage.getItem("kept.theme");
    const density = localStorage.getItem("kept.density");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (density === "compact" || density === "comfortable") root.dataset.density = density;
  } catch {
    // Storage is blocked: the system's theme and the compact density stay.
  }
})();
