// Pages that show chosen cases: the comparison and the shortlist. Their short forms come in script files, a few at a time.
(function () {
  "use strict";
  var box = document.querySelector("[data-chosen-page]");
  var store = window.anchorbookShortlist;
  if (!box || !store) { return; }
  var root = box.dataset.root, files = Number(box.dataset.files), kind = box.dataset.chosenPage;
  var MOST = 4;

  // ------------------------------------------------------------ the short forms

  var asked = {};  // by number of the file: those who wait for it, or true when it has come or cannot come
  function load(ids, done) {
    var missing = 1;
    function ready() {
      missing -= 1;
      if (missing) { return; }
      var found = Object.create(null);
      (window.anchorbookBriefs || []).forEach(function (item) { found[item.id] = item; });
      done(ids.map(function (id) { return found[id]; }).filter(Boolean));
    }
    ids.forEach(function (id) {
      var number = store.fileOf(id, files);
      if (asked[number] === true) { return; }
      missing += 1;
      if (asked[number]) { asked[number].push(ready); return; }
      asked[number] = [ready];
      var script = document.createElement("script");
      script.src = root + "assets/cases/" + number + ".js";
      script.onload = script.onerror = function (event) {
        if (event.type === "error") { unsure = true; }
        var waiting = asked[number];
        asked[number] = true;
        waiting.forEach(function (one) { one(); });
      };
      document.head.appendChild(script);
    });
    window.setTimeout(ready);
  }
  var unsure = false;  // true when a file did not come: then nobody knows whether a case has left the book
  var drawing = 0;  // only the newest drawing counts, should an older one come in late
  var after = null;  // where the keyboard goes on, when the button that was pressed is drawn anew
  function settle() {
    var go = after;
    after = null;
    if (go) { go(); }
  }

  // ------------------------------------------------------------ small tools

  function make(tag, text, className) {
    var element = document.createElement(tag);
    if (text !== undefined) { element.textContent = text; }
    if (className) { element.className = className; }
    return element;
  }
  function link(item) {
    var element = make("a", item.title);
    element.href = root + "cases/" + encodeURIComponent(item.id) + ".html";
    return element;
  }
  function show(name, on) { var element = box.querySelector("[data-" + name + "]"); if (element) { element.hidden = !on; } return element; }
  function status(text) { box.querySelector("[data-status]").textContent = text; }
  // What came of a command, once, and again when it is given again.
  function say(text) {
    var place = box.querySelector("[data-said]");
    place.textContent = "";
    window.setTimeout(function () { place.textContent = text; });
  }
  function idsInAddress() {
    var ids = (new URLSearchParams(location.hash.slice(1)).get("ids") || "").split(",");
    return ids.filter(function (id, place) { return /^[a-z0-9-]{1,100}$/.test(id) && ids.indexOf(id) === place; });
  }
  function address(ids) { return location.href.split("#")[0] + "#ids=" + ids.join(","); }
  function copy(text, button) {
    function byHand() {
      var field = make("textarea", text);
      document.body.appendChild(field);
      field.select();
      var worked = false;
      try { worked = document.execCommand("copy"); } catch (error) { worked = false; }
      field.remove();
      button.focus();
      if (worked) { say("The link is copied."); } else { window.prompt("Copy this address", text); }
    }
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(function () { say("The link is copied."); }, byHand); } else { byHand(); }
  }
  function save(name, type, text) {
    var element = make("a");
    element.href = URL.createObjectURL(new Blob([text], { type: type }));
    element.download = name;
    document.body.appendChild(element);
    element.click();
    element.remove();
    window.setTimeout(function () { URL.revokeObjectURL(element.href); }, 1000);
  }
  function list(texts) {
    var element = make("ul");
    texts.forEach(function (text) { element.appendChild(make("li", text)); });
    return element;
  }

  // ------------------------------------------------------------ comparing

  var ROWS = [
    ["Where and when", function (c) { return [c.where, c.when]; }],
    ["Who led it", function (c) { return [c.who]; }],
    ["Aim", function (c) { return [c.aim]; }],
    ["What was done", function (c) { return [c.done || c.summary]; }],
    ["How strong is the evidence?", function (c) { return [c.level + " of 5: " + c.strength, c.strength_why]; }],
    ["What did it show?", function (c) { return [c.showed, c.showed_why]; }],
    ["Results in numbers", function (c) { return c.results; }],
    ["What did it cost?", function (c) { return [c.cost, c.cost_why]; }],
    ["Who gains", function (c) { return [c.equity.join(", "), c.equity_result]; }],
    ["What did not work", function (c) { return [c.not_worked]; }],
    ["What to learn from it", function (c) { return c.learning; }]
  ];
  function table(cases) {
    var element = make("table", undefined, "compare");
    element.appendChild(make("caption", cases.length + " cases side by side", "visually-hidden"));
    var head = element.createTHead().insertRow();
    head.appendChild(make("td"));
    cases.forEach(function (item) {
      var cell = make("th");
      cell.scope = "col";
      cell.appendChild(link(item));
      head.appendChild(cell);
    });
    var body = element.createTBody();
    ROWS.forEach(function (row) {
      var line = body.insertRow();
      var name = make("th", row[0]);
      name.scope = "row";
      line.appendChild(name);
      cases.forEach(function (item) {
        var cell = line.insertCell();
        var texts = row[1](item).filter(Boolean);
        if (texts.length > 2) { cell.appendChild(list(texts)); } else { texts.forEach(function (text) { cell.appendChild(make("p", text)); }); }
        if (!texts.length) { cell.appendChild(make("p", "The record does not say.", "small")); }
      });
    });
    return element;
  }
  function compare() {
    var shared = idsInAddress();
    var pool = shared.concat(store.read().filter(function (id) { return shared.indexOf(id) < 0; }));
    show("nothing", pool.length < 2);
    show("pick", pool.length >= 2);
    if (pool.length < 2) { show("table", false); show("tools", false); return; }
    var mine = drawing += 1;
    load(pool, function (cases) {
      if (mine !== drawing) { return; }
      show("nothing", cases.length < 2);
      show("pick", cases.length >= 2);
      if (cases.length < 2) { show("table", false); show("tools", false); return; }
      var options = box.querySelector("[data-options]");
      var first = shared.length ? shared : cases.slice(0, MOST).map(function (item) { return item.id; });
      options.textContent = "";
      cases.forEach(function (item, number) {
        var line = make("div", undefined, "option"), field = make("input"), name = make("label", item.title);
        field.type = "checkbox"; field.id = "pick-" + number; field.value = item.id; field.checked = first.indexOf(item.id) >= 0 && first.indexOf(item.id) < MOST;
        name.htmlFor = field.id;
        line.appendChild(field); line.appendChild(name);
        options.appendChild(line);
      });
      function update() {
        var fields = Array.prototype.slice.call(options.querySelectorAll("input"));
        var ids = fields.filter(function (field) { return field.checked; }).map(function (field) { return field.value; });
        fields.forEach(function (field) { field.disabled = !field.checked && ids.length >= MOST; });
        status(ids.length < 2 ? "Choose " + (2 - ids.length) + " more." : ids.length + " cases are side by side." + (ids.length === MOST ? " That is the most." : ""));
        var place = show("table", ids.length >= 2);
        show("tools", ids.length >= 2);
        place.textContent = "";
        if (ids.length >= 2) {
          place.appendChild(table(cases.filter(function (item) { return ids.indexOf(item.id) >= 0; })));
          history.replaceState(null, "", "#ids=" + ids.join(","));
        }
      }
      options.onchange = update;
      update();
    });
  }

  // ------------------------------------------------------------ the shortlist

  function csvCell(text) {
    text = String(text === undefined || text === null ? "" : text);
    if (/^[\s\u200b-\u200f\ufeff]*[=+\-@\t\r\n＝＋－＠]/.test(text)) { text = "'" + text; }  // a spreadsheet would take it for a formula
    return '"' + text.replace(/"/g, '""') + '"';
  }
  var COLUMNS = ["id", "title", "type", "status", "domains", "actions", "where", "when", "who", "aim", "level", "strength", "showed", "cost", "summary", "address"];
  function csv(cases) {
    return "\ufeff" + [COLUMNS].concat(cases.map(function (item) {
      return COLUMNS.map(function (name) { return name === "address" ? link(item).href : Array.isArray(item[name]) ? item[name].join("; ") : item[name]; });
    })).map(function (row) { return row.map(csvCell).join(","); }).join("\r\n") + "\r\n";
  }
  var SIGNS = { "\\": "\\textbackslash{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}", "%": "\\%", "&": "\\&", "#": "\\#", "_": "\\_", "$": "\\$", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };
  function tex(text) { return text.replace(/[\\{}%&#_$~^]/g, function (sign) { return SIGNS[sign]; }); }
  function bibtex(cases) {
    return cases.map(function (item) {
      var lines = ["@misc{" + item.id + ",", "  title        = {" + tex(item.title) + "},", "  howpublished = {" + tex(document.querySelector(".brand span").textContent) + "},"];
      if (item.reviewed) { lines.push("  year         = {" + item.reviewed.slice(0, 4) + "},"); }
      if (/^http/.test(link(item).href)) { lines.push("  url          = {" + link(item).href + "},"); }
      return lines.concat("}").join("\n");
    }).join("\n\n") + "\n";
  }
  var MOST_LINES = 10;
  function some(texts) {  // so that a hand-out stays on one page
    return texts.length > MOST_LINES + 1 ? texts.slice(0, MOST_LINES).concat((texts.length - MOST_LINES) + " more are in the full record.") : texts;
  }
  function inWords(day) {  // a day, a month or a year
    var parts = day.split("-").length;
    return new Date(day).toLocaleDateString("en-GB", { day: parts > 2 ? "numeric" : undefined, month: parts > 1 ? "long" : undefined, year: "numeric", timeZone: "UTC" });
  }
  function handout(item) {
    var page = make("article", undefined, "handout-case");
    page.appendChild(make("p", item.type + " · " + item.domains.join(", "), "eyebrow"));
    page.appendChild(make("h2", item.title));
    page.appendChild(make("p", [item.where, item.when, item.who].filter(Boolean).join(" · "), "where"));
    page.appendChild(make("p", item.summary, "lead"));
    var signals = make("dl", undefined, "signals");
    [["How strong is the evidence?", item.level + " of 5: " + item.strength], ["What did it show?", item.showed], ["What did it cost?", item.cost]].forEach(function (pair) {
      var group = make("div");
      group.appendChild(make("dt", pair[0])); group.appendChild(make("dd", pair[1]));
      signals.appendChild(group);
    });
    page.appendChild(signals);
    [["Aim", [item.aim]], ["What was done", [item.done]], ["What it showed", [item.showed_why].concat(some(item.results))], ["What it cost", [item.cost_why]],
      ["What did not work", [item.not_worked]], ["What to learn from it", item.learning]].forEach(function (part) {
      var texts = part[1].filter(Boolean);
      if (!texts.length) { return; }
      page.appendChild(make("h3", part[0]));
      if (texts.length === 1) { page.appendChild(make("p", texts[0])); } else { page.appendChild(list(texts)); }
    });
    page.appendChild(make("h3", "Sources"));
    var sources = list(some(item.sources));
    sources.className = "sources";
    page.appendChild(sources);
    page.appendChild(make("p", (/^http/.test(link(item).href) ? link(item).href : "cases/" + item.id + ".html") + (item.reviewed ? " · reviewed " + inWords(item.reviewed) : ""), "foot"));
    return page;
  }
  function shortlist() {
    var mine = store.read(), fromLink = idsInAddress();
    var shared = fromLink.length > 0 && fromLink.some(function (id) { return mine.indexOf(id) < 0; });
    var ids = fromLink.length ? fromLink : mine;
    show("shared", shared);
    show("nothing", ids.length === 0);
    show("tools", ids.length > 0);
    var place = box.querySelector("[data-list]");
    show("clear", fromLink.length === 0);
    if (!ids.length) { place.textContent = ""; status(""); settle(); box.querySelector("[data-handouts]").textContent = ""; return; }
    var now = drawing += 1;
    load(ids, function (cases) {
      if (now !== drawing) { return; }
      if (cases.length < ids.length && !fromLink.length && !unsure) {
        store.write(cases.map(function (item) { return item.id; }));  // the others have left the book; this draws the page again
        return;
      }
      status(cases.length === 1 ? "1 case" : cases.length + " cases");
      if (unsure && cases.length < ids.length) { say("Others could not be loaded."); }
      place.textContent = "";
      cases.forEach(function (item) {
        var line = make("li"), head = make("h2");
        head.appendChild(link(item));
        line.appendChild(head);
        line.appendChild(make("p", [item.where, item.level + " of 5: " + item.strength, item.showed].join(" · "), "small"));
        line.appendChild(make("p", item.summary));
        if (!shared) {
          var remove = make("button", "Remove", "plain");
          remove.type = "button";
          remove.appendChild(make("span", ": " + item.title, "visually-hidden"));
          remove.addEventListener("click", function () {
            if (fromLink.length) { history.replaceState(null, "", location.pathname); }
            var place = ids.indexOf(item.id);
            after = function () {
              var buttons = box.querySelectorAll("[data-list] button");
              (buttons[Math.min(place, buttons.length - 1)] || box.querySelector("[data-nothing]")).focus();
              say("Removed: " + item.title);
            };
            store.write(store.read().filter(function (id) { return id !== item.id; }));
          });
          line.appendChild(remove);
        }
        place.appendChild(line);
      });
      var pages = box.querySelector("[data-handouts]");
      pages.textContent = "";
      cases.forEach(function (item) { pages.appendChild(handout(item)); });
      current = cases;
      settle();
    });
  }

  // ------------------------------------------------------------ buttons

  var current = [];
  function on(name, action) { var button = box.querySelector("[data-" + name + "]"); if (button) { button.addEventListener("click", function () { action(button); }); } }
  on("copy", function (button) { copy(kind === "compare" ? location.href : address(current.map(function (item) { return item.id; })), button); });
  on("print", function () {
    document.body.classList.toggle("handout", kind === "shortlist");
    window.print();
  });
  window.addEventListener("afterprint", function () { document.body.classList.remove("handout"); });
  on("csv", function () { save("shortlist.csv", "text/csv;charset=utf-8", csv(current)); });
  on("bibtex", function () { save("shortlist.bib", "application/x-bibtex;charset=utf-8", bibtex(current)); });
  on("keep", function () {
    var ids = idsInAddress();
    history.replaceState(null, "", location.pathname);
    after = function () { say("Added to your shortlist."); box.querySelector("[data-list] a").focus(); };
    store.write(store.read().concat(ids.filter(function (id) { return store.read().indexOf(id) < 0; })));
  });
  on("clear", function () {
    after = function () { box.querySelector("[data-nothing]").focus(); };
    history.replaceState(null, "", location.pathname);
    store.write([]);
  });
  var start = kind === "compare" ? compare : shortlist;
  document.addEventListener("shortlist", start);
  window.addEventListener("hashchange", start);
  start();
}());
