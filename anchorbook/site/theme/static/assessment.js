// The self-assessment: answers, their result, and keeping them. They stay in this browser unless a person saves a file.
(function () {
  "use strict";
  var box = document.querySelector("[data-assessment]"), tool = window.anchorbookAssessment;
  var scale = box && tool ? tool.scaleOf(box) : null;
  if (!scale) { return; }
  var KEY = "anchorbook-self-assessment";
  var make = tool.make, draw = tool.draw;
  var form = part("form"), result = part("result"), status = part("status"), problem = part("problem");
  var current = tool.blank(scale);
  var announced = false;  // that the result is ready is said once, not at every change

  function part(name) { return box.querySelector("[data-" + name + "]"); }
  function levelName(level) { return level ? level + " " + scale.levels[level - 1] : "Not answered"; }
  function answered(id) { return Boolean(current.answers[id].now && current.answers[id].wanted); }
  function say(text) { status.textContent = text; }

  // ------------------------------------------------------------ keeping

  function keep() {
    try {
      if (tool.isEmpty(current)) { localStorage.removeItem(KEY); } else { localStorage.setItem(KEY, JSON.stringify(current)); }
    } catch (error) {
      part("with-script").textContent = "This browser cannot keep your answers. Save them as a file before you leave this page. They are not sent to anyone.";
    }
  }
  function kept() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; }
  }
  function freshId() {
    var bytes = new Uint8Array(8);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
  }

  // ------------------------------------------------------------ the form

  function chosen(name) { var field = form.querySelector("input[name='" + name + "']:checked"); return field ? Number(field.value) : null; }
  function gather() {
    current.organisation = form.elements.organisation.value.trim();
    current.journey = chosen("journey");
    scale.domains.forEach(function (domain) {
      current.answers[domain.id] = { now: chosen("now-" + domain.id), wanted: chosen("wanted-" + domain.id), note: form.elements["note-" + domain.id].value };
    });
    current.id = current.id || freshId();
    current.saved = tool.today();
  }
  function choose(name, value) {
    form.querySelectorAll("input[name='" + name + "']").forEach(function (field) { field.checked = Number(field.value) === value; });
  }
  function put(record) {
    current = record;
    form.elements.organisation.value = record.organisation;
    choose("journey", record.journey);
    scale.domains.forEach(function (domain) {
      var answer = record.answers[domain.id];
      choose("now-" + domain.id, answer.now);
      choose("wanted-" + domain.id, answer.wanted);
      form.elements["note-" + domain.id].value = answer.note;
    });
    show();
  }

  // ------------------------------------------------------------ the result

  var STEP = 100, MIDDLE = 18;
  function across(level) { return STEP * (level - 0.5); }
  function mark(kind, x) {
    return kind === "now" ? draw("circle", { "class": "mark-now", cx: x, cy: MIDDLE, r: 8 })
      : draw("path", { "class": "mark-wanted", d: "M" + x + " " + (MIDDLE - 15) + "l15 15l-15 15l-15 -15z" });
  }
  function line(answer) {
    var width = STEP * scale.levels.length, picture = draw("svg", { viewBox: "0 0 " + width + " 36", focusable: "false" });
    picture.appendChild(draw("path", { "class": "track", d: "M" + across(1) + " " + MIDDLE + "H" + across(scale.levels.length) }));
    scale.levels.forEach(function (_label, place) { picture.appendChild(draw("circle", { "class": "stop", cx: across(place + 1), cy: MIDDLE, r: 3.5 })); });
    if (answer.wanted !== answer.now) {
      var way = answer.wanted > answer.now ? 1 : -1, end = across(answer.wanted) - 20 * way;
      picture.appendChild(draw("path", { "class": "way", d: "M" + across(answer.now) + " " + MIDDLE + "H" + end }));
      picture.appendChild(draw("path", { "class": "tip-of-way", d: "M" + (end + 4 * way) + " " + MIDDLE + "l" + -11 * way + " -7v14z" }));
    }
    picture.appendChild(mark("wanted", across(answer.wanted)));
    picture.appendChild(mark("now", across(answer.now)));
    return picture;
  }
  function sample(kind) {
    var picture = draw("svg", { viewBox: "0 0 36 36", width: 22, height: 22, focusable: "false", "aria-hidden": "true" });
    picture.appendChild(mark(kind, 18));
    return picture;
  }
  function chart() {
    var place = part("chart"), words = [];
    place.textContent = "";
    var caption = make("figcaption"), rows = make("div", undefined, "rows");
    caption.appendChild(make("strong", "Now and wanted."));
    [["now", "now"], ["wanted", "where you want to be"]].forEach(function (pair) {
      var key = make("span", undefined, "key");
      key.appendChild(sample(pair[0]));
      key.appendChild(document.createTextNode(" " + pair[1]));
      caption.appendChild(document.createTextNode(" "));
      caption.appendChild(key);
    });
    scale.domains.forEach(function (domain) {
      var answer = current.answers[domain.id];
      rows.appendChild(make("span", domain.label, "name"));
      rows.appendChild(answered(domain.id) ? line(answer) : make("span", "Not answered", "small"));
      words.push(domain.label + ": " + (answered(domain.id) ? "now " + answer.now + ", wanted " + answer.wanted : "not answered"));
    });
    rows.appendChild(make("span", "Level", "name axis-name"));
    var axis = make("span", undefined, "axis");
    scale.levels.forEach(function (label, number) {
      var item = make("span", String(number + 1));
      item.appendChild(make("span", " " + label, "axis-label"));
      axis.appendChild(item);
    });
    rows.appendChild(axis);
    rows.setAttribute("role", "img");
    rows.setAttribute("aria-label", "Chart of levels from 1 to " + scale.levels.length + ". " + words.join("; ") + ".");
    place.appendChild(caption);
    place.appendChild(rows);
  }
  function table() {
    var place = part("result-table"), element = make("table", undefined, "stacks");
    place.textContent = "";
    element.appendChild(make("caption", "The same as a table"));
    tool.heads(element, ["Domain", "Now", "Wanted"]);
    var body = element.createTBody();
    scale.domains.forEach(function (domain) {
      var answer = current.answers[domain.id];
      tool.row(body, domain.label, [["Now", levelName(answer.now)], ["Wanted", levelName(answer.wanted)]]);
    });
    place.appendChild(element);
  }
  function advice(answer) {
    if (answer.wanted > answer.now) { return "From level " + answer.now + " towards level " + answer.wanted + ":"; }
    if (answer.wanted < answer.now) { return "You want to do less here than now, so there is no step to suggest."; }
    return answer.now === scale.levels.length ? "You are at the highest level. Keep it up, and share it:" : "You are where you want to be.";
  }
  function hasSteps(answer) { return answer.wanted > answer.now || (answer.wanted === answer.now && answer.now === scale.levels.length); }
  function next() {
    var place = part("next");
    place.textContent = "";
    scale.domains.forEach(function (domain) {
      if (!answered(domain.id)) { return; }
      var answer = current.answers[domain.id], item = make("div", undefined, "next-domain");
      item.dataset.next = domain.id;
      item.appendChild(make("h4", domain.label));
      item.appendChild(make("p", advice(answer)));
      var steps = box.querySelector("[data-steps='" + domain.id + "-" + answer.now + "']");
      if (steps && hasSteps(answer)) {
        var copy = steps.cloneNode(true);
        copy.removeAttribute("data-steps");
        item.appendChild(copy);
      }
      if (answer.note.trim()) {
        var note = make("p", "Your note: ", "own-note");
        note.appendChild(tool.theirs(answer.note.trim()));
        item.appendChild(note);
      }
      place.appendChild(item);
    });
  }
  function casesShown() {
    var ids = Array.prototype.map.call(part("next").querySelectorAll("[data-case-id]"), function (link) { return link.dataset.caseId; });
    return ids.filter(function (id, place) { return ids.indexOf(id) === place; });
  }
  function head() {
    var place = part("result-head");
    place.textContent = "";
    if (current.organisation) { place.appendChild(tool.theirs(current.organisation)); }
    place.appendChild(document.createTextNode((current.organisation ? " · " : "") + (current.saved ? tool.sayDay(current.saved) : "")));
    part("result-journey").textContent = current.journey ? "On the journey: " + scale.journey[current.journey - 1].toLowerCase() + "." : "";
    part("result-journey").hidden = !current.journey;
    var brand = document.querySelector(".brand span");
    var address = /^http/.test(location.protocol) ? location.origin + location.pathname : "training/self-assessment.html";
    part("result-foot").textContent = "Rated by the organisation itself, with the self-assessment of " + (brand ? brand.textContent : "this book") + ", version " + scale.version
      + ". The cases and actions are there: " + address;
  }
  function show() {
    var done = scale.domains.filter(function (domain) { return answered(domain.id); }).length, all = scale.domains.length, empty = tool.isEmpty(current);
    var progress = part("progress");
    progress.hidden = done === 0;
    progress.textContent = done === all ? "All " + all + " domains are answered. " : done + " of " + all + " domains " + (done === 1 ? "is" : "are") + " answered. ";
    var link = make("a", done === all ? "Go to your result" : "See the result so far");
    link.href = "#result-title";
    progress.appendChild(link);
    result.hidden = done === 0;
    document.body.classList.toggle("assessment-result", done > 0);
    part("export").hidden = part("clear-answers").hidden = empty;
    part("print").textContent = done ? "Print the result" : "Print the form";
    part("print-hint").textContent = done ? "The result fits one A4 sheet. Your printer can also save it as a PDF." : "Prints an empty form, to fill in with a pen.";
    head(); chart(); table(); next();
    part("shortlist-all").hidden = !window.anchorbookShortlist || casesShown().length === 0;
    return done === all;
  }

  // ------------------------------------------------------------ buttons

  var asked = null;  // what waits for a yes, and where to go back to
  function ask(text, yes, no, opener, action) {
    asked = { opener: opener, action: action };
    part("sure-text").textContent = text;
    part("sure-yes").textContent = yes;
    part("sure-no").textContent = no;
    part("sure").hidden = false;
    part("sure-no").focus();
  }
  function close(agreed) {
    var was = asked;
    asked = null;
    part("sure").hidden = true;
    if (was && agreed) { was.action(); } else if (was) { was.opener.focus(); }
  }
  function load(record) {
    var complete;
    put(record);
    keep();
    complete = show();
    announced = complete;
    say("The file is loaded. " + (complete ? "Your result is ready." : "Some domains have no answer yet."));
    if (result.hidden) { document.getElementById("import").focus(); } else { result.focus(); }
  }
  function clear() {
    put(tool.blank(scale));
    keep();
    announced = false;
    problem.textContent = "";
    say("Your answers are cleared, here and in this browser.");
    part("print").focus();  // not what is said: it would be heard twice
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  function changed() {
    gather();
    keep();
    var complete = show();
    if (complete && !announced) { announced = true; say("Your result is ready. It follows the questions."); }
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  part("print").addEventListener("click", function () { window.print(); });
  part("export").addEventListener("click", function () {
    var link = make("a"), name = "anchor-self-assessment-" + tool.today() + ".json";
    link.href = URL.createObjectURL(new Blob([JSON.stringify(current, null, 2) + "\n"], { type: "application/json" }));
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    say("Saved as " + name + ". Look in the folder for downloads.");
  });
  part("clear-answers").addEventListener("click", function (event) {
    ask("Clear all answers on this page and in this browser? You cannot get them back, unless you saved a file.", "Yes, clear them", "No, keep them", event.currentTarget, clear);
  });
  part("sure-yes").addEventListener("click", function () { close(true); });
  part("sure-no").addEventListener("click", function () { close(false); });
  part("sure").addEventListener("keydown", function (event) { if (event.key === "Escape") { close(false); } });
  document.getElementById("import").addEventListener("change", function (event) {
    var field = event.currentTarget, file = field.files[0];
    if (!file) { return; }
    problem.textContent = "";
    say("");  // what was said of an earlier file is not true of this one
    tool.readFile(file, scale, function (found) {
      field.value = "";  // so that the same file can be chosen again
      if (found.problem) { problem.textContent = "This file cannot be used, because " + found.problem + ". Your answers are as they were."; return; }
      if (tool.isEmpty(current) || JSON.stringify(current) === JSON.stringify(found.record)) { load(found.record); return; }
      ask("The file will take the place of the answers on this page.", "Yes, load the file", "No, keep my answers", field, function () { load(found.record); });
    });
  });
  part("shortlist-all").querySelector("button").addEventListener("click", function () {
    var store = window.anchorbookShortlist, held = store.read(), added = casesShown().filter(function (id) { return held.indexOf(id) < 0; });
    store.write(held.concat(added));
    say(added.length ? added.length + (added.length === 1 ? " case is" : " cases are") + " now on your shortlist." : "These cases are on your shortlist already.");
  });

  // ------------------------------------------------------------ at the start

  function restore(first) {
    var text = kept();
    if (!text) { put(tool.blank(scale)); return; }
    var found = tool.read(text, scale);
    if (found.problem) {
      put(tool.blank(scale));
      part("clear-answers").hidden = false;
      say("The copy of answers in this browser cannot be used, because " + found.problem + ". It is replaced when you answer.");
      return;
    }
    put(found.record);
    announced = show();
    if (first && found.record.saved) { say("Your answers of " + tool.sayDay(found.record.saved) + " are back. This browser kept them."); }
  }
  // On paper the empty form comes with all its steps.
  var steps = box.querySelector(".all-steps details"), opened = false;
  window.addEventListener("beforeprint", function () { opened = steps.open; steps.open = true; });
  window.addEventListener("afterprint", function () { steps.open = opened; });
  part("with-script").hidden = false;
  part("tools").hidden = false;
  steps.open = false;
  window.addEventListener("storage", function (event) { if (event.key === KEY || event.key === null) { restore(false); } });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { restore(false); } });  // cleared elsewhere since
  restore(true);
}());
