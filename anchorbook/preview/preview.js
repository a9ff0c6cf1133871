// Shows a page anew when what it is made from has changed. Served by `anchorbook preview` only.
(() => {
  "use strict";
  const shown = document.currentScript.dataset.state;
  const address = "/_preview/state?page=" + encodeURIComponent(decodeURIComponent(location.pathname));
  const PAUSE = 400;
  const look = async () => {
    try {
      const answer = await fetch(address);
      if (answer.ok) {
        const now = await answer.text();
        if (now && now !== shown) return location.reload(); // the browser keeps the place on the page
      }
    } catch {
      // the preview has been stopped, or starts again
    }
    setTimeout(look, PAUSE);
  };
  setTimeout(look, PAUSE);
})();
