// Search over every page, with Pagefind. It needs a web server; from a disk, Explore stands in.
(function () {
  "use strict";
  var form = document.querySelector("[data-site-search]");
  if (!form) { return; }
  var STEP = 10;
  var input = form.querySelector("#search-text");
  var status = document.querySelector("[data-search-status]");
  var list = document.querySelector("[data-search-results]");
  var more = document.querySelector("[data-search-more]");
  var offline = document.querySelector("[data-search-offline]");
  var root = new URL(".", location.href);
  var bundles = JSON.parse(form.dataset.bundles);
  var loading = null;
  var hits = [];
  var shown = 0;
  var turn = 0;
  var slow = 0;

  // Words to look for stand behind the "#", which is not sent to the host. Older links have them before it: they are moved.
  function inAddress() { return new URLSearchParams(location.hash.slice(1)).get("q"); }
  function keepInAddress() { history.replaceState(null, "", location.pathname + "#" + new URLSearchParams({ q: input.value })); }
  input.value = inAddress() || new URLSearchParams(location.search).get("q") || "";

  if (location.protocol === "file:") {
    offline.hidden = false;
    var link = offline.querySelector("[data-search-explore]");
    var explore = link.getAttribute("href");
    var lead = function () { link.href = explore + (input.value ? "#" + new URLSearchParams({ q: input.value }) : ""); };
    lead();
    window.addEventListener("hashchange", function () {
      if (inAddress() !== null) { input.value = inAddress(); lead(); }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      location.href = "explore.html#" + new URLSearchParams({ q: input.value });
    });
    return;
  }

  function address(name) { return new URL("pagefind/" + name + "/", root).href; }
  function load() {
    if (!loading) {
      loading = import(address(bundles[0]) + "pagefind.js").then(function (pagefind) {
        return pagefind.options({ baseUrl: root.pathname, excerptLength: 30 }).then(function () {
          return Promise.all(bundles.slice(1).map(function (name) { return pagefind.mergeIndex(address(name), { baseUrl: root.pathname }); }));
        }).then(function () { return pagefind; });
      });
    }
    return loading;
  }

  function item(data) {
    var entry = document.createElement("li");
    var link = document.createElement("a");
    link.href = data.url;
    link.textContent = data.meta.title || data.url;
    var text = document.createElement("p");
    // Pagefind's excerpt is escaped text with <mark> around the words found; only the marks are kept as elements.
    new DOMParser().parseFromString(data.excerpt, "text/html").body.childNodes.forEach(function (node) {
      var piece = node.nodeName === "MARK" ? document.createElement("mark") : document.createTextNode("");
      piece.textContent = node.textContent;
      text.appendChild(piece);
    });
    entry.append(link, text);
    return entry;
  }

  function show() {
    var mine = turn;
    var part = hits.slice(shown, shown + STEP);
    var first = shown;
    return Promise.all(part.map(function (hit) { return hit.data(); })).then(function (all) {
      if (mine !== turn) { return; }
      all.forEach(function (data) { list.appendChild(item(data)); });
      shown += part.length;
      more.hidden = shown >= hits.length;
      if (first && list.children[first]) { list.children[first].querySelector("a").focus(); }
    });
  }

  function run() {
    var text = input.value.trim();
    var mine = ++turn;
    list.replaceChildren();
    more.hidden = true;
    shown = 0;
    if (!text) { window.clearTimeout(slow); status.textContent = ""; return; }
    // Said only where it takes a while, so that an answer at once is all there is to hear.
    window.clearTimeout(slow);
    slow = window.setTimeout(function () { status.textContent = "Searching…"; }, 600);
    load().then(function (pagefind) { return pagefind.search(text); }).then(function (answer) {
      if (mine !== turn) { return; }
      window.clearTimeout(slow);
      hits = answer.results;
      status.textContent = hits.length ? hits.length.toLocaleString("en-GB") + (hits.length === 1 ? " page" : " pages") + " for “" + text + "”"
        : "No page for “" + text + "”. Try another word, or fewer words.";
      return show();
    }).catch(function () {
      if (mine === turn) { window.clearTimeout(slow); status.textContent = "Search cannot be loaded. Browse by domain or action instead."; }
    });
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    keepInAddress();
    run();
  });
  window.addEventListener("hashchange", function () {
    if (inAddress() !== null && inAddress() !== input.value) { input.value = inAddress(); run(); }
  });
  more.addEventListener("click", show);
  if (location.search) { keepInAddress(); }
  if (input.value) { run(); }
})();
