(function () {
  "use strict";
  var filter = document.getElementById("filter");
  var told = document.getElementById("getoond");
  var steps = Array.from(document.querySelectorAll("[data-step]"));
  var choices = Array.from(filter.querySelectorAll("select"));
  function show() {
    var shown = 0;
    steps.forEach(function (step) {
      step.hidden = !choices.every(function (choice) {
        var values = step.getAttribute("data-" + choice.getAttribute("data-key")).split(" ");
        return choice.value === "" || values.indexOf(choice.value) !== -1;
      });
      shown += step.hidden ? 0 : 1;
    });
    told.textContent = shown ? told.dataset.shown.replace("#", shown) : told.dataset.none;
  }
  choices.forEach(function (choice) { choice.addEventListener("change", show); });
  filter.hidden = false;
})();
