// The spread of a group: several saved self-assessments at once. Nothing is stored, nothing is sent.
(function () {
  "use strict";
  var box = document.querySelector("[data-group]"), tool = window.anchorbookAssessment;
  var scale = box && tool ? tool.scaleOf(box) : null;
  if (!scale) { return; }
  var MOST = 300;
  var make = tool.make, draw = tool.draw;
  var input = document.getElementById("files"), hide = document.getElementById("hide-names"), status = part("status");
  var loaded = [];  // {record, content}
  var refused = [];  // {name, why}

  function part(name) { return box.querySelector("[data-" + name + "]"); }
  function files(number) { return number + (number === 1 ? " file" : " files"); }

  // ------------------------------------------------------------ sums

  function given(values) { return values.filter(function (value) { return value !== null; }); }
  function median(values) {
    var sorted = given(values).sort(function (a, b) { return a - b; }), half = Math.floor(sorted.length / 2);
    if (!sorted.length) { return "–"; }
    return String(sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
  }
  function range(values) {
    var known = given(values);
    if (!known.length) { return "–"; }
    var low = Math.min.apply(null, known), high = Math.max.apply(null, known);
    return low === high ? String(low) : low + " to " + high;
  }
  function count(values, wanted) { return values.filter(function (value) { return value === wanted; }).length; }
  function valuesOf(id, kind) { return loaded.map(function (item) { return item.record.answers[id][kind]; }); }

  // ------------------------------------------------------------ what is shown

  function bar(number, kind, y) {
    return draw("rect", { "class": "bar-" + kind, x: 1, y: y, width: 198 * number / loaded.length, height: 11, "vector-effect": "non-scaling-stroke" });
  }
  function chart(domain, now, wanted) {
    var rows = make("div", undefined, "group-rows"), words = [];
    scale.levels.forEach(function (label, place) {
      var here = count(now, place + 1), there = count(wanted, place + 1);
      var picture = draw("svg", { viewBox: "0 0 200 30", preserveAspectRatio: "none", focusable: "false" });
      picture.appendChild(draw("path", { "class": "track", d: "M1 0V30", "vector-effect": "non-scaling-stroke" }));
      if (here) { picture.appendChild(bar(here, "now", 3)); }
      if (there) { picture.appendChild(bar(there, "wanted", 16)); }
      rows.appendChild(make("span", (place + 1) + " " + label, "name"));
      rows.appendChild(picture);
      var said = make("span", undefined, "counts");
      said.appendChild(make("span", here + " now"));
      said.appendChild(make("span", there + " wanted"));
      rows.appendChild(said);
      words.push("level " + (place + 1) + ": " + here + " now, " + there + " wanted");
    });
    rows.setAttribute("role", "img");
    rows.setAttribute("aria-label", "Chart for " + domain.label + ". " + words.join("; ") + ".");
    return rows;
  }
  function domainTable(domain, now, wanted) {
    var element = make("table", undefined, "numeric");
    element.appendChild(make("caption", "How many at each level: " + domain.label));
    tool.heads(element, ["Level", "Now", "Wanted"]);
    var body = element.createTBody();
    scale.levels.forEach(function (label, place) {
      tool.row(body, (place + 1) + " " + label, [["Now", count(now, place + 1)], ["Wanted", count(wanted, place + 1)]]);
    });
    if (count(now, null) || count(wanted, null)) { tool.row(body, "No answer", [["Now", count(now, null)], ["Wanted", count(wanted, null)]]); }
    tool.row(body, "Median", [["Now", median(now)], ["Wanted", median(wanted)]]).className = "median";
    return element;
  }
  function overview() {
    var element = make("table", undefined, "stacks");
    element.appendChild(make("caption", "All domains: the median, and the lowest to the highest level"));
    tool.heads(element, ["Domain", "Median now", "Now from", "Median wanted", "Wanted from"]);
    var body = element.createTBody();
    scale.domains.forEach(function (domain) {
      var now = valuesOf(domain.id, "now"), wanted = valuesOf(domain.id, "wanted");
      tool.row(body, domain.label, [["Median now", median(now)], ["Now from", range(now)], ["Median wanted", median(wanted)], ["Wanted from", range(wanted)]]);
    });
    return element;
  }
  function journey() {
    var element = make("table", undefined, "numeric"), answers = loaded.map(function (item) { return item.record.journey; });
    element.appendChild(make("caption", "On the journey"));
    tool.heads(element, ["Answer", "How many"]);
    var body = element.createTBody();
    scale.journey.forEach(function (label, place) { tool.row(body, label, [["How many", count(answers, place + 1)]]); });
    if (count(answers, null)) { tool.row(body, "No answer", [["How many", count(answers, null)]]); }
    return element;
  }
  function held(table) { var frame = make("div", undefined, "scroll"); frame.appendChild(table); return frame; }
  function spreads() {
    var place = part("spreads");
    place.textContent = "";
    part("spread").hidden = loaded.length === 0;
    if (!loaded.length) { return; }
    part("spread-head").textContent = files(loaded.length) + ". The median is the middle mark when all marks stand in order: half the group is at or below it. In the charts a full bar is now, an empty bar is where people want to be.";
    place.appendChild(held(overview()));
    scale.domains.forEach(function (domain) {
      var now = valuesOf(domain.id, "now"), wanted = valuesOf(domain.id, "wanted"), item = make("div", undefined, "spread-domain"), pair = make("div", undefined, "picture-and-table");
      item.dataset.spreadOf = domain.id;
      item.appendChild(make("h3", domain.label));
      var figure = make("figure", undefined, "spread-chart");
      figure.appendChild(chart(domain, now, wanted));
      pair.appendChild(figure);
      pair.appendChild(held(domainTable(domain, now, wanted)));
      item.appendChild(pair);
      place.appendChild(item);
    });
    place.appendChild(make("h3", "The journey"));
    place.appendChild(held(journey()));
    part("spread-foot").textContent = "Shown on " + tool.sayDay(tool.today()) + ". Each mark is an organisation's own. Notes in the files are not shown.";
  }
  function nameOf(item, number) {
    if (hide.checked) { return make("span", "File " + number); }
    return item.record.organisation ? tool.theirs(item.record.organisation) : make("span", "No name given (file " + number + ")");
  }
  function list() {
    var place = part("files"), names = refused.length > 0;
    place.textContent = "";
    loaded.forEach(function (item, index) {
      var line = make("li"), name = nameOf(item, index + 1), button = make("button", "Remove", "plain-button");
      line.appendChild(name);
      line.appendChild(document.createTextNode(item.record.saved ? ", " + tool.sayDay(item.record.saved) + " " : " "));
      button.type = "button";
      var about = make("span", " ", "visually-hidden");
      about.appendChild(nameOf(item, index + 1));
      button.appendChild(about);
      button.addEventListener("click", function () { remove(index); });
      line.appendChild(button);
      place.appendChild(line);
    });
    part("loaded").hidden = loaded.length === 0;
    part("refused").hidden = !names;
    var reasons = part("refused").querySelector("ul");
    reasons.textContent = "";
    refused.forEach(function (item) {
      var line = make("li");
      line.appendChild(hide.checked ? make("span", "A file") : tool.theirs(item.name));
      line.appendChild(document.createTextNode(": not used, because " + item.why + "."));
      reasons.appendChild(line);
    });
  }
  function show() { list(); spreads(); }

  // ------------------------------------------------------------ files come and go

  function remove(index) {
    loaded.splice(index, 1);
    show();
    status.textContent = loaded.length ? "Removed. " + files(loaded.length) + (loaded.length === 1 ? " is" : " are") + " left." : "Removed. No file is left.";
    var buttons = part("files").querySelectorAll("button");
    (buttons[Math.min(index, buttons.length - 1)] || input).focus();
  }
  function take(chosen) {
    var found = [], waiting = chosen.length;
    refused = [];
    chosen.forEach(function (file, place) {
      tool.readFile(file, scale, function (answer) {
        found[place] = answer;
        waiting -= 1;
        if (!waiting) { settle(chosen, found); }
      });
    });
  }
  function settle(chosen, found) {
    var added = 0;
    found.forEach(function (answer, place) {
      var name = chosen[place].name, content = answer.record ? JSON.stringify(answer.record) : "";
      if (answer.problem) { refused.push({ name: name, why: answer.problem }); return; }
      if (loaded.some(function (item) { return item.content === content; })) { refused.push({ name: name, why: "a file with the same content is loaded already" }); return; }
      if (loaded.length >= MOST) { refused.push({ name: name, why: "this page takes at most " + MOST + " files" }); return; }
      loaded.push({ record: answer.record, content: content });
      added += 1;
    });
    input.value = "";  // so that a file can be chosen again after it was removed
    show();
    status.textContent = files(added) + " added, " + loaded.length + " in all." + (refused.length ? " " + files(refused.length) + (refused.length === 1 ? " was" : " were") + " not used: see below." : "");
  }

  input.addEventListener("change", function () {
    var chosen = Array.prototype.slice.call(input.files);
    if (chosen.length) { take(chosen); }
  });
  hide.addEventListener("change", list);
  part("print").addEventListener("click", function () { window.print(); });
  part("remove-all").addEventListener("click", function () {
    loaded = [];
    refused = [];
    show();
    status.textContent = "All files are removed from this page.";
    input.focus();
  });
  part("forget").addEventListener("click", function () { refused = []; list(); status.textContent = "The list is hidden."; input.focus(); });
  hide.checked = false;
  part("tools").hidden = false;
  show();
}());
