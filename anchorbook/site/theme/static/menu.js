// The menu button on small screens, and the switch between light and dark.
(function () {
  "use strict";
  var root = document.documentElement;

  var menuButton = document.querySelector("[data-menu-button]");
  var menu = document.querySelector("[data-menu]");
  menuButton.hidden = false;
  function setMenu(open) {
    menuButton.setAttribute("aria-expanded", String(open));
    menu.classList.toggle("open", open);
  }
  menuButton.addEventListener("click", function () {
    setMenu(menuButton.getAttribute("aria-expanded") !== "true");
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && menu.classList.contains("open")) { setMenu(false); menuButton.focus(); }
  });

  var themeButton = document.querySelector("[data-theme-button]");
  var label = themeButton.querySelector("[data-theme-label]");
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function current() { return root.dataset.theme || (dark.matches ? "dark" : "light"); }
  function show() { label.textContent = current() === "dark" ? "Light mode" : "Dark mode"; }
  themeButton.hidden = false;
  themeButton.addEventListener("click", function () {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    try { localStorage.setItem("anchorbook-theme", root.dataset.theme); } catch (error) { /* storage switched off */ }
    show();
  });
  dark.addEventListener("change", show);
  show();

  // Tables and code wider than the screen scroll; a keyboard must reach them to do so.
  document.querySelectorAll("main .scroll, main pre").forEach(function (box, number) {
    if (box.scrollWidth > box.clientWidth + 1 && !box.hasAttribute("tabindex")) {
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      var caption = box.querySelector("caption");
      box.setAttribute("aria-label", caption ? caption.textContent : (box.tagName === "PRE" ? "Code " : "Table ") + (number + 1));
    }
  });
})();
