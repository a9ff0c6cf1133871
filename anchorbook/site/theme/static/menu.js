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

  // Escape takes away what shows on hover and focus, until the next move.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { root.classList.add("tips-off"); }
  });
  ["focusin", "pointerover"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      root.classList.remove("tips-off");
      var claim = event.target.closest && event.target.closest(".claim");
      if (claim && !(event.target.closest(".tip"))) { last = claim; place(claim); }
    });
  });
  var last = null;
  window.addEventListener("scroll", function () { if (last) { place(last); } }, { passive: true });
  // A tip touches its number, within the window, so that a pointer can move onto it.
  function place(claim) {
    var tip = claim.querySelector(".tip"), number = claim.querySelector("a").getBoundingClientRect(), edge = 8;
    tip.style.position = "fixed";
    tip.style.left = tip.style.top = "0";
    tip.style.bottom = "auto";
    var size = tip.getBoundingClientRect();
    tip.style.left = Math.max(edge, Math.min(number.left, document.documentElement.clientWidth - size.width - edge)) + "px";
    var top = number.top >= size.height ? number.top - size.height : number.bottom;
    tip.style.top = Math.max(0, Math.min(top, window.innerHeight - size.height)) + "px";
  }

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
  // Another page of the book chose a theme, or cleared the choice; or this page comes back with an old one.
  function follow() {
    var kept = null;
    try { kept = localStorage.getItem("anchorbook-theme"); } catch (error) { return; }
    if (kept === "light" || kept === "dark") { root.dataset.theme = kept; } else { delete root.dataset.theme; }
    show();
  }
  window.addEventListener("storage", function (event) { if (event.key === "anchorbook-theme" || event.key === null) { follow(); } });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { follow(); } });
  show();

  // Words to look for stay behind the "#": no browser sends that part of an address to the host.
  var search = document.querySelector(".site-search");
  search.addEventListener("submit", function (event) {
    event.preventDefault();
    location.href = search.action.split("#")[0] + "#" + new URLSearchParams({ q: search.querySelector("input").value });
  });

  // Tables and code wider than the screen scroll; a keyboard must reach them to do so.
  var boxes = Array.prototype.filter.call(document.querySelectorAll("main .scroll, main pre"), function (box) { return !box.hasAttribute("tabindex"); });
  // The table's own name: its caption, its label, or the heading that it points to.
  function nameOf(box) {
    var table = box.querySelector("table"), by = table && document.getElementById(table.getAttribute("aria-labelledby") || "");
    return !table ? "" : table.caption ? table.caption.textContent.trim() : table.getAttribute("aria-label") || (by ? by.textContent.trim() : "");
  }
  function reach() {
    var names = {};
    boxes.forEach(function (box, number) {
      if (box.scrollWidth <= box.clientWidth + 1) {
        if (box !== document.activeElement) { ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); }); }
        return;
      }
      var name = nameOf(box) || (box.tagName === "PRE" ? "Code " : "Table ") + (number + 1);
      names[name] = (names[name] || 0) + 1;
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", names[name] > 1 ? name + " (" + names[name] + ")" : name);
    });
  }
  // A turned phone, larger text, and a part that is opened: what fits now may not fit then.
  var soon = 0;
  function later() { window.cancelAnimationFrame(soon); soon = window.requestAnimationFrame(reach); }
  window.addEventListener("resize", later);
  document.addEventListener("toggle", later, true);
  reach();
})();
