// The template of a case study: filled in with the domain and action that a person came from, to save or copy.
(function () {
  "use strict";
  var box = document.querySelector("[data-template]");
  if (!box) { return; }
  var code = box.querySelector("code"), original = code.textContent;
  var FIELDS = { domain: "domains", action: "actions", tension: "tensions" };

  function fill() {
    var parameters = new URLSearchParams(location.hash.slice(1)), said = [];
    var text = original;
    Object.keys(FIELDS).forEach(function (name) {
      var id = parameters.get(name);
      if (!id || !/^[A-Za-z0-9-]{1,60}$/.test(id)) { return; }
      text = text.replace(new RegExp("^(# )?" + FIELDS[name] + ": .*$", "m"), FIELDS[name] + ": [" + id + "]");
      said.push(FIELDS[name] + ": " + id);
    });
    var equity = parameters.get("equity");
    if (equity && /^[a-z0-9-]{1,60}$/.test(equity)) {
      text = text.replace(/^# equity: .*$/m, "equity: {dimensions: [" + equity + "]}");
      said.push("equity: " + equity);
    }
    code.textContent = text;
    var note = document.querySelector("[data-template-for]");
    note.hidden = said.length === 0;
    note.textContent = "Filled in for you: " + said.join(", ") + ".";
  }
  document.querySelector("[data-template-tools]").hidden = false;
  document.querySelector("[data-template-save]").addEventListener("click", function () {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([code.textContent], { type: "text/yaml;charset=utf-8" }));
    link.download = "my-case.yaml";
    document.body.appendChild(link);
    link.click();
    link.remove();
  });
  document.querySelector("[data-template-copy]").addEventListener("click", function (event) {
    var button = event.currentTarget, range = document.createRange();
    range.selectNodeContents(code);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var worked = false;
    try { worked = document.execCommand("copy"); } catch (error) { worked = false; }
    // The button keeps its name and the focus; the words beside it are what a screen reader says.
    var said = document.querySelector("[data-template-said]");
    said.textContent = "";
    window.setTimeout(function () { said.textContent = worked ? "The text is copied." : "The text is selected: press Ctrl and C."; button.focus(); });
  });
  window.addEventListener("hashchange", fill);
  fill();
}());
