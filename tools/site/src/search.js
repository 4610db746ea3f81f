"use strict";
// Shows the checks that have every word of the search in one of their names.
const field = document.getElementById("q");
const items = Array.from(document.getElementById("list").children);
const count = document.getElementById("count");
let names = items.map((item) => item.textContent.toLowerCase());
function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  // An id is meant as it is written: CKV_AWS_20 is not CKV_AWS_200.
  const whole = new Set(words.filter((word) => /[0-9_]/.test(word) && names.some((all) => all.split(" ").includes(word))));
  let shown = 0;
  items.forEach((item, at) => {
    const own = names[at].split(" ");
    const fits = words.every((word) => (whole.has(word) ? own.includes(word) : names[at].includes(word)));
    item.hidden = !fits;
    shown += fits ? 1 : 0;
  });
  count.textContent = words.length ? shown + " of " + items.length : "";
}
field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("input", show);
document.getElementById("search").addEventListener("submit", (event) => event.preventDefault());
show();
fetch("search.json")
  .then((answer) => answer.json())
  .then((all) => {
    names = all;
    show();
  });
