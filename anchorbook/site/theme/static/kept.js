// The privacy page: what this book keeps in this browser now, and a button that clears it. The table on the page is the list
// of names and of what they are for. Whatever begins as our names do is found too, so that nothing is missed; what another
// site keeps under the same address is left alone.
(function () {
  "use strict";
  var box = document.querySelector("[data-kept]");
  if (!box) { return; }
  var PREFIX = "anchorbook-", MOST_LETTERS = 300;
  var now = box.querySelector("[data-kept-now]"), list = box.querySelector("[data-kept-list]");
  var button = box.querySelector("[data-kept-clear]"), status = box.querySelector("[data-kept-status]");

  var labels = Object.create(null);
  document.querySelectorAll("main table tr").forEach(function (row) {
    row.querySelectorAll("code").forEach(function (name) { labels[name.textContent] = row.cells[0].textContent.trim(); });
  });

  // What is kept: {store, name, content}; null where the browser keeps nothing for pages.
  function kept() {
    var found = [];
    try {
      [window.localStorage, window.sessionStorage].forEach(function (store) {
        Object.keys(store).sort().forEach(function (name) {
          if (name.indexOf(PREFIX) === 0 || labels[name]) { found.push({ store: store, name: name, content: store.getItem(name) || "" }); }
        });
      });
    } catch (error) { return null; }
    return found;
  }
  function label(item) { return labels[item.name] || item.name; }
  function show() {
    var found = kept();
    list.textContent = "";
    now.textContent = found === null ? "This browser does not let pages keep anything. So this book keeps nothing."
      : found.length === 0 ? "This book keeps nothing in this browser now." : "This book keeps this in this browser now:";
    (found || []).forEach(function (item) {
      var line = document.createElement("li"), name = document.createElement("strong"), content = document.createElement("code");
      name.textContent = label(item) + ": ";
      content.textContent = item.content.slice(0, MOST_LETTERS);
      line.appendChild(name);
      line.appendChild(content);
      if (item.content.length > MOST_LETTERS) { line.appendChild(document.createTextNode(" … (" + item.content.length.toLocaleString("en-GB") + " letters in all)")); }
      list.appendChild(line);
    });
    list.hidden = !found || found.length === 0;
  }
  function clear() {
    var found = kept() || [], left;
    found.forEach(function (item) {
      try { item.store.removeItem(item.name); } catch (error) { /* said below */ }
      // Other pages of the book hear of it from the browser; this page hears of it here.
      window.dispatchEvent(new StorageEvent("storage", { key: item.name, newValue: null, storageArea: item.store }));
    });
    left = kept() || [];
    status.textContent = found.length === 0 ? "There was nothing to clear."
      : left.length ? "This browser did not let us clear everything. Clear it by hand, as described below."
      : "Cleared: " + found.map(label).join(", ") + ". Nothing is kept now.";
    show();
  }

  button.addEventListener("click", clear);
  window.addEventListener("storage", show);
  window.addEventListener("pageshow", show);
  document.addEventListener("visibilitychange", show);
  document.querySelector("[data-theme-button]").addEventListener("click", show);
  box.hidden = false;
  show();
}());
