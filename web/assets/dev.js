// Development builds only: reloads the page when a new build has replaced the one that is shown.
(() => {
  const boot = () => document.querySelector('script[src^="/boot-"]')?.getAttribute("src");
  const shown = boot();
  setInterval(async () => {
    try {
      const page = await (await fetch("/", { cache: "no-store" })).text();
      if (page.includes("/boot-") && !page.includes(shown)) location.reload();
    } catch {
      // The server is restarting.
    }
  }, 1500);
})();
