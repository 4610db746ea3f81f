
"use strict";
const main = document.getElementById("findings");
const articles = Array.from(main.children);
const order = document.getElementById("order");
const words = document.getElementById("words");
const boxes = Array.from(document.querySelectorAll("input[data-severity]"));
const ranks = boxes.map((box) => box.dataset.severity);
const texts = articles.map((article) => article.textContent.toLowerCase());
const severities = articles.map((article) => article.dataset.severities.split(" "));
const keys = {
  file: () => 0,
  severity: (article) => ranks.indexOf(article.dataset.severities.split(" ")[0]),
  check: (article) => article.dataset.check,
};
function filter() {
  const on = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.severity));
  const wanted = words.value.toLowerCase().split(/\s+/);
  let shown = 0;
  articles.forEach((article, at) => {
    const fits = severities[at].some((severity) => on.has(severity)) && wanted.every((word) => texts[at].includes(word));
    article.hidden = !fits;
    shown += fits ? 1 : 0;
  });
  document.getElementById("shown").textContent = shown + " of " + articles.length + " places";
}
function sort() {
  const key = keys[order.value];
  const sorted = articles.map((article, at) => [key(article), at]);
  sorted.sort(([a, i], [b, j]) => (a < b ? -1 : a > b ? 1 : i - j));
  main.append(...sorted.map(([, at]) => articles[at]));
}
boxes.forEach((box) => box.addEventListener("change", filter));
words.addEventListener("input", filter);
order.addEventListener("change", sort);
filter();
