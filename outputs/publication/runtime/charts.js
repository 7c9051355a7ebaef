/* Makes the charts of this page interactive on request: a button per chart, and nothing before it is pressed.

   Expects, for a chart with id ID: a figure with data-chart="ID" and data-runtime="runtime/" that holds the SVG, and a
   script element of type application/json with id "ID-spec" that holds the Vega-Lite spec, its data inside.
   Without the spec a chart stays as it is and gets no button. Nothing is fetched: the runtime is loaded by classic
   script elements, which work from a folder too, and a spec that asks for data from elsewhere is refused. */
(function () {
  "use strict";
  var FILES = ["vega.min.js", "vega-lite.min.js", "vega-embed.min.js"];
  var WORDS = {
    nl: { on: "Maak grafiek interactief", off: "Toon de vaste grafiek", failed: "De interactieve grafiek is niet beschikbaar." },
    en: { on: "Make chart interactive", off: "Show the fixed chart", failed: "The interactive chart is not available." }
  };
  var words = WORDS[document.documentElement.lang] || WORDS.nl;
  var loading = null;

  function load(folder, name) {
    return new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = folder + name;
      script.async = false;
      script.onload = done;
      script.onerror = failed;
      document.head.appendChild(script);
    });
  }

  function runtime(folder) {
    if (!loading) {
      loading = FILES.reduce(function (before, name) {
        return before.then(function () { return load(folder, name); });
      }, Promise.resolve());
    }
    return loading;
  }

  function refuse() { return Promise.reject(new Error("a chart asks for nothing from outside")); }

  function specOf(id) {
    var place = document.getElementById(id + "-spec");
    if (!place || place.type !== "application/json") { return null; }
    try {
      var spec = JSON.parse(place.textContent);
      return spec && typeof spec === "object" && /"url":/.test(place.textContent) === false ? spec : null;
    } catch (error) {
      return null;
    }
  }

  function draw(place, spec) {
    return window.vegaEmbed(place, spec, {
      mode: "vega-lite",
      renderer: "svg",
      ast: true,
      actions: false,
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse }
    });
  }

  function prepare(figure) {
    var svg = figure.querySelector("svg");
    var spec = specOf(figure.getAttribute("data-chart"));
    if (!svg || !spec) { return; }
    var place = document.createElement("div");
    place.className = "chart-live";
    place.hidden = true;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "chart-toggle";
    button.textContent = words.on;
    var told = document.createElement("p");
    told.className = "chart-told";
    told.setAttribute("role", "status");
    svg.parentNode.insertBefore(place, svg.nextSibling);
    figure.appendChild(button);
    figure.appendChild(told);

    function show(live) {
      place.hidden = !live;
      // An SVG element has no property hidden; the attribute is matched by charts.css.
      if (live) { svg.setAttribute("hidden", ""); } else { svg.removeAttribute("hidden"); }
      button.textContent = live ? words.off : words.on;
    }

    var drawn = null;
    button.addEventListener("click", function () {
      if (!place.hidden) { show(false); return; }
      if (drawn) { show(true); return; }
      button.disabled = true;
      runtime(figure.getAttribute("data-runtime") || "runtime/")
        .then(function () { return draw(place, spec); })
        .then(function (result) { drawn = result; show(true); }, function () { told.textContent = words.failed; })
        .then(function () { button.disabled = false; button.focus(); });
    });
  }

  function start() { document.querySelectorAll("figure[data-chart]").forEach(prepare); }
  if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", start); } else { start(); }
})();
