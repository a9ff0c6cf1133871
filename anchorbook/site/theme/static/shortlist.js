// The shortlist: ids of cases that a person has put aside. It stays in this browser and is sent to nobody.
(function () {
  "use strict";
  var KEY = "anchorbook-shortlist";
  var memory = [];  // where storage is switched off or full, the list lasts as long as the page
  var off = false;

  function read() {
    if (off) { return memory; }
    try {
      var kept = JSON.parse(localStorage.getItem(KEY) || "[]");
      return Array.isArray(kept) ? kept.filter(function (id) { return typeof id === "string" && /^[a-z0-9-]{1,100}$/.test(id); }) : [];
    } catch (error) { return memory; }
  }
  function write(ids) {
    memory = ids;
    try {
      if (ids.length) { localStorage.setItem(KEY, JSON.stringify(ids)); } else { localStorage.removeItem(KEY); }
      off = false;
    } catch (error) { off = true; }
    show();
    document.dispatchEvent(new CustomEvent("shortlist"));
  }
  function toggle(id) {
    var ids = read();
    write(ids.indexOf(id) >= 0 ? ids.filter(function (other) { return other !== id; }) : ids.concat(id));
  }
  // The file that holds the short form of a case: the same sum as in anchorbook/site/briefs.py.
  function fileOf(id, files) {
    var hashed = 5381;
    for (var place = 0; place < id.length; place += 1) { hashed = (Math.imul(hashed, 33) ^ id.charCodeAt(place)) >>> 0; }
    return hashed % files;
  }
  window.anchorbookShortlist = { read: read, write: write, toggle: toggle, fileOf: fileOf };

  var link = document.querySelector("[data-shortlist-link]");
  function show() {
    var ids = read();
    if (link) {
      link.hidden = ids.length === 0;
      link.querySelector("[data-shortlist-count]").textContent = "(" + ids.length + ")";
    }
    document.querySelectorAll("[data-shortlist-button]").forEach(function (button) {
      var on = ids.indexOf(button.dataset.shortlistButton) >= 0;
      if (button.getAttribute("aria-pressed") === String(on)) { return; }
      button.setAttribute("aria-pressed", String(on));
      button.firstChild.textContent = on ? "✓ On the shortlist" : "+ Shortlist";
    });
  }
  function add(holder, id, title) {
    if (!id || holder.querySelector("[data-shortlist-button]")) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "shortlist-button";
    button.dataset.shortlistButton = id;
    button.appendChild(document.createTextNode(""));
    var about = document.createElement("span");
    about.className = "visually-hidden";
    about.textContent = ": " + title;
    button.appendChild(about);
    button.addEventListener("click", function () { toggle(id); });
    holder.appendChild(button);
  }
  function addAll() {
    document.querySelectorAll(".card[data-case]").forEach(function (card) {
      var head = card.querySelector("h3 a, h2 a, h4 a");
      if (head) { add(card, card.dataset.case, head.textContent); }
    });
    var page = document.querySelector("article.case[data-case] .case-head");
    if (page) { add(page, page.parentNode.dataset.case, page.querySelector("h1").textContent); }
    show();
  }
  addAll();
  var list = document.querySelector("[data-cards]");
  if (list) { new MutationObserver(addAll).observe(list, { childList: true }); }
  window.addEventListener("storage", function (event) { if (event.key === KEY || event.key === null) { show(); document.dispatchEvent(new CustomEvent("shortlist")); } });
  window.addEventListener("pageshow", show);
}());
